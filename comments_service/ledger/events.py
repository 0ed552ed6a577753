"""What happened, as it is stored: one line of a conversation's history, with what was in force at its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from comments_service.ledger import moments
from comments_service.ledger.data import JSON, as_data, from_data
from comments_service.ledger.features import Features
from comments_service.models import Owed

# What the form promises, and the private clock while the author has promised nothing.
WITHIN = 72 * moments.HOUR

Role = Literal["reader", "author", "bot"]
Kind = Literal["reply", "webmention_reply", "mention", "reaction"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_PROMISED = frozenset({"comment", "still_waiting"})
_COLUMNS = frozenset({"at", "type", "seq", "comment", "person", "features", "receipt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The facts of a comment that are fixed when it is received, so that no setting changed later moves a figure.

    `role` is what its writer was on this essay: an author or a host of it (`author`), a `reader`, or a `bot`. `answers`
    is whom the essay promised an answer. `addressed`: said to the author, not to another reader (see filing.py).
    `held`: a look was needed before it stood; `stranger`: by somebody unproven; `filtered`: taken for spam;
    `unconfirmed`: its address had yet to be confirmed; `imported`: from an older blog; `private`: for the author only.
    `to` names the comments of this conversation that an author's answer replies to or ticks, `fulfils` the promise that
    it keeps.
    """

    role: Role = "reader"
    kind: Kind = "reply"
    essay: str = ""
    answers: Owed = "everyone"
    addressed: bool = True
    held: bool = False
    stranger: bool = False
    filtered: bool = False
    unconfirmed: bool = False
    imported: bool = False
    private: bool = False
    to: tuple[str, ...] = ()
    fulfils: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of one conversation, at a whole second. Its place in the history decides what shares a second.

    `features` belong to a `comment` and an `edit`, `receipt` to a `comment`. `repeats`: the author said the same words
    to somebody else within 30 days before. `within`: the seconds promised at receipt. `by` and `reason` of a `remove`
    (`reader` or `author`; `abuse` or `other`), `reason` and `channel` of a `close`; `endorsed`: it names another
    reader's public comment in the thread. `promise`, `due` and `told` of promises; `proven`: a reader whose address is
    proven; `until` of a `snooze`. `person` is who wrote the comment, or who is erased.
    """

    at: int
    type: str
    seq: int = 0
    comment: str = ""
    person: str = ""
    features: Features | None = None
    receipt: Receipt | None = None
    within: int = WITHIN
    repeats: bool = False
    by: str = ""
    reason: str = ""
    channel: str = ""
    endorsed: bool = False
    promise: str = ""
    due: int = 0
    told: str = ""
    proven: bool = True
    until: int = 0

    def data(self) -> dict[str, JSON]:
        """What the columns of a stored event do not say, flat, without defaults: never a word of any text."""
        flat = {name: value for name, value in as_data(self).items() if name not in _COLUMNS}
        # What was promised is written down even where it is the usual: what is usual may change.
        flat |= {"within": self.within} if self.type in _PROMISED else {}
        flat |= self.features.as_data() if self.features else {}
        return flat | (as_data(self.receipt) if self.receipt else {})

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Event":
        """A stored row: `at` (ISO 8601), `type`, `seq`, `comment`, `person`, `data`. LedgerError if it is malformed."""
        data = row["data"]
        columns = {name: row[name] for name in ("type", "seq", "comment", "person")}
        facts = {
            "at": moments.seconds(row["at"]),
            "features": Features.from_data(data) if row["type"] in {"comment", "edit"} else None,
            "receipt": from_data(Receipt, data) if row["type"] == "comment" else None,
        }
        return from_data(cls, {**data, **columns, **facts})
