"""`make upgrade`: a new engine is tried on a copy, takes the place of the old one, and lets itself be taken back."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from comments_service import migrations
from tests.authoring.conftest import essay
from tests.support import engine as engine_
from tests.support.actors import furnish, page

STEP = '''"""A step that the next version takes."""

from comments_service.database import Database


def the_next(db: Database) -> None:
    """One more table."""
    db.execute("CREATE TABLE next_version (id TEXT PRIMARY KEY)")
'''


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@localhost", *words]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=env).stdout.strip()


def commit(folder: Path, words: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", words)


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """The engine's own repository, at its first version."""
    folder = engine_.copy(tmp_path / "engine")
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "The engine")
    git(folder, "tag", "v1.0")
    return folder


@pytest.fixture
def blog(tmp_path: Path, engine: Path) -> Path:
    """An author's blog: a clone with content of their own, and a house with one reply in it."""
    folder = tmp_path / "blog"
    git(tmp_path, "clone", "-q", str(engine), str(folder))
    for name in ("essays", "editions"):
        shutil.rmtree(folder / "content" / name)
    essay(folder / "content", "one", "My own words.")
    (folder / "rapport.toml").write_text('title = "Mine"\n')
    commit(folder, "My blog")
    with furnish(folder, essays=(page("/one/"),)) as house:
        house.reader("Ben").says("Hello.", on="/one/")
    return folder


def next_version(engine: Path, *, broken: bool = False) -> None:
    """The engine's makers release v1.1: a step of the database, a change of the words, and other sample essays."""
    steps = engine / "comments_service" / "migrations"
    (steps / "the_next.py").write_text(STEP.replace("CREATE TABLE", "CREATE TABEL") if broken else STEP)
    known = (steps / "__init__.py").read_text()
    last = migrations.STEPS[-1].__name__
    known = known.replace(f"    {last},\n)", f"    {last},\n    the_next,\n)")
    known = known.replace("\nStep = ", "from comments_service.migrations.the_next import the_next\n\nStep = ", 1)
    (steps / "__init__.py").write_text(known)
    (engine / "CHANGELOG.md").write_text("# What is new\n\n## 1.1\n\n- A table.\n")
    essay(engine / "content", "sample", "A sample.")
    commit(engine, "The next version")
    git(engine, "tag", "v1.1")
    git(engine, "tag", "v1.0.9", "v1.0")


def upgrade(blog: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    command = [sys.executable, "-m", "authoring", "upgrade", *words]
    return subprocess.run(command, cwd=blog, capture_output=True, text=True, check=False, env=env)


def has_table(blog: Path) -> bool:
    with furnish(blog, essays=(page("/one/"),)) as house:
        return bool(house.db.value("SELECT count(*) FROM sqlite_master WHERE name = 'next_version'"))


def test_an_upgrade_passes_its_trial_takes_its_place_and_can_be_taken_back(blog: Path, engine: Path) -> None:
    next_version(engine)
    done = upgrade(blog)
    assert done.returncode == 0, done.stderr
    assert "Upgraded to v1.1" in done.stdout
    assert "The database took 1 steps: the_next." in done.stdout
    assert "- A table." in done.stdout
    assert has_table(blog)
    assert (blog / "content" / "essays" / "one.md").exists()
    assert not (blog / "content" / "essays" / "sample.md").exists(), "content/ is never touched"
    assert git(blog, "status", "--porcelain") == ""
    assert upgrade(blog).stdout.startswith("This engine holds v1.1"), "a second time there is nothing to do"
    with furnish(blog, essays=(page("/one/"),)) as house:
        house.reader("Ida").says("Said since.", on="/one/")
    back = upgrade(blog, "--back")
    assert back.returncode == 0, back.stderr
    assert not (blog / "comments_service" / "migrations" / "the_next.py").exists()
    assert git(blog, "diff", "--name-only", "HEAD", "v1.0", "--", ".", ":!content", ":!rapport.toml") == ""
    with furnish(blog, essays=(page("/one/"),)) as house:
        assert house.count("comments") == 2, "what was said since stays"
    assert "already" in upgrade(blog, "--back").stderr
    again = upgrade(blog, "--without-trial")
    assert again.returncode == 0, again.stderr
    assert (blog / "comments_service" / "migrations" / "the_next.py").exists()


def test_an_engine_that_does_not_pass_its_trial_changes_nothing(blog: Path, engine: Path) -> None:
    next_version(engine, broken=True)
    before = git(blog, "rev-parse", "HEAD")
    done = upgrade(blog)
    assert done.returncode == 1
    assert "did not pass its trial; nothing was changed" in done.stderr
    assert "TABEL" in done.stderr
    assert git(blog, "rev-parse", "HEAD") == before
    assert git(blog, "status", "--porcelain") == ""
    assert git(blog, "worktree", "list").count("\n") == 0
    assert not has_table(blog)
    assert "Traceback" not in done.stderr.replace("It said:\nTraceback", "")


def test_an_engine_changed_by_both_is_left_to_the_authors_hand(blog: Path, engine: Path) -> None:
    for folder, words in ((blog, "mine"), (engine, "theirs")):
        (folder / "theme" / "templates" / "404.html").write_text(words)
        commit(folder, words)
    done = upgrade(blog, "--version", "main")
    assert done.returncode == 1
    assert "theme/templates/404.html" in done.stderr
    assert (blog / "theme" / "templates" / "404.html").read_text() == "mine"
    assert git(blog, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("change", "words", "sentence"),
    [
        ("README.md", (), "not committed: README.md"),
        ("", ("--from", "/nowhere/at/all"), "/nowhere/at/all"),
        ("", ("--version", "v9.9"), "v9.9"),
        ("", ("--back",), "No upgrade was made here"),
    ],
)
def test_what_cannot_be_upgraded_is_told_in_a_sentence(
    blog: Path, change: str, words: tuple[str, ...], sentence: str
) -> None:
    if change:
        (blog / change).write_text("changed")
    (blog / "content" / "essays" / "one.md").write_text("What the author has in hand hinders nothing.")
    done = upgrade(blog, *words)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_blog_in_no_repository_is_told_how_to_have_one(blog: Path) -> None:
    shutil.rmtree(blog / ".git")
    assert "in no git repository" in upgrade(blog).stderr
