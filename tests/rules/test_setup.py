"""What set-up promises, as far as it can be shown in seconds and without a network."""

import ast
import http.server
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

from tests.support import vnu
from tools import bootstrap, uv
from tools.fetching import Refused

ROOT = bootstrap.ROOT
NOWHERE = "http://127.0.0.1:9/simple"


def test_bare_make_prints_every_command_with_its_sentence():
    makefile = (ROOT / "Makefile").read_text()
    inner = {"help", "setup-dev"}
    commands = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)) - inner
    printed = dict(re.findall(r"^  make ([a-z-]+) +(\S.*)$", make(ROOT), re.MULTILINE))
    assert printed.keys() == commands
    assert all(len(sentence.split()) > 3 for sentence in printed.values())


def test_every_command_of_make_is_declared_as_one():
    makefile = (ROOT / "Makefile").read_text()
    (declared,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert sorted(declared.split()) == sorted(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def test_words_typed_after_make_start_arrive_as_typed():
    title = """Ana's "blog" costs $5, `true` & $(more) #1"""
    arrived = make(ROOT, "start", "BOOTSTRAP=@true", r"PY=printf '<%s>\n'", f"TITLE={title}", "ANSWER_WITHIN=48")
    assert arrived.splitlines()[-4:] == ["<--title>", f"<{title}>", "<--answer-within>", "<48>"]


def test_a_name_in_the_environment_is_not_taken_for_the_authors():
    assert "--name" not in make(ROOT, "start", "BOOTSTRAP=@true", "PY=printf '<%s>'", NAME="DESKTOP-1")


@pytest.mark.parametrize(("purpose", "groups"), [("run", ["build"]), ("dev", ["build", "dev"])])
def test_set_up_installs_exactly_what_the_lock_pins(purpose, groups):
    lock = {package["name"]: package for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    rapport = lock["rapport"]
    wanted = list(rapport["dependencies"])
    for group in groups:
        wanted += rapport["dev-dependencies"][group]
    pinned = {}
    while wanted:
        needed = wanted.pop()
        package = lock[needed["name"]]
        for extra in needed.get("extra", ()):
            wanted += package["optional-dependencies"][extra]
        if needed["name"] not in pinned:
            wanted += package.get("dependencies", ())
            files = [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
            pinned[needed["name"]] = (package["version"], {file["hash"] for file in files})
    assert listed(bootstrap.LISTS[purpose]) == pinned, "run: make lock"


def test_the_lock_names_no_index_but_the_public_one():
    hosts = set(re.findall(r"https?://[^/\"]+", (ROOT / "uv.lock").read_text()))
    assert hosts == {"https://pypi.org", "https://files.pythonhosted.org"}


def test_an_installer_that_was_changed_on_the_way_is_refused(project, index_of_another):
    if (sys.platform, platform.machine()) not in uv.WHEELS:
        pytest.skip("uv is pinned for Linux and macOS on x86_64 and arm64 only; here pip installs")
    done = set_up(project, UV_DEFAULT_INDEX=index_of_another)
    assert done.returncode == 1
    assert "is not the file this project was made with" in done.stderr
    assert "try another network" in done.stderr
    assert not (project / ".venv").exists()
    assert not list(project.glob(".tools/uv*"))


def test_without_any_package_index_it_ends_in_a_sentence_that_says_what_to_do(project):
    done = set_up(project, UV_DEFAULT_INDEX=NOWHERE, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Set-up stopped: ")
    assert "then run the command again" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_finished_environment_is_left_alone(project):
    finish_environment(project)
    done = set_up(project, UV_DEFAULT_INDEX=NOWHERE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("change", ["moved", "other packages", "other Python", "half made"])
def test_an_environment_that_no_longer_fits_is_not_taken_for_finished(project, change):
    finish_environment(project)
    assert says(project, "bootstrap.is_ready('run')") == "True"
    match change:
        case "moved":
            project = project.rename(project.with_name("elsewhere"))
        case "other packages":
            (project / "tools" / "requirements.txt").write_text("")
        case "other Python":
            python = project / ".venv" / "bin" / "python"
            python.unlink()
            python.write_text("")
        case "half made":
            (project / ".venv" / "rapport-setup.json").write_text('{"for"')
    assert says(project, "bootstrap.is_ready('run')") == "False"


def test_what_serving_needs_is_not_enough_for_testing(project):
    finish_environment(project)
    assert says(project, "bootstrap.is_ready('dev')") == "False"


def test_an_old_python_is_told_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refused, match=r"this is Python 3\.9\.6, and Rapport needs 3\.11 or newer\. Install one"):
        bootstrap.newer_python((3, 9, 6))


def test_an_old_python_gives_way_to_a_newer_one_on_the_path(monkeypatch, tmp_path):
    newer = tmp_path / "python3.12"
    newer.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.newer_python((3, 9, 6)) == str(newer)


@pytest.mark.parametrize("module", ["bootstrap", "fetching", "uv", "pinning"])
def test_an_old_python_can_read_the_set_up_that_speaks_to_it(module):
    ast.parse((ROOT / "tools" / f"{module}.py").read_text(), feature_version=(3, 7))


def test_the_html_checker_tells_right_from_wrong(tmp_path):
    right, wrong = tmp_path / "right.html", tmp_path / "wrong.html"
    right.write_text('<!doctype html><html lang="en"><title>A</title><search><p popover>B</p></search></html>')
    wrong.write_text('<!doctype html><html lang="en"><title>A</title><p><section></p></html>')
    assert vnu.check([right]) == []
    assert "wrong.html" in "".join(vnu.check([right, wrong]))


def test_ci_runs_without_being_asked_how():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


@pytest.fixture
def project(tmp_path):
    """A copy of what set-up reads, in a folder as people name them."""
    folder = tmp_path / "Ana's blog"
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def index_of_another():
    """A package index on this machine that answers with files of its own."""

    class Index(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            tags, _ = uv.WHEELS[sys.platform, platform.machine()]
            name = f"uv-{uv.VERSION}-py3-none-{tags}.whl"
            body = b"not uv" if self.path.endswith(".whl") else f'<a href="../../files/{name}">{name}</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def finish_environment(project: Path):
    """Leave what a set-up for serving leaves, as far as the next one looks."""
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(os.path.realpath(sys.executable))
    stamp = says(project, "__import__('json').dumps(bootstrap.stamp('run'))")
    (project / ".venv" / "rapport-setup.json").write_text(stamp)


def says(project: Path, expression: str) -> str:
    """What the set-up of that folder makes of an expression."""
    script = f"from tools import bootstrap; print({expression})"
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def set_up(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run set-up in a folder, proxies put aside."""
    ours = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, "-m", "tools.bootstrap"]
    return subprocess.run(command, cwd=project, env=ours | environment, capture_output=True, text=True, check=False)


def make(folder: Path, *words: str, **environment: str) -> str:
    """What make prints, without the words that were given to a make around it."""
    clean = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(["make", *words], cwd=folder, env=clean, capture_output=True, text=True, check=True).stdout


def listed(requirements: Path) -> dict[str, tuple[str, set[str]]]:
    """Name → version and hashes of a list as pip reads it."""
    entries = re.split(r"\n(?=[a-z])", requirements.read_text())
    names = [re.match(r"([\w.-]+)==([^\s;]+)", entry) for entry in entries]
    return {
        name[1]: (name[2], set(re.findall(r"--hash=(\S+)", entry)))
        for name, entry in zip(names, entries, strict=True)
        if name
    }
