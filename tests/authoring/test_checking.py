"""`make check`: what is asked, how it is told, and what the author may decide about it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from authoring import building, checking, children, fields, sample_essays
from authoring.checking import levels
from authoring.checking.findings import Level
from authoring.checking.rules import BY_NAME, EXTERNAL, RULES
from authoring.errors import Refusal
from comments_service.settings import ROOT, Settings
from tests.authoring.conftest import essay
from tests.authoring.proofs import WITHOUT_SPELLING, found, page
from tests.support.actors import House

# What each rule is for, in one essay; two of them need a program or a network, and have tests of their own.
BREAKS: dict[str, tuple[str, dict[str, str | None]]] = {
    "unknown-line": ("Words.", {"Sumary": "Misspelt."}),
    "front-matter": ("Words.", {"Conversation": "ajar"}),
    "taken-address": ("Words.", {"Slug": "comments"}),
    "same-address": ("Words.", {"Slug": "one"}),
    "link": ("See [this](/nowhere/).", {}),
    "fragment": ("See [this](/one/#nowhere).", {}),
    "image": ("![A quay in fog](/images/nowhere.png)", {}),
    "image-size": ("![A quay in fog](/images/heavy.svg)", {}),
    "image-alt": ("![](/images/heavy.svg)", {}),
    "heading": ("#### Too deep\n\nWords.", {}),
    "todo": ("Words. TODO: more of them.", {}),
    "question": ("Words.", {"Question": None}),
    "promise": ("I'll tell you by 3 May 2020.", {}),
    "description": ("Words.", {"Summary": None, "Description": None}),
    "share": ("Words.", {"Share": "many words " * 40}),
}
ELSEWHERE = {EXTERNAL, "spelling", "image-place"}


def write(content: Path, rule: str, **front: str) -> Path:
    heavy = content / "images" / "heavy.svg"
    heavy.parent.mkdir(exist_ok=True)
    heavy.write_text(f"<svg xmlns='http://www.w3.org/2000/svg'>{' ' * 600_000}</svg>")
    words, lines = BREAKS[rule]
    return essay(content, "broken", words, **{"Description": "What it is about.", **lines, **front})


def test_every_rule_has_an_essay_that_breaks_it() -> None:
    assert BREAKS.keys() | ELSEWHERE == {rule.name for rule in RULES}


def levels_found(here: Settings, content: Path, path: Path, rule: str) -> list[Level]:
    return [one.level for one in checking.check(here, content).findings if one.path == path and one.rule == rule]


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_each_rule_finds_what_it_is_for_and_the_author_decides_its_level(
    here: Settings, content: Path, rule: str
) -> None:
    path = write(content, rule)
    page(content, "check.toml", WITHOUT_SPELLING)
    assert levels_found(here, content, path, rule) == [BY_NAME[rule].level]
    for level in ("warn", "fail"):
        page(content, "check.toml", f'{WITHOUT_SPELLING}{rule} = "{level}"\n')
        assert levels_found(here, content, path, rule) == [level]
    page(content, "check.toml", f'{WITHOUT_SPELLING}{rule} = "off"\n')
    assert levels_found(here, content, path, rule) == []


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_a_text_may_say_which_rules_pass_it_over(here: Settings, content: Path, rule: str) -> None:
    path = write(content, rule, Unchecked=f"spelling, {rule}")
    assert levels_found(here, content, path, rule) == []


def test_whoever_is_passed_over_by_a_rule_that_is_none_hears_of_it(here: Settings, content: Path) -> None:
    essay(content, "one", Unchecked="promises")
    assert found(here, content, "unknown-line") == ["essays/one.md:6: Unchecked: “promises” is no rule of make check."]


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_what_a_draft_may_still_lack_only_warns_there(here: Settings, content: Path, rule: str) -> None:
    write(content, rule, Status="draft")
    page(content, "check.toml", WITHOUT_SPELLING + "".join(f'{name} = "fail"\n' for name in BREAKS))
    failing = [finding.rule for finding in checking.check(here, content).failures if finding.path.stem == "broken"]
    assert (rule in failing) == (rule not in {"todo", "image-alt", "question", "description", "share"})


def test_a_publication_looks_past_drafts(here: Settings, content: Path) -> None:
    write(content, "link", Status="draft")
    assert found(here, content, "link")
    assert found(here, content, "link", drafts=False) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[check]\nlinks = "off"\n', "names links, which is no rule. Perhaps it is link."),
        ('[check]\nlink = "maybe"\n', "says link = 'maybe'. A rule is “off”, or it may “warn” or “fail”."),
        ("[check]\nlink = 1\n", "says link = 1. A rule"),
        ('link = "off"\n', "says link, which it doesn’t take"),
        ('check = "off"\n', "one table"),
        ("[check\n", "can’t be read"),
    ],
)
def test_what_the_table_says_and_nobody_understands_is_refused(content: Path, text: str, sentence: str) -> None:
    page(content, "check.toml", text)
    with pytest.raises(Refusal, match=re.escape(sentence)):
        levels.read(content)


def test_without_a_table_every_rule_has_its_own_level(content: Path) -> None:
    assert levels.read(content) == {rule.name: rule.level for rule in RULES}
    assert Level.OFF not in levels.read(content).values()


# ── how it is told ──────────────────────────────────────────────────────────────────────────────────────────────────


def run(content: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        children.command("authoring", "check", "--content", content, *words),
        cwd=ROOT, env=os.environ | {"RAPPORT_LANGUAGE": "la"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_failure_is_told_with_its_file_and_line_and_ends_with_one(content: Path) -> None:
    path = essay(content, "one", "First.\n\nSee [this](/nowhere/).", Description="One.", Question=None)
    essay(content, "two", Description="Two.")
    done = run(content)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == f"{path}:9: /nowhere/ is nowhere on this blog. [link]"
    assert lines[2:4] == [
        "Worth a look:",
        f"{path}:1: The essay asks its readers nothing: give it a line “Question: …”. [question]",
    ]
    assert re.fullmatch(r"2 texts looked at in \d+\.\d s: 1 thing to mend, 1 worth a look\.", lines[-1])
    assert done.stderr == ""


def test_what_is_only_worth_a_look_ends_well(content: Path) -> None:
    essay(content, "one", Question=None)
    assert run(content).returncode == 0


def test_a_file_that_is_no_text_is_named_without_a_trace(content: Path) -> None:
    path = content / "essays" / "one.md"
    path.write_bytes(b"Title: caf\xe9\n\nWords.\n")
    done = run(content)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{path} is no text in UTF-8. Save it as UTF-8 in your editor.\n"


def test_an_empty_blog_has_nothing_to_mend(here: Settings, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    assert checking.check(here, tmp_path / "bare").findings == ()


# ── our own ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_blog_as_it_comes_passes(here: Settings, tmp_path: Path) -> None:
    sample_essays.copy_with_samples(building.CONTENT, tmp_path / "content")
    found = checking.check(here, tmp_path / "content").findings
    assert [str(finding) for finding in found if finding.path != ROOT / "pyproject.toml"] == []


def test_the_draft_to_begin_with_is_a_text_without_fault(here: Settings, tmp_path: Path) -> None:
    words = (ROOT / "authoring" / "drafts" / "first_essay.md").read_text("utf-8")
    page(tmp_path / "content", "essays/the-first-essay.md", words.replace("$date", "2026-01-02 08:00"))
    assert checking.check(here, tmp_path / "content").failures == ()


def test_whatever_passes_can_be_built(built_house: House, here: Settings, content: Path) -> None:
    lines = {field.name: "" for field in fields.FIELDS if "essay" in field.stands_in and field.may_be_empty}
    essay(content, "full", **(lines | {"Title": "Full", "Date": "2026-01-03", "Slug": "full"}))
    assert checking.check(here, content).failures == ()
    assert building.build(here, content=content).essays == 3


# ── what the documentation says ─────────────────────────────────────────────────────────────────────────────────────


def table(file: str, heading: str) -> list[list[str]]:
    section = (ROOT / "docs" / file).read_text("utf-8").split(f"# {heading}\n")[1]
    rows = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert rows
    return [[cell.strip().strip("`") for cell in row.strip("| \n").split(" | ")] for row in rows[0].splitlines()[2:]]


def test_every_rule_is_documented_with_its_level() -> None:
    assert [row[:2] for row in table("writing.md", "The rules")] == [[rule.name, rule.level] for rule in RULES]


def test_every_line_of_front_matter_is_documented() -> None:
    assert {row[0] for row in table("settings.md", "An essay's front matter")} == {
        field.name for field in fields.FIELDS
    }
