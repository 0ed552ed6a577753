"""`make publish`: the steps from the author's files to the site that readers see, and to those who wait for it."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from authoring import (
    afterwards,
    announcing,
    answering_first,
    building,
    changes,
    checking,
    deploying,
    pressing,
    reporting,
    scheduling,
    searching,
    share_texts,
    steps,
    verifying,
)  # fmt: skip
from authoring.errors import Refusal
from authoring.steps import Clock, Step, Tell
from comments_service import ids, wording
from comments_service.database import opened
from comments_service.settings import Settings

_CONFIG = "publishconf.py"
_MOST_SHARED = 3


class Arrival(Protocol):
    """Content that was sent here, and takes the place of `home` in the moment in which its site goes live."""

    home: Path

    def swapping(self, stage: Path) -> AbstractContextManager[None]:
        """A block in which the site at `stage` goes live."""


@dataclass(slots=True)
class Publication:
    """What one publication works with, and what its steps leave for those after them."""

    settings: Settings
    content: Path
    stage: Path
    arrival: Arrival | None = None
    # Without anything that was kept from earlier builds.
    fresh: bool = False
    clock: Clock = field(default_factory=Clock)
    started: str = field(default_factory=ids.now)
    # Lines that are printed under the step that said them.
    said: list[str] = field(default_factory=list)
    # What waits for Pelican; and who does one thing at a time for which no step has to wait.
    made: Callable[[], building.Made] = field(init=False)
    beside: ThreadPoolExecutor = field(init=False)
    indexed: Future[searching.Indexed] = field(init=False)
    verified: verifying.Verified | None = None
    changed: changes.Changes | None = None
    news: afterwards.News = field(default_factory=afterwards.News)
    # What went wrong after readers saw the new version: it has to be mended, but nothing is taken back.
    troubles: list[str] = field(default_factory=list)


def publish(settings: Settings, content: Path, arrival: Arrival | None = None, *, fresh: bool = False) -> None:
    """Take every step and print what came of it; raises Refusal when one failed.

    Until the swap readers see the old site, whatever happens; after it the new one.
    """
    answering_first.refuse(settings)
    if not (fresh or arrival) and building.is_live(settings, _CONFIG, content):
        print("Nothing has changed: readers see this version. (make publish ARGS=--fresh makes it anew.)")
        run = Publication(settings, content, settings.output)
        _walk(run, [step for step in STEPS if step.live])
    else:
        # Pelican builds while the texts are proofed. Whatever is done beside the steps is over before the folder goes.
        with (
            building.staging(settings) as stage,
            building.making(settings, stage, _CONFIG, content, fresh=fresh) as made,
            ThreadPoolExecutor(1) as beside,
        ):
            run = Publication(settings, content, stage, arrival, fresh)
            run.made, run.beside = made, beside
            _walk(run, STEPS)
    if run.troubles:
        raise Refusal("\n".join(run.troubles))
    with opened(settings) as db:
        announcing.ask(db, settings, since=run.started)


def _walk(run: Publication, wanted: Sequence[Step[Publication]]) -> None:
    for _ in steps.walk(wanted, run, run.clock):
        for line in _taken(run.said):
            print(line)
    with opened(run.settings) as db:
        for line in reporting.told(db, run.settings, _report(run)):
            print(line)


def _report(run: Publication) -> reporting.Report:
    return reporting.Report(
        changed=run.changed or changes.Changes(),
        weights=run.verified.weights if run.verified else (),
        took=run.clock.took,
        next_due=scheduling.next_due(run.settings, run.content),
        to_share=tuple(_to_share(run)),
    )


def _to_share(run: Publication) -> Iterator[str]:
    """The texts by which the newest essays are shared; a blog that comes to light at once does not tell them all."""
    newest = sorted(run.news.new, key=lambda page: page.published, reverse=True)
    for page in newest[:_MOST_SHARED]:
        yield f"To share “{page.title}”:"
        yield ""
        try:
            yield from share_texts.told(share_texts.of(run.settings, run.content, page.path))
        except Refusal as error:
            yield str(error)
            yield ""
    if len(newest) > _MOST_SHARED:
        yield f"The other {len(newest) - _MOST_SHARED:,} new essays are shared by: make share SLUG=…"


def proof(run: Publication, tell: Tell) -> str:
    """Ask the rules of `make check`, of everything but drafts."""
    proofed = checking.check(run.settings, run.content, drafts=False, fresh=run.fresh, tell=tell)
    if proofed.findings:
        run.said += checking.told(proofed)
    if proofed.failures:
        found = "\n".join(_taken(run.said))
        print(f"\n{found}")
        raise Refusal("Nothing was published. Mend what has to be mended above, or turn a rule off (docs/writing.md).")
    return wording.count(proofed.texts, "text", "texts")


def _taken(said: list[str]) -> Iterator[str]:
    while said:
        yield said.pop(0)


def build(run: Publication, _: Tell) -> str:
    """Wait for what Pelican builds into the staging folder, and bake every conversation in."""
    made = run.made()
    run.said += [f"  Note: {warning}" for warning in made.unbaked.warnings]
    # What is indexed holds nothing that readers wrote, and stays as it is while that is set into the pages.
    run.indexed = run.beside.submit(searching.index, run.stage, of=made.known, fresh=run.fresh)
    building.bake(run.settings, run.stage, made, fresh=run.fresh)
    return wording.count(len(made.unbaked.essays), "essay", "essays")


def index(run: Publication, _: Tell) -> str:
    """Wait for the index by which readers search."""
    made = run.indexed.result()
    run.said += [f"  Note: {made.lack}"] if made.lack else []
    return wording.count(made.essays, "essay", "essays")


def press(run: Publication, _: Tell) -> str:
    """Lay a compressed form beside what web servers send often."""
    return wording.count(pressing.press(run.stage, building.version(run.settings)), "file", "files")


def verify(run: Publication, tell: Tell) -> str:
    """Look at everything that readers and programs would get."""
    run.verified = verifying.verify(run.settings, run.content, run.stage, tell)
    run.said += [f"  Note: {note}" for note in run.verified.notes]
    return wording.count(run.verified.pages, "page", "pages")


def swap(run: Publication, _: Tell) -> str:
    """Let readers see the new version, and remember in the same moment what they have to be told of."""
    with run.arrival.swapping(run.stage) if run.arrival else nullcontext():
        before = building.put_live(run.settings, run.stage)
    run.content = run.arrival.home if run.arrival else run.content
    run.changed = changes.between(before, run.stage)
    return "the version before is kept" if before else "the first version"


def note(run: Publication, _: Tell) -> str:
    """Write down what is new, once for each essay, so that nothing is told twice and nothing is lost."""
    with opened(run.settings) as db:
        run.news = afterwards.note(db)
    return wording.count(len(run.news.new), "new essay", "new essays")


def deploy(run: Publication, tell: Tell) -> str:
    """Send the site to where readers get it, if that is elsewhere."""
    return deploying.try_it(run.settings, run.troubles, tell)


def tell_others(run: Publication, _: Tell) -> str:
    """Do what has to be done for what is new; what fails is repeated with the next publication."""
    if run.troubles:
        return "waits until it is sent"
    with opened(run.settings) as db:
        done, failed = afterwards.act(db, run.settings)
    run.troubles += failed
    if failed:
        return f"{done} done, {len(failed)} to be repeated"
    return f"{done} done" if done else "nobody is to be told"


# Whatever adds files to the site stands before the last look, which then looks at those, too.
STEPS: tuple[Step[Publication], ...] = (
    Step("check", "Proofing the essays", proof),
    Step("build", "Building the site", build),
    Step("index", "Indexing it for the search", index),
    Step("press", "Compressing it", press),
    Step("verify", "Looking at every page", verify),
    Step("swap", "Putting it in place", swap),
    Step("note", "Writing down what is new", note, live=True),
    Step("deploy", "Sending it to where readers get it", deploy, live=True),
    Step("afterwards", "Telling others", tell_others, live=True),
)
