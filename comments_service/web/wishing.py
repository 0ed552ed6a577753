"""Letters about one's own reply, as its page tells of them: what its writer wishes to hear of, and where it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from comments_service import names, notifying, proofs
from comments_service.errors import invalid, too_fast
from comments_service.models import Comment, State
from comments_service.store import correspondents, wishes
from comments_service.store.wishes import Scope
from comments_service.web import context, forms

_HOUR = 3600
_CAN_STAND = {State.HELD, State.PUBLISHED}
# Scope -> how it goes on after "Write to me".
_SCOPES: Mapping[Scope, str] = {
    "none": "not at all",
    "author": "when {author} answers",
    "replies": "when anybody replies to me",
    "thread": "of everything in this conversation",
}


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters about a reply: its `address` (empty if it came without), and which of the `scopes` is `chosen`.

    The address is whole for whoever proved it; a private link may lie in strange hands, and shows no more than a hint.

    `proven` says that whoever looks proved that the address is theirs; then `all_of_them` is where they choose for
    all. Whoever did not is told nothing of what its owner said: `unasked` alone says that the question could not be
    sent, because too many were.
    """

    address: str
    scopes: tuple[tuple[str, str], ...]
    chosen: str
    new_essays: bool
    proven: bool
    all_of_them: str
    unasked: bool


def of(comment: Comment) -> Letters | None:
    """Letters about one's own reply; None where none are sent, or where there is nothing left to tell of."""
    settings = context.settings()
    if not settings.sends_letters or comment.by_author or comment.state not in _CAN_STAND:
        return None
    one = correspondents.at(context.db(), comment.email) if comment.email else None
    proven = _is_theirs(comment.email)
    token = proofs.subscription_token(context.secrets(), one.id) if one and proven else ""
    return Letters(
        address=comment.email if proven else names.veiled(comment.email),
        scopes=tuple((value, words.format(author=settings.author)) for value, words in _SCOPES.items()),
        chosen=comment.notify or "none",
        new_essays=comment.new_essays != "",
        proven=proven,
        all_of_them=f"/subscriptions/{token}" if token else "",
        unasked=not proven and one is not None and not one.asked_at,
    )


def _is_theirs(address: str) -> bool:
    """Whether whoever looks at the page proved this address, on any of their ways to appear."""
    return bool(address) and address.lower() in proven_addresses()


def proven_addresses() -> frozenset[str]:
    """The addresses that whoever sends this request proved by a letter, in small letters."""
    speaker = context.speaker()
    return wishes.addresses(context.db(), [] if speaker.account else sorted(speaker.identities))


def choose(comment: Comment, given: Mapping[str, str]) -> str:
    """Let a reply wish for what the form says, or have its address asked once more; returns what was done.

    Raises Problem: 422 for a reply that came without an address, or an unknown choice; 429 if too many were asked.
    """
    if not comment.email or of(comment) is None:
        raise invalid(
            {"notify": "No letters can go out about this reply: it came without an address, or stands no more."}
        )
    said = wishes.spoken(context.db(), [comment.id])[comment.id]
    if forms.checked(given.get("ask", "")):
        if not notifying.ask_again(context.db(), context.settings(), context.secrets(), said):
            raise too_fast(_HOUR)
        return "asked"
    scope = given.get("notify", "")
    if scope not in get_args(Scope):
        raise invalid({"notify": "Choose what you wish to hear of."})
    notifying.wish(
        context.db(),
        context.settings(),
        context.secrets(),
        said,
        cast("Scope", scope),
        new_essays=forms.checked(given.get("new_essays", "")),
    )
    return "letters"
