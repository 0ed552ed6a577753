"""`make rollback`: the version before, with what readers said and took back since; and forwards again by the same word.

The pages are those of then; who speaks in them is as it is now. So a reply that was withdrawn, taken down or edited
since stands as it does in the newer version, and so does one that came since.
"""

from dataclasses import dataclass, field
from pathlib import Path

from authoring import building, deploying, steps, verifying
from authoring.building import BuildError
from authoring.errors import Refusal
from authoring.steps import Clock, Step, Tell
from comments_service import ids, publishing, wording
from comments_service.publishing import files
from comments_service.settings import Settings

_NONE = "No other version is kept that could be brought back: one is after the next make publish."


@dataclass(slots=True)
class Rollback:
    """The version that is brought back, and what went wrong after readers saw it."""

    settings: Settings
    stage: Path
    clock: Clock = field(default_factory=Clock)
    troubles: list[str] = field(default_factory=list)


def roll_back(settings: Settings) -> None:
    """Bring the other version back and print which readers see now. Raises Refusal, and leaves the site as it was."""
    with building.alone(settings):
        stage = _other(settings)
        with building.taken_back(settings, stage, keep=True):
            run = Rollback(settings, stage)
            for _ in steps.walk(STEPS, run, run.clock):
                pass
        kept = building.version(settings, but=stage)
    which = "newer version" if kept and kept.name < stage.name else "version before"
    print(f"Readers see the {which} again, as built on {_when(settings, stage)}.")
    print("What was said and taken back since holds in it. Your files are as they were.")
    if kept:
        print(f"The one built on {_when(settings, kept)} is kept: make rollback brings it back.")
    if run.troubles:
        raise Refusal("\n".join(run.troubles))


def _other(settings: Settings) -> Path:
    """The version that readers were shown before that of now. A preview that stands there is not what they see."""
    present = settings.output.resolve()
    seen = present if files.shown_at(present) else building.version(settings)
    other = building.version(settings, but=seen) if seen and settings.output.is_symlink() else None
    if not other:
        raise Refusal(_NONE)
    return other


def _when(settings: Settings, site: Path) -> str:
    return wording.date_and_time(ids.as_text(ids.made_at(site.name)), settings.zone)


def bake(run: Rollback, _: Tell) -> str:
    """Tell the service of the essays of then, and set into their pages what stands now."""
    try:
        essays = files.read_essays(run.stage)
    except FileNotFoundError:
        raise Refusal(_NONE) from None
    try:
        baked = publishing.bake(run.settings, run.stage, essays)
    except FileNotFoundError as error:
        raise BuildError(str(error)) from error
    return f"{wording.count(baked.pages, 'essay', 'essays')}, {wording.count(baked.comments, 'response', 'responses')}"


def look(run: Rollback, tell: Tell) -> str:
    """See that every reply is in its place, and no other."""
    verifying.verify_replies(run.settings, run.stage, tell)
    return "every response in its place"


def swap(run: Rollback, _: Tell) -> str:
    """Let readers see it."""
    building.put_live(run.settings, run.stage)
    return ""


def deploy(run: Rollback, tell: Tell) -> str:
    """Send it to where readers get it."""
    return deploying.try_it(run.settings, run.troubles, tell)


STEPS: tuple[Step[Rollback], ...] = (
    Step("bake", "Setting in what was said since", bake),
    Step("verify", "Looking at every conversation", look),
    Step("swap", "Putting it in place", swap),
    Step("deploy", "Sending it to where readers get it", deploy, live=True),
)
