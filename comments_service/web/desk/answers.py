"""The field for an answer: what sending it does, what was typed, what is undertaken with it, what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from comments_service import days, ids, rendering
from comments_service.engagement.waiting import Waiting
from comments_service.errors import Problem
from comments_service.models import Comment, State
from comments_service.settings import Settings
from comments_service.store.saved_replies import SavedReply

_EXCERPT = 100
# The code of the problem that an answer says what was said to somebody else.
FORM_LETTER = "form_letter"


@dataclass(frozen=True, slots=True)
class Box:
    """Something to be ticked with an answer: a further comment that it answers, or a promise that it keeps."""

    id: str
    name: str
    words: str
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The field for an answer.

    `hint` and `button` say what sending it does; `problems` are sentences by field. `also` and `keeps` can be ticked,
    `today` is the first day for a promise, `seen` the conversation's last event. `letter` says, once, that the same
    words went to somebody else, or are saved ones as they are. `saved` are the saved replies: id and title.
    """

    hint: str
    button: str
    seen: str
    today: str
    text: str = ""
    promise: str = ""
    due: str = ""
    also: tuple[Box, ...] = ()
    keeps: tuple[Box, ...] = ()
    letter: str = ""
    problems: Mapping[str, str]
    saved: tuple[tuple[str, str], ...] = ()

    @property
    def open(self) -> bool:
        """Whether something was typed that must be seen again."""
        return bool(self.text or self.problems or self.letter)


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with an answer that has to be looked at again."""

    fields: Mapping[str, str]
    also: Sequence[str]
    problem: Problem


class Desk(Protocol):
    """What the field needs to know of a desk (`waits.Desk`)."""

    @property
    def settings(self) -> Settings:
        """The settings."""

    @property
    def saved(self) -> tuple[SavedReply, ...]:
        """The saved replies."""


def field(
    desk: Desk,
    comment: Comment,
    waits: Waiting | None,
    *,
    seen: int | None = None,
    typed: Typed | None = None,
    begun: str = "",
) -> Answer | None:
    """The field for an answer to a comment; None where nobody could read one.

    `waits` is its conversation where further comments and promises of it are offered; `seen` tells of it otherwise.
    `begun` is what stands in the field of an answer that was only begun.
    """
    settings = desk.settings
    if not can_be_answered(comment):
        return None
    hint, button = _what_it_does(comment)
    given: Mapping[str, str] = typed.fields if typed else {}
    also: Sequence[str] = typed.also if typed else ()
    now = ids.now()
    last = waits.conversation.last_seq if waits else seen
    return Answer(
        hint=hint,
        button=button,
        seen="" if last is None else str(last),
        today=days.local(now, settings.zone),
        text=given.get("text", "") or begun,
        promise=given.get("promise", ""),
        due=given.get("due", ""),
        also=tuple(
            Box(one.id, one.name, rendering.excerpt(one.html, _EXCERPT), one.id in also)
            for one in (waits.also if waits else ())
        ),
        keeps=tuple(
            Box(
                one.id,
                "",
                f"{one.what} ({days.promised(one.due_at, now, settings.zone)})",
                one.id == given.get("keeps"),
            )
            for one in (waits.promises if waits else ())
            if one.is_open
        ),
        letter=typed.problem.message if typed and typed.problem.code == FORM_LETTER else "",
        problems=typed.problem.fields if typed else {},
        saved=tuple((one.id, one.title) for one in desk.saved),
    )


def can_be_answered(comment: Comment) -> bool:
    """Whether somebody could read an answer to it."""
    return comment.state in {State.HELD, State.PUBLISHED}


def _what_it_does(comment: Comment) -> tuple[str, str]:
    if comment.private_at is not None:
        return f"Only {comment.name} will see it.", "Answer privately"
    if comment.state is State.HELD:
        return f"Answering publishes {comment.name}’s reply as well.", "Publish and answer"
    return "", "Answer"
