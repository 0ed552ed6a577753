"""Afterwards: what has to happen once for each essay that was published or changed, such as a letter or a ping.

What has to be done is a row in the outbox, written together with the fact that the essay was published. So it outlives
whatever interrupts, is repeated until it succeeds, and is never done for the same news twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comments_service import ids, keys
from comments_service.answering import with_essays
from comments_service.database import Database
from comments_service.models import Page
from comments_service.settings import Settings
from comments_service.store import announcements, outbox, pages, publications

LANE = "afterwards"
PUBLISHED, CHANGED = "essay.published", "essay.changed"
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Something to do for an essay, under a name that never changes; `facts` are those it is done for.

    `act` may be called again for the same essay when it failed, and only then.
    """

    name: str
    act: Callable[[Database, Settings, Page], None]
    facts: frozenset[str] = frozenset({PUBLISHED})


@dataclass(frozen=True, slots=True)
class News:
    """The essays that readers were never told of before, and those whose words changed since they were."""

    new: tuple[Page, ...] = ()
    changed: tuple[Page, ...] = ()


def _answer_readers(db: Database, settings: Settings, page: Page) -> None:
    with_essays.tell(db, settings, keys.load(settings.data), page)


def _let_it_be_known(fact: str) -> Callable[[Database, Settings, Page], None]:
    """Hand a fact to the worker, which lets everybody know who wants to: a hub, programs of the author's."""

    def act(db: Database, _settings: Settings, page: Page) -> None:
        with db.transaction():
            outbox.put(db, fact, page.path)

    return act


def _offer_letters(db: Database, _settings: Settings, page: Page) -> None:
    with db.transaction():
        announcements.offer(db, page.path, now=ids.now())


# What has to be done, one line each.
AFTERWARDS: tuple[Afterwards, ...] = (
    Afterwards("answer-readers", _answer_readers, frozenset({PUBLISHED, CHANGED})),
    Afterwards("let-it-be-known", _let_it_be_known(PUBLISHED), frozenset({PUBLISHED})),
    Afterwards("let-the-change-be-known", _let_it_be_known(CHANGED), frozenset({CHANGED})),
    Afterwards("announce", _offer_letters),
)


def note(db: Database, every: Sequence[Afterwards] | None = None) -> News:
    """Compare the essays that stand with what readers were told of, and write down what is to be done about it.

    An essay that went and comes back is no news, and neither is one at another address.
    """
    wanted = AFTERWARDS if every is None else every
    with db.transaction():
        told = publications.prints(db)
        standing = pages.every(db)
        news = News(
            new=tuple(page for page in standing if page.path not in told),
            # What was published before prints were kept is taken as it stands.
            changed=tuple(page for page in standing if told.get(page.path) not in {None, "", page.print}),
        )
        for fact, essays in ((PUBLISHED, news.new), (CHANGED, news.changed)):
            for essay in essays:
                for each in wanted:
                    if fact in each.facts:
                        outbox.put(db, fact, essay.path, lane=LANE, then=each.name)
        for page in standing:
            if told.get(page.path) != page.print:
                publications.note(db, page.path, page.print, at=ids.now())
    return news


def act(db: Database, settings: Settings, every: Sequence[Afterwards] | None = None) -> tuple[int, list[str]]:
    """Do what is to be done; returns how much was, and a sentence for each thing that failed and will be repeated."""
    known = {each.name: each for each in (AFTERWARDS if every is None else every)}
    done, failed = 0, []
    for undone in reversed(outbox.undone(db, LANE, limit=_MOST)):
        job = undone.job
        each, page = known.get(str(job.data.get("then"))), pages.find(db, job.subject)
        try:
            # Without the essay, or without whoever wanted it, there is nothing to do any more.
            if each and page:
                each.act(db, settings, page)
                done += 1
        except Exception as error:  # noqa: BLE001 -- whatever it stumbles over, the essay is published
            with db.transaction():
                outbox.failed(db, job, f"{type(error).__name__}: {error}")
            failed.append(
                f"{job.data['then']}, for {job.subject}, failed: {error}. It is repeated with the next make publish."
            )
            continue
        with db.transaction():
            outbox.done(db, [job])
    return done, failed
