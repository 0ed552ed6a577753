"""What Jinja made of a template is used again as long as that says the same, and is never missed."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from plugins import kept_templates, kept_texts


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test keeps for itself."""
    monkeypatch.setattr(kept_templates, "KEPT", tmp_path / "kept")
    return tmp_path / "kept"


def environment(words: str, **more: Any) -> Environment:
    """How a build reads its one template."""
    pelican = SimpleNamespace(settings={"JINJA_ENVIRONMENT": {"autoescape": True}, "PLUGINS": ["one"]} | more)
    kept_templates.remember(pelican)
    return Environment(loader=DictLoader({"page": words}), **pelican.settings["JINJA_ENVIRONMENT"])  # noqa: S701 -- they say


def says(words: str, **more: Any) -> str:
    return environment(words, **more).get_template("page").render(name="<b>")


def test_a_template_is_compiled_once_and_again_when_it_says_something_else(
    monkeypatch: pytest.MonkeyPatch, kept: Path
) -> None:
    assert says("Hello, {{ name }}") == "Hello, &lt;b&gt;"
    assert len(list(kept.glob("*/*"))) == 1
    with monkeypatch.context() as patched:
        patched.setattr(Environment, "compile", None)
        assert says("Hello, {{ name }}") == "Hello, &lt;b&gt;"
    assert says("Good day, {{ name }}") == "Good day, &lt;b&gt;"


def test_templates_that_are_read_in_another_way_are_kept_apart(kept: Path) -> None:
    assert says("Hello, {{ name }}") == "Hello, &lt;b&gt;"
    assert says("Hello, {{ name }}", JINJA_ENVIRONMENT={"autoescape": False}) == "Hello, <b>"
    for number in range(4):
        says("Hello", PLUGINS=[str(number)])
    assert len([folder for folder in kept.iterdir() if not folder.name.startswith(".")]) == 3


def test_a_fresh_build_uses_and_keeps_nothing(kept: Path) -> None:
    assert says("Hello", **{kept_texts.FRESH: True}) == "Hello"
    assert not kept.exists()


def test_what_cannot_be_kept_can_still_be_used(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = environment("Hello")
    shutil.rmtree(kept)
    assert read.get_template("page").render() == "Hello"
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(kept_templates, "KEPT", tmp_path / "file" / "kept")
    assert says("Hello") == "Hello"
