"""The rule about spelling: codespell's list of common misspellings, less the blog's own words.

codespell knows misspelt words, not words: a name or a rare word is never a mistake to it. It runs as a program of its
own, once for all texts that changed.
"""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from authoring.checking.findings import Found
from authoring.checking.kept import WORDS
from authoring.checking.reading import Blog, Text
from authoring.errors import Refusal
from comments_service.settings import ROOT

_MODULE = "codespell_lib"
_KNOWN = "misspelt"
_SPOKEN = ("title", "summary", "description", "share", "question", "edition_note")
_SAID = re.compile(r"(?P<line>\d+): (?P<wrong>\S+) ==> (?P<right>.*?)(?:\s+\| (?P<why>.*))?")
_FOUND_SOMETHING = 65
_ENGLISH = "en"


def misspelt(blog: Blog, _: Callable[[str], None]) -> Iterator[Found]:
    """Every misspelt word of the English texts, with what it might be."""
    texts = [text for text in blog.looked_at if _language(blog, text) == _ENGLISH]
    if not texts:
        return
    if importlib.util.find_spec(_MODULE) is None:
        yield Found(
            ROOT / "pyproject.toml",
            1,
            "The spelling was not looked at: codespell is missing. .venv/bin/python -m pip install codespell gets it.",
        )
        return
    new = [text for text in texts if _KNOWN not in text.known]
    lines = [(text, number, line) for text in new for number, line in enumerate(_read_lines(text), 1)]
    asked = list(_asked([line for *_, line in lines], blog.content / WORDS)) if lines else []
    for text in new:
        text.known[_KNOWN] = []
    for place, wrong, right in asked:
        text, number = lines[place][:2]
        text.known[_KNOWN].append((number, wrong, right))
    for text in texts:
        for number, wrong, right in text.known[_KNOWN]:
            words = f"“{wrong}” is perhaps “{right}”; if it is right, put it into content/{WORDS}."
            yield Found(text.path, number, words)


def understood(said: str) -> Iterator[tuple[int, str, str]]:
    """What codespell printed: the line counted from 0, the word, and what it might be."""
    for line in said.splitlines():
        if found := _SAID.fullmatch(line.rstrip()):
            yield int(found["line"]) - 1, found["wrong"], found["right"].rstrip(", ")


def _asked(lines: Sequence[str], words: Path) -> Iterator[tuple[int, str, str]]:
    own = ["--ignore-words", str(words)] if words.exists() else []
    done = subprocess.run(
        [sys.executable, "-m", _MODULE, "--disable-colors", "--stdin-single-line", *own, "-"],
        # Where no setup.cfg of anybody's would be read for its settings.
        cwd=Path(__file__).parent, env=os.environ | {"PYTHONUTF8": "1"},
        input="\n".join(lines), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode not in {0, _FOUND_SOMETHING}:
        raise Refusal(f"codespell could not look at the spelling: {done.stderr.strip()}")
    yield from understood(done.stdout)


def _read_lines(text: Text) -> list[str]:
    """The lines of a text as they are read, with what its front matter says aloud."""
    lines = text.prose.split("\n")
    for said in text.said:
        if said.name.lower() in _SPOKEN:
            lines[said.line - 1] = said.value
    return lines


def _language(blog: Blog, text: Text) -> str:
    return (text.value("lang") or blog.settings.language).split("-")[0].lower()
