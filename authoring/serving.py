"""Serving while the author writes: the site is built, served with its comments, and renewed when files change."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from authoring import children, watching
from authoring.errors import Refusal
from comments_service import ports
from comments_service import settings as settings_
from comments_service.identity import authors
from comments_service.settings import ROOT, Settings, SettingsError

_PATIENCE_SECONDS = 0.1
# The server finishes what it has in hand, and then its worker does: twice its own patience and a little more.
_LONGEST_STOP_SECONDS = 45


# Where things are; that changes when serving starts again.
_WHERE = ("url", "port", "bind", "data", "output", "database")


class Stopped(Refusal):
    """Serving could not begin or go on."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What is built: which content, and whether with what only its author sees."""

    content: Path
    preview: bool

    @property
    def words(self) -> tuple[str | Path, ...]:
        """The words of the command that builds it."""
        return "--content", self.content, *(["--preview"] if self.preview else [])


@dataclass(frozen=True, slots=True)
class _Site:
    """What is served: with which settings, from which source, by which process.

    `stale` says that something which that process has read changed, so that it has to start again.
    """

    settings: Settings
    source: _Source
    service: "subprocess.Popen[bytes]"
    stale: bool = False


def for_this_machine() -> Settings:
    """The settings with an address that opens here: the one in `rapport.toml` is where readers will find the site."""
    settings = settings_.load()
    if "RAPPORT_URL" not in os.environ:
        settings = settings.with_(url=f"http://localhost:{settings.port}")
    # Letters lie in a folder here, and the desk shows them: those to the owner, too, before there is an address.
    if settings.local and not (settings.smtp_url or settings.author_email):
        settings = settings.with_(author_email=authors.MADE_UP)
    # At a terminal a line for each request would carry the sign-in link out of sight.
    if sys.stderr.isatty() and "RAPPORT_LOG" not in os.environ:
        settings = settings.with_(log="warning")
    return settings


def serve(
    read_settings: Callable[[], Settings],
    content: Path,
    *,
    prepare: Callable[[Settings], None] = lambda _: None,
    preview: bool = False,
) -> None:
    """Build and serve until SIGINT, SIGTERM or SIGHUP; `prepare` is called between the first build and the service.

    With `preview` pages show drafts and what there is to mend, and renew themselves.
    Prints one line `Desk: …` and, when it is ready, one line `Ready: …`. Raises Stopped when it could not begin or when
    the service ended by itself, and SettingsError.
    """
    settings = read_settings()
    _insist_on_the_port(settings)
    stopping = _until_told()
    site: _Site | None = None
    try:
        for changed in watching.changes(content, stopping):
            if stopping.is_set():
                break
            if site is None:
                site = _begin(settings, _Source(content, preview), prepare, stopping)
            elif site.service.poll() is not None:
                code = site.service.returncode
                raise Stopped(f"The service ended by itself (code {code}); what it said stands above. Start it again.")
            elif changed:
                site = _renewed(site, changed, read_settings, stopping)
    finally:
        if site:
            _stop(site.service)


def _begin(settings: Settings, source: _Source, prepare: Callable[[Settings], None], stopping: Event) -> _Site | None:
    if not _build(settings, source, stopping) and not stopping.is_set() and not settings.output.exists():
        raise Stopped("There is no site to serve yet. Mend what stands above, then start again.")
    if stopping.is_set():
        return None
    prepare(settings)
    content = source.content
    folder = content.relative_to(ROOT) if content.is_relative_to(ROOT) else content
    print(f"What you change in {folder}/, theme/ and rapport.toml shows by itself. Ctrl+C stops.", flush=True)
    return _Site(settings, source, _start(settings))


def _renewed(site: _Site, changed: Collection[Path], read_settings: Callable[[], Settings], stopping: Event) -> _Site:
    """The site with the changes in it; the service starts again where it read what has changed."""
    try:
        settings = _where_it_was(site.settings, read_settings())
    except SettingsError as error:
        print(f"{error} Until then the site stays as it is.", file=sys.stderr, flush=True)
        return site
    site = replace(site, settings=settings, stale=site.stale or any(map(watching.is_read_by_the_service, changed)))
    print(f"{watching.spoken(changed, site.source.content)} changed. ", end="", flush=True)
    if not _build(settings, site.source, stopping) or not site.stale:
        return site
    _stop(site.service)
    return replace(site, service=_start(settings, again=True), stale=False)


def _where_it_was(before: Settings, now: Settings) -> Settings:
    """New settings, but at the same address and with the same folders."""
    return now.with_(**{name: getattr(before, name) for name in _WHERE})


def _build(settings: Settings, source: _Source, stopping: Event) -> bool:
    """Build in a fresh Python, which sees changed plugins and templates, and which prints its own line."""
    builder = subprocess.Popen(
        children.command("authoring", "build", *source.words),
        cwd=ROOT,
        env=children.environment(settings),
    )
    while True:
        try:
            return builder.wait(_PATIENCE_SECONDS) == 0
        except subprocess.TimeoutExpired:
            if stopping.is_set():
                builder.terminate()


def _start(settings: Settings, *, again: bool = False) -> "subprocess.Popen[bytes]":
    """The service; started again it says nothing, since whoever waits for its two lines has read them."""
    words = ("serve", "--no-site") if again else ("serve",)
    return subprocess.Popen(
        children.command("comments_service", *words), cwd=ROOT, env=children.environment(settings),
        stdout=subprocess.DEVNULL if again else None,
    )  # fmt: skip


def _stop(service: "subprocess.Popen[bytes]") -> None:
    service.terminate()
    try:
        service.wait(_LONGEST_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()


def _until_told() -> Event:
    """An event that the signals to stop set."""
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def _insist_on_the_port(settings: Settings) -> None:
    """Say at once, and not after a build, that the port can't be had."""
    try:
        ports.insist_on(settings)
    except SettingsError as error:
        raise Stopped(str(error)) from error
