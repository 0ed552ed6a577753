"""Reports: readers say that something should not stand; enough who proved themselves hide it until an author looks."""

from collections.abc import Mapping
from dataclasses import dataclass

from comments_service import ids, texts
from comments_service.database import Database
from comments_service.errors import conflict, forbidden, invalid, not_found
from comments_service.ledger import Event
from comments_service.models import Comment, Person, Speaker, State
from comments_service.moderation import known
from comments_service.settings import Settings
from comments_service.store import acts, comments, events, facts, identities, outbox, people, reports, rule_facts
from comments_service.store.acts import Act
from comments_service.store.reports import Report

REASONS: Mapping[str, str] = {
    "spam": "It is advertising, or spam",
    "abuse": "It insults, threatens or shames somebody",
    "personal": "It tells what is private to somebody",
    "off-topic": "It has nothing to do with the essay",
    "other": "Something else",
}
LONGEST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of a report: `already` says that the same reader had reported it before, `looked_at` that an author has
    looked at that, `hidden` that it is off the page until an author looks.
    """  # noqa: D205

    report: Report
    already: bool = False
    looked_at: bool = False
    hidden: bool = False


def reportable(db: Database, id_: str, speaker: Speaker) -> Comment:
    """A comment that this reader may report. Raises Problem: 404 unless it stands, 403 for their own."""
    comment = comments.find(db, id_)
    hidden = comment is not None and comment.state is State.HELD and reports.hides(db, id_)
    if comment is None or comment.private_at is not None or not (comment.standing or hidden):
        raise not_found("reply")
    if speaker.account:
        raise forbidden("You are signed in as one of those who decide here. Decide about this reply at the desk.")
    if speaker.wrote(comment):
        raise forbidden("These are your own words. You can withdraw them on the page of your reply.")
    return comment


def before(db: Database, comment: Comment, speaker: Speaker) -> Report | None:
    """What the same reader, or nobody known from the same network, said against a comment before."""
    return reports.made(db, comment.id, persons=speaker.selves, network=speaker.network)


def report(db: Database, settings: Settings, speaker: Speaker, id_: str, reason: str, words: str) -> Reported:
    """Keep what a reader says against a comment, once each, and hide it if enough proven people say so.

    Raises Problem as `reportable` does, and 422 for a reason that is none or words that are too many.
    """
    with db.transaction():
        reports.take_turns(db, id_)
        comment = reportable(db, id_, speaker)
        if earlier := before(db, comment, speaker):
            return Reported(earlier, already=True, looked_at=earlier.settled_at is not None)
        person = speaker.known_by.person if speaker.known_by else speaker.person.id if speaker.person else ""
        new = Report(
            id=ids.new_id(),
            comment=comment.id,
            reason=_reason(reason),
            words=_words(words),
            person=person,
            proven=speaker.known_by.label if speaker.known_by else "",
            network=speaker.network,
            at=ids.now(),
        )
        reports.add(db, new)
        outbox.put(db, "comment.reported", comment.id, page=comment.page)
        hidden = _enough(db, settings, comment)
        if hidden:
            _hide(db, comment, new)
    return Reported(new, hidden=hidden)


def _reason(typed: str) -> str:
    if typed not in REASONS:
        raise invalid({"reason": "Please choose what is wrong with this reply."})
    return typed


def _words(typed: str) -> str:
    try:
        words = texts.clean(typed)
    except ValueError as error:
        raise invalid({"words": str(error)}) from None
    if len(words) > LONGEST_WORDS:
        raise invalid({"words": f"Please say it in at most {LONGEST_WORDS:,} characters."})
    return words


def can_hide(db: Database, comment: Comment) -> bool:
    """Whether reports could take a comment off its page: it is a reader's without an account, and no author has looked
    at what was reported about it.
    """  # noqa: D205
    person = people.find(db, comment.person) if comment.person else None
    of_account = comment.by_author or (person is not None and person.role is not None)
    return not of_account and not reports.looked_at(db, comment.id)


def _enough(db: Database, settings: Settings, comment: Comment) -> bool:
    """Whether enough people, each counted once whatever they proved, speak against a reader's words that stand."""
    if comment.state is not State.PUBLISHED or not settings.report_hides or not can_hide(db, comment):
        return False
    own = rule_facts.selves(db, comment)
    if comment.identity and (identity := identities.find(db, comment.identity)):
        own |= {identity.person}
    writers = {identities.head_of(db, one) for one in own}
    speaking = {identities.head_of(db, one.person) for one in reports.open_of(db, comment.id) if one.proven}
    return len(speaking - writers) >= settings.report_hides


def _hide(db: Database, comment: Comment, last: Report) -> None:
    """Off the page until an author looks. It touches no clock: for the ledger it is held again, as by a filter."""
    reports.hid(db, last.id, now=last.at)
    comments.move(db, comment.id, State.PUBLISHED, State.HELD, now=last.at)
    events.happened(db, comment, Event(at=0, type="unapprove", by="filter"), at=last.at, actor="")
    facts.happened(db, "comment.hidden", comment, seen=True)


def settle(db: Database, id_: str, by: Person, *, private: bool = True) -> Comment:
    """An author looked at the reports about a comment, and left it: if they had hidden it, it stands again.

    Raises Problem: 404, or 409 when no report waits.
    """
    with db.transaction():
        reports.take_turns(db, id_)
        comment = known(db, id_, private=private)
        waiting = reports.open_of(db, id_)
        if not waiting:
            raise conflict("No report about this reply waits for a look any more.")
        stands_again = comment.state is State.HELD and any(one.hid_at for one in waiting)
        now = ids.now()
        reports.settle(db, id_, now=now)
        if stands_again:
            _show(db, comment, by, now)
        after = State.PUBLISHED if stands_again else comment.state
        before = {"state": str(comment.state), "reports": [one.id for one in waiting]}
        acts.add(db, "settle", "comment", id_, by=by.id, before=before, after={"state": str(after)})
    return known(db, id_)


def _show(db: Database, comment: Comment, by: Person, now: str) -> None:
    comments.move(db, comment.id, State.HELD, State.PUBLISHED, now=now)
    events.happened(db, comment, Event(at=0, type="approve"), at=now, actor=by.id)
    facts.happened(db, "comment.published", comment, seen=True)


def take_back(db: Database, act: Act, by: Person) -> None:
    """Let the reports that a `settle` settled wait again, and hide what they had hidden; the caller writes the log.

    Raises Problem (409) when its state has changed since: somebody decided, or it was withdrawn.
    """
    reports.take_turns(db, act.subject)
    comment = comments.find(db, act.subject)
    if comment is None or comment.state != act.after.get("state"):
        raise conflict("Something else was decided about this reply since, or it was withdrawn. It stays as it is.")
    waiting = act.before.get("reports")
    reports.reopen(db, waiting if isinstance(waiting, list) else [])
    if act.before.get("state") != act.after.get("state"):
        now = ids.now()
        comments.move(db, comment.id, State.PUBLISHED, State.HELD, now=now)
        events.happened(db, comment, Event(at=0, type="unapprove"), at=now, actor=by.id)
        facts.happened(db, "comment.hidden", comment, seen=True)
