"""The sample conversation: said, approved, answered, withdrawn by the real acts, each at its own time in the past."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from authoring import sample_conversation
from authoring.sample_conversation import Said
from comments_service import answering, identity, ids, keys, moderation, posting, worker
from comments_service.database import Database, opened
from comments_service.identity import authors, readers
from comments_service.keys import Keys
from comments_service.models import Comment, Errand, NewReply, Person, State, Verb
from comments_service.providers import Claims
from comments_service.settings import Settings
from comments_service.store import comments, pages

# How long the author of the sample takes to look at a stranger's first reply, and a writer to see a slip.
_LOOK = timedelta(minutes=20)
_SLIP = timedelta(minutes=4)
# An essay may be younger than its sample conversation: then that is told in less time, and begins this long after it.
_BREATH = timedelta(hours=1)


@dataclass(slots=True)
class _Stage:
    """Where the sample is played: who is known there by now, and what has been said."""

    db: Database
    settings: Settings
    keys: Keys
    owner: Person
    names: Mapping[str, Mapping[str, str]]
    devices: dict[str, str] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)


def seed(settings: Settings) -> int:
    """Play the sample under the essays that the site holds, and renew their pages; returns how many replies it has."""
    settings = settings.with_(rate_limit=False)
    with opened(settings) as db, _clock(settings) as clock:
        names, everything = sample_conversation.read(clock.present.astimezone(settings.zone))
        published = {page.path: ids.as_moment(page.published) for page in pages.every(db)}
        sayings = [said for said in everything if said.page in published]
        stage = _Stage(db, settings, keys.load(settings.data), authors.ensure_owner(db, settings), names)
        for at, act in sorted(_acts(stage, sayings, published, clock.present), key=lambda timed: timed[0]):
            clock.show(at)
            act()
    with opened(settings) as db:
        while worker.work_once(db, settings):
            pass
    return len(sayings)


def _acts(
    stage: _Stage,
    sayings: list[Said],
    published: Mapping[str, datetime],
    present: datetime,
) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Everything that happens in the sample, each with its time, in no order."""
    for said in sayings:
        longest = present - min(other.when for other in sayings if other.on == said.on)
        pace = min(1.0, max(0.0, (present - published[said.page] - _BREATH) / longest))
        told = partial(_told, present, pace)
        yield told(said.when), partial(_say, stage, said)
        if said.first:
            yield told(said.when + _SLIP), partial(_correct, stage, said)
        if not said.waits:
            yield told(said.when + _LOOK), partial(_approve, stage, said)
        if said.withdrawn is not None:
            yield told(said.withdrawn), partial(_withdraw, stage, said)


def _told(present: datetime, pace: float, when: datetime) -> datetime:
    return present - (present - when) * pace


def _say(stage: _Stage, said: Said) -> None:
    parent = stage.comments[said.to].id if said.to else None
    new = NewReply(page=said.page, text=said.first or said.text, parent=parent)
    if said.by == "author":
        given = answering.answer(stage.db, stage.settings, stage.keys, stage.owner, new)
        stage.comments[said.id] = given.accepted.comment
        return
    reader = stage.names[said.by]
    device = stage.devices.get(said.by) or _proven(stage, said.by, reader)
    accepted = posting.accept(
        stage.db,
        stage.settings,
        stage.keys,
        identity.of_device(stage.db, device),
        NewReply(
            page=new.page,
            text=new.text,
            parent=new.parent,
            name=reader["name"],
            website=reader.get("website", ""),
            wants_answer=said.wants,
            private=said.private,
        ),
    )
    stage.devices[said.by] = accepted.device or device
    stage.comments[said.id] = accepted.comment


def _proven(stage: _Stage, who: str, reader: Mapping[str, str]) -> str:
    """The secret of a device on which a reader proved who they are, or nothing for a guest."""
    if "proven" not in reader:
        return ""
    claims = Claims(reader["by"], "the sample", who, reader["proven"], reader["name"], reader.get("website", ""))
    errand = Errand(id="", fields={}, purpose="yours", comment="", created="", expires="")
    return readers.sign_in(stage.db, claims, errand, device="")[1]


def _correct(stage: _Stage, said: Said) -> None:
    posting.edit(stage.db, stage.keys, stage.comments[said.id], said.text, seen="")


def _approve(stage: _Stage, said: Said) -> None:
    comment = comments.find(stage.db, stage.comments[said.id].id)
    if comment and comment.state is State.HELD:
        moderation.decide(stage.db, comment.id, Verb.APPROVE, stage.owner)


def _withdraw(stage: _Stage, said: Said) -> None:
    posting.withdraw(stage.db, stage.comments[said.id])


@dataclass(frozen=True, slots=True)
class _Clock:
    """A clock that can be turned back; `present` is the time that it showed before."""

    file: Path
    present: datetime

    def show(self, at: datetime) -> None:
        """Let it be that time, and go on from there."""
        self.file.write_text(str((at - datetime.now(UTC)).total_seconds()))


@contextmanager
def _clock(settings: Settings) -> Iterator[_Clock]:
    file = settings.data / "sample-clock"
    ids.use_clock(settings.clock_file)
    clock = _Clock(file, ids.moment())
    ids.use_clock(file)
    try:
        yield clock
    finally:
        ids.use_clock(settings.clock_file)
        file.unlink(missing_ok=True)
