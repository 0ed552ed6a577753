"""The plan of the house: imports point down, every module introduces itself and stays readable."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
LONGEST = 400
OUR_PACKAGES = ("comments_service", "plugins", "authoring")

# From the ground up. A module may import what stands below it, and its own package.
LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("words", ("models", "records", "errors", "ids", "outward", "settings", "wording", "days")),
    (
        "thinking",
        (
            "charts",
            "providers",
            "quoting",
            "rendering",
            "screening",
            "threads",
            "names",
            "texts",
            "ledger",
            "readers_markdown",
            "searching",
            "incoming",
            "jotting",
        ),
    ),
    (
        "ground",
        (
            "chat",
            "in_use",
            "catalogue",
            "database",
            "migrations",
            "templating",
            "keys",
            "proofs",
            "return_addresses",
            "feeds",
            "logs",
            "mail",
            "outbound",
            "pictures",
            "ports",
            "private_files",
            "unavailable",
        ),
    ),
    ("store", ("store",)),
    (
        "acts",
        (
            "posting",
            "identity",
            "moderation",
            "engagement",
            "publishing",
            "exporting",
            "importing",
            "holding",
            "webhooks",
            "websub",
        ),
    ),
    ("together", ("answering", "backups", "notifying", "receiving")),
    ("above them", ("announcing", "examining")),
    (
        "doors",
        (
            "web",
            "cli",
            "worker",
            "lanes",
            "alerting",
            "calling",
            "delivering",
            "collecting",
            "fetching",
            "arriving",
            "serving",
            "__main__",
            "__init__",
        ),
    ),
)
RANK = {name: rank for rank, (_, names) in enumerate(LAYERS) for name in names}
LAYER = {name: layer for layer, names in LAYERS for name in names}
# An act may know who speaks, since a first reply makes a guest; otherwise acts know nothing of each other.
ACTS_MAY_ALSO = {("posting", "identity")}
# The thinking layer takes no library that could reach out of it, and reads neither clock nor chance.
IMPURE = {
    "os",
    "pathlib",
    "socket",
    "subprocess",
    "random",
    "secrets",
    "time",
    "logging",
    "flask",
    "sqlite3",
    "psycopg",
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in OUR_PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imports(path: Path, *, only_at_import: bool = False) -> set[str]:
    """The absolute names that a module imports, `from a import b` as `a.b`."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = tree.body if only_at_import else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(module: str) -> str:
    """`comments_service.store.pages` stands in the room `store`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def violations(module: str, path: Path) -> list[str]:
    found = imports(path)
    if module.startswith("plugins"):
        names = ("catalogue", "feeds", "ids", "models", "publishing", "settings")
        allowed = tuple(f"comments_service.{name}" for name in names)
        return [name for name in sorted(found) if name.startswith("comments_service") and not name.startswith(allowed)]
    if module.startswith("authoring"):
        return []
    here, wrong = room(module), []
    for name in sorted(found):
        top = name.split(".", 1)[0]
        if top in {"plugins", "authoring", "pelican", "tests"}:
            wrong.append(f"{name}: the service knows nothing of the site's build")
        elif top == "flask" and here not in {"web", "__init__"}:
            wrong.append(f"{name}: flask lives in the doors")
        elif LAYER[here] == "thinking" and top in IMPURE:
            wrong.append(f"{name}: thinking is pure")
        elif top == "comments_service" and name != "comments_service.create_app":
            wrong += _upward(here, room(name), name)
    return wrong


def _upward(here: str, there: str, name: str) -> list[str]:
    if there == here or RANK[there] < RANK[here] or (here, there) in ACTS_MAY_ALSO:
        return []
    if LAYER[here] == LAYER[there] and LAYER[here] != "acts":
        return []
    return [f"{name}: {here} ({LAYER[here]}) must not import {there} ({LAYER[there]})"]


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_point_down(module: str, path: Path) -> None:
    assert violations(module, path) == []


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_module_introduces_itself_and_stays_readable(module: str, path: Path) -> None:
    text = path.read_text("utf-8")
    introduction = ast.get_docstring(ast.parse(text))
    assert introduction, f"{module} has no docstring"
    assert len(text.splitlines()) <= LONGEST, f"{module} outgrew its room"


def test_tests_stay_as_readable_as_what_they_test() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in TESTS.rglob("*.py")}
    assert str(Path(__file__).relative_to(ROOT)) in lengths
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        module
        for module, path in modules()
        if module.startswith("comments_service")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"os.environ", "os.getenv"}
        and module != "comments_service.settings"
    ]
    assert readers == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("comments_service.store.pages", "from comments_service import moderation"),
        ("comments_service.threads", "import random"),
        ("comments_service.moderation", "from comments_service.posting import accept"),
        ("comments_service.worker", "import pelican"),
        ("plugins.baked_comments", "from comments_service.store import pages"),
        ("comments_service.publishing", "from flask import request"),
    ],
)
def test_a_planted_violation_is_found(module: str, source: str, tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(source)
    assert violations(module, planted)
