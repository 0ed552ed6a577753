"""`make start`: makes the blog the author's own: settings asked for or given, samples set aside or brought back."""

import string
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from authoring import sample_essays, settings_file, wishes
from authoring.building import CONTENT
from authoring.errors import Refusal
from comments_service import ids, wording
from comments_service import settings as settings_
from comments_service.settings import Settings

_DRAFTS = Path(__file__).with_name("drafts")
_FIRST_ESSAY = "essays/the-first-essay.md"
_ABOUT = "pages/about.md"
# From here on, the sample's About page tells how such a blog works, which stays true.
_TRUE_OF_EVERY_BLOG = "## When your first reply is held"


def start(
    given: Mapping[str, str | None],
    wish: str | None,
    *,
    asking: bool,
    content: Path = CONTENT,
    file: Path = settings_file.PATH,
) -> Iterator[str]:
    """Do it, and yield lines that tell what was done and what is next.

    `given` holds what the flags say, by setting; `wish` is `keep`, `aside` or None. With `asking` the rest is asked
    for, else it stays as it is. Raises Refusal and SettingsError, before anything is written.
    """
    now = settings_.load({}, file)
    chosen = _understood(given) | (_asked(given, now) if asking else {})
    if asking and wish is None and sample_essays.are_there(content):
        wish = "aside" if click.confirm("Set the sample essays aside?", default=False) else "keep"
    settings_file.change(file, chosen)
    now = settings_.load({}, file)
    yield from _settings(now, chosen)
    if kept := [question.flag for question in wishes.QUESTIONS if question.setting not in chosen and not asking]:
        yield f"Nobody was there to be asked, so these stay as they are: {', '.join(kept)}."
    yield from _samples(now, content, wish)
    yield "Then: make serve"


def _understood(given: Mapping[str, str | None]) -> dict[str, str | int]:
    chosen = {}
    for question in wishes.QUESTIONS:
        words = given.get(question.setting)
        if words is not None:
            try:
                chosen[question.setting] = question.understand(words)
            except ValueError as error:
                raise Refusal(f"{question.flag}: {error}") from None
    return chosen


def _asked(given: Mapping[str, str | None], now: Settings) -> dict[str, str | int]:
    """What is typed at the terminal; whoever leaves a question without a default empty leaves it open."""
    answers = {}
    for question in wishes.QUESTIONS:
        if given.get(question.setting) is None:
            default = question.default(now)
            answer = click.prompt(
                question.words,
                default=default,
                show_default=bool(default),
                value_proc=_patient(question, default),
            )
            if answer != "":
                answers[question.setting] = answer
    return answers


def _patient(question: wishes.Question, default: str) -> Callable[[str], str | int]:
    """Understand an answer, or say what is wrong with it and let it be given once more."""

    def understand(words: str) -> str | int:
        if not words and not default:
            return ""
        try:
            return question.understand(words)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return understand


def _settings(now: Settings, chosen: Mapping[str, str | int]) -> Iterator[str]:
    if not chosen:
        return
    yield f"{now.title}, by {now.author}. {_promise(now, 'The reply form says that you answer within {}.')}".strip()
    known = wishes.known_address(now)
    yield f"Its address is {known}." if known else "It has no address yet: make start ADDRESS=https://… gives it one."


def _samples(now: Settings, content: Path, wish: str | None) -> Iterator[str]:
    if wish == "aside":
        moved = sample_essays.set_aside(content)
        if moved:
            yield f"Set aside, in content/{sample_essays.ASIDE}/: {wording.count(len(moved), 'sample', 'samples')}."
            yield "make start SAMPLES=keep brings them back, and make demo shows them all the same."
        yield from _written(content, now)
    if wish == "keep" and (moved := sample_essays.bring_back(content)):
        yield f"Brought back: {wording.count(len(moved), 'sample', 'samples')}."
    yield "Say who you are in content/pages/about.md, and read content/pages/privacy.md once: both speak as you."


def _written(content: Path, now: Settings) -> Iterator[str]:
    """Write what an empty blog needs, never over anything."""
    if not any((content / "essays").glob("*.md")):
        _write(content / _FIRST_ESSAY, _draft("first_essay.md", now))
        yield f"A draft to begin with: content/{_FIRST_ESSAY}. Only you see it as long as it says “Status: draft”."
    if not (content / _ABOUT).exists():
        sample = content / sample_essays.ASIDE / _ABOUT
        _, heading, rest = (sample.read_text("utf-8") if sample.exists() else "").partition(_TRUE_OF_EVERY_BLOG)
        _write(content / _ABOUT, _draft("about.md", now) + heading + rest)


def _draft(name: str, now: Settings) -> str:
    words = string.Template((_DRAFTS / name).read_text("utf-8"))
    promise = _promise(now, "I try to do it within {}, counted from the moment you sent your reply.")
    date = ids.moment().astimezone(now.zone)
    return words.substitute(name=now.author, promise=promise, date=f"{date:%Y-%m-%d %H:%M}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _promise(now: Settings, words: str) -> str:
    return words.format(wording.hours(now.answer_within)) if now.answer_within else ""
