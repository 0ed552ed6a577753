"""What stands at a comment on the desk about its writer: whether they are trusted or banned; and what was reported."""

from dataclasses import dataclass

from comments_service import ids, proofs
from comments_service.models import Comment, State
from comments_service.moderation import banning, reporting
from comments_service.store import bans, people, reports, rule_facts
from comments_service.store.reports import Report
from comments_service.web import context
from comments_service.web.desk import words

_KINDS = {"hold": "are held", "spam": "are filed as spam", "refuse": "are refused"}


@dataclass(frozen=True, slots=True)
class Writer:
    """Whoever wrote a comment: whether their replies need no look, and what a ban does with them (empty: nothing)."""

    trusted: bool
    banned: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that waits for a look: the reason, what was said with it, what its reporter had proven (or nothing)."""

    reason: str
    words: str
    proven: str
    iso: str
    when: str


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports about a comment that wait for a look; `hidden`: it is off the page until somebody looks."""

    lines: tuple[Reported, ...]
    hidden: bool


def of(comment: Comment) -> Writer | None:
    """The writer of a reader's comment; None where nobody knows any more, and for an account."""
    person = people.find(context.db(), comment.person) if comment.person else None
    if comment.by_author or person is None or person.role:
        return None
    subjects = {*rule_facts.selves(context.db(), comment), *hashes_of(comment)}
    found = bans.in_force(context.db(), subjects, now=ids.now())
    return Writer(banning.is_trusted(context.db(), comment), _KINDS[found[-1].action] if found else "")


def hashes_of(comment: Comment) -> list[str]:
    """The keyed hashes by which the address and the network of a comment may be banned."""
    address = proofs.print_of(context.secrets(), comment.email) if comment.email else ""
    return [one for one in (comment.network, address) if one]


def reports_about(comment: Comment, *, words_too: bool) -> Reports | None:
    """What was reported about a comment and waits for a look; None if nothing does. The words are for authors alone."""
    waiting = reports.open_of(context.db(), comment.id)
    if not waiting:
        return None
    now, zone = ids.now(), context.settings().zone
    lines = tuple(_line(one, words.when(one.at, now, zone), words_too=words_too) for one in waiting)
    return Reports(lines, comment.state is State.HELD and any(one.hid_at for one in waiting))


def _line(report: Report, when: str, *, words_too: bool) -> Reported:
    reason = reporting.REASONS.get(report.reason, report.reason)
    return Reported(reason, report.words if words_too else "", report.proven, report.at, when)
