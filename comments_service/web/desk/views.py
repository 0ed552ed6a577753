"""What else the desk's templates are given, all words already chosen: what was decided, by whom, and from where."""

from dataclasses import dataclass

from markupsafe import Markup

from comments_service import ids
from comments_service.models import Comment, Decision, Person, Session
from comments_service.settings import Settings
from comments_service.web.desk import words


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log of decisions."""

    by: str
    words: Markup
    comment: str
    iso: str
    when: str
    taken_back: bool
    undoable: bool


@dataclass(frozen=True, slots=True)
class Door:
    """A session in words."""

    id: str
    device: str
    since: str
    seen: str
    this: bool


def log_line(settings: Settings, decision: Decision, comment: Comment, by: Person, *, last: bool) -> LogLine:
    """One decision in words; `last` says that it is the newest one about its comment that was not taken back."""
    return LogLine(
        by=by.name,
        words=words.decided(decision, comment),
        comment=comment.id,
        iso=decision.at,
        when=words.when(decision.at, ids.now(), settings.zone),
        taken_back=decision.undone_at is not None,
        undoable=last and comment.state is decision.after,
    )


def session(settings: Settings, found: Session, this: str | None) -> Door:
    """One open session in words; `this` is the id of the one that asks."""
    now = ids.now()
    return Door(
        id=found.id,
        device=found.device or "An unknown device",
        since=words.when(found.created, now, settings.zone),
        seen="now" if found.id == this else words.when(found.seen, now, settings.zone),
        this=found.id == this,
    )
