"""Noticing replies: which of them an account is told of by letter, each once; and a brake for whoever is flooded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Comment, Job, State
from comments_service.notifying import alerts, author_letters
from comments_service.notifying.author_letters import LOOK, PUBLISHED, Addressee
from comments_service.settings import Settings
from comments_service.store import author_news, comments, decisions, news, outbox, reports

REPLY, GATHERED = "letter.author", "letter.author.gathered"
# So many replies of an hour come in a letter each; the others are told together in one when the hour is over.
BY_THEMSELVES = 8
# In a wave of replies, whoever writes waits for no more of them than these.
_AT_ONCE = 50
# The kind of news that goes in such a letter.
TOGETHER = "gathered"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a comment: of which kind it is, and what makes it another thing than what was told before."""

    kind: str
    again: str = ""


def tell_authors(db: Database, settings: Settings, jobs: Sequence[Job]) -> None:
    """Have the authors told of the replies that these facts speak of, by letter and in their chat, each once."""
    addressees = author_letters.addressees(db) if settings.sends_letters else []
    if not addressees and not settings.alerts:
        return
    facts = list(dict.fromkeys((job.fact, job.subject) for job in jobs))
    for begin in range(0, len(facts), _AT_ONCE):
        with db.transaction():
            for fact, id_ in facts[begin : begin + _AT_ONCE]:
                _tell(db, settings, addressees, fact, id_)


def _tell(db: Database, settings: Settings, addressees: Sequence[Addressee], fact: str, id_: str) -> None:
    comment = comments.find(db, id_)
    told = what(db, comment, fact) if comment else None
    if comment is None or told is None:
        return
    for one in addressees:
        _write_to(db, one, comment, told)
    if told.kind == LOOK:
        alerts.add(db, settings, alerts.LOOK, f"{comment.id} {told.again}", comment=comment.id)


def what(db: Database, comment: Comment, fact: str) -> Told | None:
    """What there is to tell of a comment after a fact about it; None if nothing new."""
    if comment.by_author:
        return None
    if comment.state is State.HELD:
        if hiding := [one.id for one in reports.open_of(db, comment.id) if one.hid_at]:
            return Told(LOOK, f"reported {hiding[-1]}")
        # An author who takes a decision back knows that it waits again.
        if fact == "comment.hidden":
            return None
        return Told(LOOK, f"edited {comment.edited}" if comment.published_at else "")
    # Whoever published it knows of it.
    if fact == "comment.published" and comment.state is State.PUBLISHED and not decisions.last_standing(db, comment.id):
        return Told(PUBLISHED)
    return None


def _write_to(db: Database, to: Addressee, comment: Comment, told: Told) -> None:
    account = to.account
    if told.kind not in to.kinds or (comment.private_at is not None and not account.writes_as_author):
        return
    hour = ids.moment().replace(minute=0, second=0, microsecond=0)
    name = f"reply {comment.id} {told.again} {account.id}"
    by_themselves = author_news.number_since(
        db, account.id, [LOOK, PUBLISHED], since=ids.as_text(hour), most=BY_THEMSELVES
    )
    many = by_themselves >= BY_THEMSELVES
    kind = TOGETHER if many else told.kind
    if not news.add(db, kind, name, account=account.id, comment=comment.id, page=comment.page):
        return
    if not many:
        outbox.put(db, REPLY, comment.id, lane=outbox.LETTERS, person=account.id, news=name, kind=told.kind)
        return
    list_ = f"gathered {ids.as_text(hour)} {account.id}"
    if news.add(db, "list", list_, account=account.id):
        over = ids.as_text(hour + timedelta(hours=1))
        outbox.put(db, GATHERED, account.id, lane=outbox.LETTERS, run_at=over, person=account.id, news=list_)
