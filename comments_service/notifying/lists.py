"""Letters to authors that tell of several: who waits, what falls due, the past week, and replies in a storm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from comments_service import days, ids, rendering, wording
from comments_service.database import Database
from comments_service.engagement import digesting, waiting
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Comment, Job, Role, State
from comments_service.notifying import noticing, to_accounts, writing
from comments_service.notifying.author_letters import DIGEST, LOOK, PROMISES, PUBLISHED, WAITS
from comments_service.notifying.to_accounts import To
from comments_service.settings import Settings
from comments_service.store import author_news, comments, news, pages, promises

# Characters of somebody's words: the first of them, and those of the question that a week is about.
_EXCERPT, _LONGEST = 200, 2000
_SHOWN = 12
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody in a list: their name, where, their words (empty where they are told elsewhere), and how it stands."""

    name: str
    essay: str
    words: str = ""
    line: str
    late: bool = False
    promised: Sequence[str] = ()
    link: str


def who_waits(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The list of who waits for an answer of this account; None when nobody does."""
    found = _begun(db, job, WAITS)
    if found is None:
        return None
    to, told = found
    now, everybody = ids.now(), to.account.role is Role.OWNER
    own = None if everybody else [page.path for page in pages.every(db) if page.is_answered_by(to.account)]
    morning = waiting.morning(db, now=now, pages=own, by=None, limit=_SHOWN)
    number = morning.in_time_number + morning.late_number
    if not number:
        to_accounts.drop(db, job, [told], "Nobody waited.")
        return None
    news.put_into(db, job.id, [told])
    shown = [_waits(db, settings, one, now) for one in (*morning.in_time, *morning.late)][:_SHOWN]
    headline = f"{wording.count(number, 'reader waits', 'readers wait')} for an answer"
    return _list(settings, keys, job, to, WAITS, headline, shown, more=number - len(shown), page="/desk/")


def _waits(db: Database, settings: Settings, one: waiting.Waiting, now: str) -> Entry:
    zone, kept, last = settings.zone, one.conversation, one.words[-1]
    late = kept.due_at < now
    due = days.until(kept.due_at, now, zone)
    return Entry(
        name=last.name,
        essay=pages.title(db, last.page),
        words=rendering.excerpt(last.html, _EXCERPT),
        line=f"{wording.since(kept.opened_at, now, zone)}, {due if late else f'in time {due}'}",
        late=late,
        promised=[f"{each.what} ({days.promised(each.due_at, now, zone)})" for each in one.promises if each.is_open],
        link=f"{settings.url}/desk/comments/{last.id}",
    )


def falls_due(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """What this account promised for tomorrow, or for today; None once all of it is kept."""
    to = to_accounts.addressee(db, job, PROMISES)
    told = news.of_letter(db, job.id) or author_news.waiting(db, str(job.data.get("person", "")), PROMISES, limit=_MOST)
    now, shown = ids.now(), []
    for one in told:
        promise = promises.find(db, one.name.split()[1])
        if to and promise and promise.is_open:
            theirs = waiting.promised(db, promise).theirs
            shown.append(
                Entry(
                    name=theirs.name if theirs else "Somebody who took their words back",
                    essay=pages.title(db, theirs.page) if theirs else "",
                    words=promise.what,
                    line=days.promised(promise.due_at, now, settings.zone),
                    link=f"{settings.url}/desk/comments/{promise.comment}",
                )
            )
    if to is None or not shown:
        to_accounts.drop(db, job, [one.id for one in told], "Nothing of it was open any more.")
        return None
    news.put_into(db, job.id, [one.id for one in told])
    headline = "A promise falls due" if len(shown) == 1 else f"{len(shown)} promises fall due"
    return _list(settings, keys, job, to, PROMISES, headline, shown, page="/desk/")


def gathered(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """Those of an hour's replies that came in no letter of their own; None once somebody has decided about them all."""
    found = _begun(db, job, LOOK, PUBLISHED)
    if found is None:
        return None
    to, told = found
    kept = [one for one in news.of_letter(db, job.id) if one.comment] or author_news.waiting(
        db, to.account.id, noticing.TOGETHER, limit=_MOST
    )
    words = [comment for one in kept if (comment := comments.find(db, one.comment)) and _wants_a_look(comment, to)]
    if not words:
        to_accounts.drop(db, job, [told, *(one.id for one in kept)], "Somebody had decided about all of them by then.")
        return None
    news.put_into(db, job.id, [told, *(one.id for one in kept)])
    shown = [
        Entry(
            name=one.name,
            essay=pages.title(db, one.page),
            words=rendering.excerpt(one.html, _EXCERPT),
            line=wording.date_and_time(one.created, settings.zone),
            link=f"{settings.url}/desk/comments/{one.id}",
        )
        for one in words[:_SHOWN]
    ]
    headline = f"{wording.count(len(words), 'more reply waits', 'more replies wait')} at the desk"
    more = len(words) - len(shown)
    return _list(settings, keys, job, to, LOOK, headline, shown, more=more, page="/desk/moderation")


def _wants_a_look(comment: Comment, to: To) -> bool:
    seen = comment.private_at is None or to.account.writes_as_author
    return seen and comment.state in {State.HELD, State.PUBLISHED}


def the_week(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The past week in people, with what was said of it at the desk; None after a week in which nothing happened."""
    found = _begun(db, job, DIGEST)
    if found is None:
        return None
    to, told = found
    before = date.fromisoformat(str(job.data["day"])) - timedelta(weeks=1)
    week = digesting.letter(db, settings, digesting.week_of(settings, before.isoformat()))
    if week.silent:
        to_accounts.drop(db, job, [told], "Nothing happened in that week.")
        return None
    news.put_into(db, job.id, [told])
    question = week.question
    stop = to_accounts.stop_address(settings, keys, to.account, DIGEST)
    return writing.letter(
        settings,
        "digest",
        id_=job.id,
        to=to.address,
        subject=digesting.week_words(week.monday),
        headers=writing.can_be_stopped(stop),
        heading=digesting.week_words(week.monday),
        headline=week.headline,
        lines=[(line.label, [_named(settings, one) for one in line.people]) for line in week.lines],
        question=question.name if question else "",
        essay=pages.title(db, question.page) if question else "",
        paragraphs=rendering.paragraphs(question.html, _LONGEST) if question else [],
        answer=f"{settings.url}/desk/comments/{question.id}" if question else "",
        page=f"{settings.url}/desk/digest?week={week.monday}",
        stop=stop,
    )


def _named(settings: Settings, one: digesting.Named) -> tuple[str, str, str]:
    """A name, what is said beside it, and where more is told of them (empty where nothing is)."""
    return one.name, one.more, f"{settings.url}/desk/people/{one.person}" if one.person else ""


def _begun(db: Database, job: Job, *kinds: str) -> tuple[To, str] | None:
    """Whom a letter of one of these kinds goes to, and the id of its news; None if it was told, or goes to nobody."""
    told = author_news.named(db, str(job.data.get("news", "")))
    if told is None or told.letter not in {"", job.id} or told.dropped_at:
        return None
    to = to_accounts.addressee(db, job, *kinds)
    if to is None:
        to_accounts.drop(
            db, job, [told.id], "The account gets no such letters any more, or has no address that they reach."
        )
        return None
    return to, told.id


def _list(  # noqa: PLR0917 -- what every writer is given, and what this one found
    settings: Settings,
    keys: Keys,
    job: Job,
    to: To,
    kind: str,
    headline: str,
    entries: Sequence[Entry],
    *,
    more: int = 0,
    page: str,
) -> Letter:
    stop = to_accounts.stop_address(settings, keys, to.account, kind)
    return writing.letter(
        settings,
        "list",
        id_=job.id,
        to=to.address,
        subject=headline,
        headers=writing.can_be_stopped(stop),
        headline=headline,
        entries=entries,
        more=more,
        page=f"{settings.url}{page}",
        stop=stop,
    )
