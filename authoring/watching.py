"""What the author changed: folders are watched through the system, two single files by their stamp."""

from collections.abc import Collection, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, DefaultFilter, watch

from authoring import settings_file
from comments_service.settings import ROOT

_SERVICE_TEMPLATES = ROOT / "comments_service" / "templates"
_FOLDERS = (ROOT / "theme", ROOT / "plugins", _SERVICE_TEMPLATES)
# Editors replace a file by renaming another into its place, which a watch on the file itself would not outlive.
_FILES = (ROOT / "pelicanconf.py", settings_file.PATH)
_TICK_MILLISECONDS = 200
_MOST_NAMES = 3
_is_no_litter = DefaultFilter()


def changes(content: Path, stopping: Event) -> Iterator[frozenset[Path]]:
    """Yield the files that changed since the last time, mostly none, several times a second until `stopping` is set.

    Nothing that changes after the first time is missed, however long its taker is busy.
    """
    stamps = _stamps()
    found = watch(
        content, *_FOLDERS,
        watch_filter=_matters, stop_event=stopping, rust_timeout=_TICK_MILLISECONDS, yield_on_timeout=True,
    )  # fmt: skip
    for some in found:
        before, stamps = stamps, _stamps()
        yield frozenset([Path(path) for _, path in some] + [file for file in _FILES if before[file] != stamps[file]])


def spoken(changed: Collection[Path], content: Path) -> str:
    """The changed files as an author calls them: `content/essays/hello.md and 2 more`."""
    # An editor's temporary files have come and gone.
    there = [path for path in changed if path.exists()] or changed
    shown = sorted(_name(path, content) for path in there)
    more = f" and {len(shown) - _MOST_NAMES} more" if len(shown) > _MOST_NAMES else ""
    return ", ".join(shown[:_MOST_NAMES]) + more


def is_read_by_the_service(path: Path) -> bool:
    """Whether the service, and not only a build, works with this file."""
    return path == settings_file.PATH or path.is_relative_to(_SERVICE_TEMPLATES)


def _matters(change: Change, path: str) -> bool:
    return _is_no_litter(change, path) and not Path(path).name.startswith(".")


def _name(path: Path, content: Path) -> str:
    if path.is_relative_to(content):
        return str(path.relative_to(content.parent))
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def _stamps() -> dict[Path, tuple[int, int] | None]:
    return {path: _stamp(path) for path in _FILES}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
