"""Letters that no person wrote: answers of machines, of lists, and our own that come back (RFC 3834, RFC 2919)."""

import re
from collections.abc import Iterator

from comments_service.incoming.letters import Letter

_LISTS = ("list-id", "list-unsubscribe", "list-post", "list-help", "mailing-list")
_MACHINES = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-fc-machinegenerated",
)
_PRECEDENCE = re.compile(r"bulk|junk|list|auto_?reply", re.IGNORECASE)
# A person's answer begins with Re:, in whatever language; these are what machines put there instead.
_SUBJECT = re.compile(
    r"(Auto(matic|matisk)? ?(reply|response|svar)|Autoreply|Out of (the )?office|Automatische Antwort|Abwesenheitsnotiz"
    r"|Réponse automatique|Absence du bureau|Respuesta automática|Resposta automática|Risposta automatica|Automatisch"
    r" antwoord|Автоответ|自動応答|自动答复|自動回覆|부재 중)\b",
    re.IGNORECASE,
)
# No letter goes through so many servers; RFC 5321 (6.3) asks to take a hundred for a loop.
_MOST_HOPS = 50


def why_automatic(letter: Letter) -> str:
    """Why a letter is taken for a machine's, in a word; empty if a person may have written it.

    Our own letters say so by `Auto-Submitted`, so one that comes back is among them.
    """
    return next((why for why, found in _signs(letter) if found), "")


def _signs(letter: Letter) -> Iterator[tuple[str, bool]]:
    submitted = letter.value("auto-submitted").partition(";")[0].strip().lower()
    yield "Auto-Submitted", submitted not in {"", "no"}
    yield "Precedence", any(_PRECEDENCE.fullmatch(one.strip()) for one in letter.values("precedence"))
    yield "X-Auto-Response-Suppress", letter.value("x-auto-response-suppress").strip().lower() not in {"", "none"}
    yield "a list", bool(letter.values(*_LISTS))
    yield "an auto-responder", bool(letter.values(*_MACHINES))
    yield "no return path", "<>" in letter.values("return-path")
    yield "a report", letter.message.get_content_type() in {"multipart/report", "message/delivery-status"}
    yield "its subject", bool(_SUBJECT.match(letter.value("subject").strip()))
    yield "a loop", len(letter.values("received")) > _MOST_HOPS
