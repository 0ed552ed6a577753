"""What the documentation says is so: settings, commands, links, the tour's stops, the reasons for dependencies."""

import ast
import dataclasses
import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
import pytest

from comments_service import create_app, settings
from comments_service.cli import rapport
from comments_service.settings import ROOT
from comments_service.web import guards

README, CHANGELOG, DOCS = ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "docs"
TOUR, SETTINGS, OPERATING = DOCS / "tour.md", DOCS / "settings.md", DOCS / "operating.md"
WRITING, MODERATING = DOCS / "writing.md", DOCS / "moderating.md"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
# The changelog is history: it may name what is no longer there.
PROSE = [README, TOUR, SETTINGS, OPERATING, WRITING, MODERATING, *DECISIONS]
WRITTEN = [*PROSE, CHANGELOG, *sorted((ROOT / "content").rglob("*.md")), *sorted((ROOT / "theme").rglob("*.md"))]

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):.*## ", MAKEFILE, re.MULTILINE))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_STOP = re.compile(r"\[`([^`:]+)(?:: ([^`]+))?`\]\(([^)]+)\)")


def named(path):
    return str(path.relative_to(ROOT))


# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────


def code(text: str) -> Iterator[str]:
    """Every line of code in a text, from blocks and from between its words."""
    for block in _BLOCK.findall(text):
        yield from block.splitlines()
    yield from _SPAN.findall(_BLOCK.sub("", text))


def make_commands(text: str) -> set[str]:
    return {found for line in code(text) for found in re.findall(r"(?<![\w.-])make ([a-z][\w-]*)", line)}


def rapport_commands(text: str) -> set[str]:
    """The commands that a text names, as in `author link`; what there is not, a command or an option, as it stands."""
    calls = [words.split() for line in code(text) for words in re.findall(r"(?<![\w-])rapport ((?:[\w-]+ ?)+)", line)]
    return {_name(rapport, words) for words in calls}


def _name(command: click.Command, words: list[str]) -> str:
    if isinstance(command, click.Group):
        inner = command.commands.get(words[0]) if words else None
        return f"{words[0]} {_name(inner, words[1:])}".strip() if inner else " ".join(words)
    options = {"--help"}.union(*(parameter.opts + parameter.secondary_opts for parameter in command.params))
    return " ".join(word for word in words if word.startswith("--") and word not in options)


def leaves(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*above, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*above, name))


def everything(find):
    return set().union(*(find(path.read_text("utf-8")) for path in PROSE))


def test_every_command_of_make_is_documented_and_every_documented_one_exists():
    assert everything(make_commands) == TARGETS


def test_every_command_of_rapport_is_documented_and_every_documented_one_exists():
    assert everything(rapport_commands) == set(leaves(rapport))


def test_every_word_for_make_is_one_that_the_makefile_knows():
    words = re.findall(r"`([A-Z_]+)=", SETTINGS.read_text("utf-8").split("## Words for make")[1])
    assert words
    assert [word for word in words if not re.search(rf"\b{word}\b", MAKEFILE)] == []


# ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(path: Path, heading: str) -> list[tuple[str, ...]]:
    """The rows of the first table under a heading, as text without its backticks around a whole cell."""
    section = re.split(rf"^#+ {re.escape(heading)}$", path.read_text("utf-8"), flags=re.MULTILINE)[1]
    first = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert first, f"{named(path)} has no table under “{heading}”"
    rows = first[0].splitlines()[2:]
    return [tuple(re.sub(r"^`([^`]*)`$", r"\1", cell.strip()) for cell in row.strip("| ").split(" | ")) for row in rows]


def shown(default: object) -> str:
    match default:
        case None:
            return "unset"
        case "":
            return "empty"
        case bool():
            return "on" if default else "off"
        case Path():
            return f"{default.relative_to(ROOT)}/"
        case _:
            return str(default)


def test_every_setting_is_documented_as_it_is():
    there = [
        (name, f"RAPPORT_{name.upper()}", shown(field.default), field.metadata["help"])
        for name, field in settings.names().items()
    ]
    assert table(SETTINGS, "Every setting") == there


def test_every_key_of_a_service_is_documented():
    written = {key for key, *_ in table(SETTINGS, "Signing in with other services")}
    assert written == {field.name for field in dataclasses.fields(settings.Service)} - {"name"}


def test_every_line_of_front_matter_that_is_used_or_read_is_documented():
    used = set()
    for path in (ROOT / "content").rglob("*.md"):
        used |= set(re.findall(r"^(\w+):", path.read_text("utf-8").split("\n\n")[0], re.MULTILINE))
    for path in (ROOT / "plugins").rglob("*.py"):
        pairs = re.findall(r"getattr\(article, \"(\w+)\"|metadata\.get\(\"(\w+)\"", path.read_text("utf-8"))
        used |= {(attribute or key).capitalize() for attribute, key in pairs}
    assert used <= {line for line, *_ in table(SETTINGS, "An essay's front matter")}


# ── the server's files ──────────────────────────────────────────────────────────────────────────────────────────────


NGINX, CADDY = ((ROOT / "deploy" / name).read_text("utf-8") for name in ("nginx.conf", "Caddyfile"))


@pytest.mark.parametrize("pattern", re.findall(r"(?:location ~|path_regexp) (\^/\(api\|\S+)", NGINX + CADDY))
def test_the_web_servers_file_sends_the_service_what_is_its_own_and_nothing_else(tmp_path, pattern):
    app = create_app(settings.load({"RAPPORT_DATA": str(tmp_path)}, ROOT / "none"))
    site = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("site.")}
    service = {rule.rule for rule in app.url_map.iter_rules()} - site
    assert [rule for rule in sorted(service) if not re.search(pattern, rule)] == []
    assert [path for path in (*site, "/conversations/", "/theme/css/main.css") if re.search(pattern, path)] == []


def test_whoever_keeps_the_pages_elsewhere_is_told_every_path_of_the_service():
    (paths,) = re.findall(r"its paths \(([^)]*)\)", (ROOT / "docs" / "operating.md").read_text("utf-8"))
    (served,) = re.findall(r"location ~ \^/\(([a-z|]+)\)/", NGINX)
    assert re.findall(r"`/(\w+)/`", paths) == served.split("|")


SECURE = settings.load({"RAPPORT_URL": "https://example.org"}, ROOT / "none")


@pytest.mark.parametrize("name", guards.headers(SECURE))
# What the service alone answers goes through as it sends it.
@pytest.mark.parametrize("path", ["", *(path for path in guards.ELSEWHERE if path != guards.PRIVATE_FEEDS)])
def test_the_web_servers_files_send_the_headers_that_the_service_sends(name, path):
    """A real nginx, asked, shows it too; what this one adds is Caddy, and that both files say the same."""
    value = guards.headers(SECURE, path)[name]
    scripts = "'self' 'wasm-unsafe-eval'" if path in {"/search/", "/pagefind/"} else "'self'"
    show = "cross-origin" if path == "/images/" else "same-origin"
    assert f'"{value}"' in NGINX.replace("$script_policy", f"script-src {scripts}")
    assert f'"{value}"' in CADDY.replace("{scripts}", scripts).replace("{show}", f'"{show}"')
    assert f"add_header {name} $" in NGINX
    assert f"?{name} " in CADDY


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def broken(document: Path, text: str) -> list[str]:
    """The links of a document to this repository that lead nowhere."""
    found = []
    for target in _LINK.findall(_BLOCK.sub("", text)):
        if re.match(r"[a-z]+:|/", target):
            continue
        address, _, anchor = target.removeprefix("{filename}").partition("#")
        file = (document.parent / address).resolve() if address else document
        lost = anchor and file.suffix == ".md" and anchor not in anchors(file)
        if not file.exists() or not file.is_relative_to(ROOT) or lost:
            found.append(target)
    return found


def anchors(file: Path) -> set[str]:
    """The names of a document's headings, as the places that show Markdown make them."""
    headings = re.findall(r"^#+ (.*)$", _BLOCK.sub("", file.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", WRITTEN, ids=named)
def test_no_link_leads_nowhere(document):
    assert broken(document, document.read_text("utf-8")) == []


# ── the tour ────────────────────────────────────────────────────────────────────────────────────────────────────────


def lost_stops(text: str) -> list[str]:
    """The stops of a tour that are not where they are said to be, and the files that it names without a link."""
    found = []
    for path, names, target in _STOP.findall(text):
        file = ROOT / path
        if not file.is_file() or (DOCS / target).resolve() != file:
            found.append(path)
        else:
            found += [f"{path}: {name}" for name in re.findall(r"[\w.]+", names) if name not in defined(file)]
    return found + [span for span in _SPAN.findall(_STOP.sub("", text)) if re.search(r"\w\.(py|js|html)\b", span)]


def defined(file: Path) -> set[str]:
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        return set(re.findall(r"\b(?:function|macro) (\w+)", text))
    found = set()
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found |= {name, *(f"{name}.{item.name}" for item in body if isinstance(item, ast.FunctionDef))}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def test_every_stop_of_the_tour_is_there():
    assert lost_stops(TOUR.read_text("utf-8")) == []


# ── reasons ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_direct_dependency_has_its_reason():
    (page,) = [path for path in DECISIONS if path.name.endswith("-dependencies.md")]
    wanted = chain(PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"].values())
    reasons = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", page.read_text("utf-8"), re.MULTILINE))
    assert sorted(reasons) == sorted(re.split(r"[^\w-]", requirement)[0] for requirement in wanted)
    assert [name for name, reason in reasons.items() if len(reason.split()) < 4] == []


@pytest.mark.parametrize("page", DECISIONS, ids=named)
def test_every_decision_says_what_was_decided_why_and_what_would_change_it(page):
    text, number = page.read_text("utf-8"), 1 + DECISIONS.index(page)
    assert page.name.startswith(f"{number:04}-")
    assert text.startswith(f"# {number}. ")
    parts = ["Context", "Decision", "Why", "What it costs", "What would change our mind"]
    assert re.findall(r"^\*\*(.+)\.\*\* ", text, re.MULTILINE) == parts


def test_the_changelog_begins_with_this_version():
    (newest, *_) = re.findall(r"^## (\S+?)(?:,|$)", CHANGELOG.read_text("utf-8"), re.MULTILINE)
    assert newest == PYPROJECT["project"]["version"]


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (lambda text: make_commands(text) - TARGETS, "`make coffee`"),
        (lambda text: rapport_commands(text) - set(leaves(rapport)), "```sh\n.venv/bin/rapport frobnicate\n```"),
        (lambda text: rapport_commands(text) - set(leaves(rapport)), "`rapport author fire`"),
        (lambda text: rapport_commands(text) - set(leaves(rapport)), "`rapport queue --xml`"),
        (lambda text: broken(README, text), "[help](docs/help.md)"),
        (lambda text: broken(README, text), "[settings](docs/settings.md#every-wish)"),
        (lambda text: broken(README, text), "[outside](../elsewhere.md)"),
        (lost_stops, "[`comments_service/posting/__init__.py: refuse`](../comments_service/posting/__init__.py)"),
        (lost_stops, "[`comments_service/gone.py`](../comments_service/gone.py)"),
        (lost_stops, "[`comments_service/cli.py: answer`](../comments_service/worker.py)"),
        (lost_stops, "`comments_service/cli.py: answer`"),
    ],
)
def test_a_planted_error_is_found(find, text):
    assert find(text)
