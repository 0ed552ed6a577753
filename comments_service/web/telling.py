"""Whether readers were told by letter of what was said to them: at the desk, and to a writer whose address is proven.

No address is ever named here: whoever may see one sees it where it stands already.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from comments_service import ids, wording
from comments_service.database import Database
from comments_service.models import Comment, State
from comments_service.settings import Settings
from comments_service.store import comments, correspondents, news
from comments_service.store.correspondents import Correspondent
from comments_service.store.news import News

# The kinds of news that are for whoever wrote a reply: that it was answered, and how it fares itself.
_ANSWER = "answer"
_OWN = frozenset({"approved", "rejected", "waiting", "promise"})
_RHYTHMS = {"day": "daily", "week": "weekly"}


@dataclass(frozen=True, slots=True)
class Told:
    """Of what (`answer`, `reply` or `others`), the name of who was told or is to be, and how that stands, in words."""

    of: str
    name: str
    words: str


def at_desk(db: Database, settings: Settings, comment: Comment) -> list[Told]:
    """How the letters stand that tell of a comment, or of the author's answers to it; of many readers in numbers."""
    if comment.state is State.WITHDRAWN:
        return []
    answers = [comment] if comment.by_author else _answers(db, comment)
    asked = comments.find(db, comment.parent) if comment.by_author and comment.parent else comment
    found = news.about(db, [comment.id, *(one.id for one in answers)])
    known = correspondents.these(
        db, [one.correspondent for some in found.values() for one in some if one.correspondent]
    )
    told: list[Told] = []
    for answer in answers if asked and not asked.by_author else ():
        theirs = [one for one in found.get(answer.id, ()) if one.kind == _ANSWER]
        states = [_state(settings, one, known) for one in theirs] or [_unasked(settings, asked)]
        told += [Told("answer", asked.name, state) for state in states if asked and state]
    if not comment.by_author:
        told += [Told("reply", comment.name, _state(settings, one, known)) for one in _of(found, comment, _OWN)]
    heard = [comment, *answers] if not comment.by_author else [comment]
    others = Counter(
        _state(settings, one, known)
        for of in heard
        for one in found.get(of.id, ())
        if one.kind != _ANSWER and one.kind not in _OWN
    )
    told += [
        Told("others", wording.count(number, "other who listens", "others who listen"), state)
        for state, number in sorted(others.items())
    ]
    return told


def to_writer(db: Database, settings: Settings, comment: Comment) -> list[str]:
    """Whether the author's answers reached whoever wrote a reply, in sentences.

    They tell what the owner of its address said about letters: they are for a writer who proved that it is theirs.
    """
    found = news.about(db, [one.id for one in _answers(db, comment)])
    theirs = [one for some in found.values() for one in some if one.kind == _ANSWER]
    known = correspondents.these(db, [one.correspondent for one in theirs if one.correspondent])
    return list(dict.fromkeys(_to_you(settings, one, known.get(one.correspondent or "")) for one in theirs))


def _to_you(settings: Settings, one: News, to: Correspondent | None) -> str:
    if one.told_at:
        return f"A letter told you of it {_told(settings, one, one.told_at)}."
    if one.dropped_at:
        why = _remark(one)
        return (
            f"The letter about it could not be delivered: {why}." if why else "No letter about it was needed any more."
        )
    if to and to.reachable and to.rhythm in _RHYTHMS:
        return f"Your next {_RHYTHMS[to.rhythm]} letter tells you of it."
    if to is None or to.reachable:
        return "A letter tells you of it in a few minutes."
    if to.bounced_at:
        return f"No letter tells you of it, since letters to you came back ({to.bounce})."
    return (
        f"No letter tells you of it, since you {'stopped them' if to.stopped_at else 'have not said yes to letters'}."
    )


def _answers(db: Database, comment: Comment) -> list[Comment]:
    return [one for one in comments.children(db, comment.id) if one.by_author and one.state is State.PUBLISHED]


def _of(found: dict[str, list[News]], comment: Comment, kinds: frozenset[str]) -> Sequence[News]:
    return [one for one in found.get(comment.id, ()) if one.kind in kinds]


def _unasked(settings: Settings, asked: Comment | None) -> str:
    """Why nobody is told of an answer, so far as that is known."""
    if asked is None:
        return ""
    if not settings.sends_letters:
        return "this blog sends none"
    if not asked.email:
        return "left no address for one"
    return "wished for none" if asked.notify in {"", "none"} else ""


def _state(settings: Settings, one: News, known: dict[str, Correspondent]) -> str:
    remark = _remark(one)
    if one.told_at:
        return f"told {_told(settings, one, one.told_at)}"
    if one.dropped_at:
        return f"could not be delivered: {remark}" if remark else "was not needed any more"
    return _to_come(known.get(one.correspondent or ""))


def _remark(one: News) -> str:
    return one.remark[:1].lower() + one.remark[1:].rstrip(".")


def _told(settings: Settings, one: News, at: str) -> str:
    day = wording.day(at, ids.now(), settings.zone)
    when = day if day in {"today", "yesterday"} else f"on {day}"
    return f"{when}; {_remark(one)}" if one.remark else when


def _to_come(to: Correspondent | None) -> str:
    if to is None or (to.reachable and to.rhythm == "now"):
        return "is being told, in a few minutes"
    if to.bounced_at:
        return f"letters there come back ({to.bounce})"
    if to.stopped_at:
        return "wishes for no letters any more"
    if to.confirmed_at is None:
        return "has not said yes to letters"
    return f"will be told in the next {_RHYTHMS[to.rhythm]} letter"
