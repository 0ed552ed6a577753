"""Publishing: a page's conversation to HTML, spliced into the published file or baked into a build by one function."""

import contextlib
import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from comments_service import catalogue, ids, migrations, providers, rendering, templating, threads
from comments_service.database import Database, opened
from comments_service.ids import as_text
from comments_service.models import OWED, Page, PublicComment
from comments_service.publishing import answered, beside, files, islands, structured, views
from comments_service.publishing.beside import Beside
from comments_service.publishing.registering import register, tell_again
from comments_service.settings import Settings
from comments_service.store import comments, outbox, pages, renames, rendered
from comments_service.unavailable import Unavailable

__all__ = [
    "OWED", "Baked", "Page", "as_text", "bake", "behind", "close_due", "current", "fingerprint", "fragment",
    "put_live", "refresh", "register", "tell_again",
]  # fmt: skip

# Whoever is in a thread may go on for this long after the conversation closed: an exchange is not cut off mid-sentence.
GRACE_DAYS = 30
# On the conversations page and the home page; a number that a page asks for is cut to this.
_MOST_EXCHANGES = 50


# A page and what it shows of its conversation.
_Standing = tuple[Page, Sequence[PublicComment]]


@dataclass(frozen=True, slots=True)
class Baked:
    """What a build holds: its essays, and the comments that stand in them."""

    pages: int
    comments: int


def fragment(db: Database, settings: Settings, page: str) -> str:
    """The conversation of the page at `page` (`/slug/`): `<section id="conversation">` with thread and form.

    Raises LookupError for a page that no build has registered.
    """
    return rendered.plain(current(db, settings, page).html_gz)


def current(db: Database, settings: Settings, path: str) -> rendered.Rendered:
    """A page's conversation in every form in which it is sent, made anew only if it changed.

    Raises LookupError for a page that no build has registered.
    """
    made_with = fingerprint(settings)
    if kept := rendered.find(db, path, made_with):
        return kept
    page = pages.find(db, path)
    if page is None:
        raise LookupError(path)
    if page.path != path:
        return current(db, settings, page.path)
    made = _make(settings, page, comments.of_page(db, path), beside.of_page(db, path), made_with)
    # What can't be kept, on a disk that is full or read-only, can still be read.
    with contextlib.suppress(Unavailable):
        rendered.keep(db, made)
    return made


def _make(
    settings: Settings, page: Page, found: Sequence[PublicComment], around: Beside, made_with: str
) -> rendered.Rendered:
    roots = views.nodes(settings, page, found, around)
    html = _rendered(
        settings,
        "conversation",
        page=page,
        count=threads.visible_count(found),
        answered_line=answered.essay_line(settings, around.line),
        answers=views.answers(roots),
        roots=roots,
        form=views.form(settings, page, around.site),
    )
    data = json.dumps(structured.thread(settings, page, found), ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(f"{made_with}\n{html}".encode()).hexdigest()[:24]
    return rendered.Rendered(
        page=page.path,
        version=page.version,
        made_with=made_with,
        etag=digest,
        html_gz=rendered.pressed(html),
        json_gz=rendered.pressed(data),
    )


@functools.lru_cache(maxsize=8)
def fingerprint(settings: Settings) -> str:
    """A digest of everything but the comments that shapes a conversation's HTML."""
    shapes = (templating.fingerprint("fragments"), catalogue.fingerprint(settings.language), rendering.VERSION,
              settings.language, settings.url, settings.author,
              settings.timezone, settings.answer_within, settings.figures, settings.figures_note,
              settings.sends_letters, providers.ways(settings))  # fmt: skip
    return hashlib.sha256(repr(shapes).encode()).hexdigest()[:16]


def refresh(db: Database, settings: Settings, paths: Iterable[str]) -> list[Path]:
    """Splice these pages' conversations, the lists that mention them, and the account of how readers are answered.

    Without any page, the lists and the account are brought up to date. Returns the files that changed. A page that is
    not in the site is passed over: the next build will hold it.
    """
    wanted = list(dict.fromkeys(paths))
    with files.lock(settings):
        manifest = files.read_manifest(settings.output)
        if manifest is None:
            for path in wanted:
                _try_current(db, settings, path)
            return []
        return _splice(db, settings, settings.output, manifest, wanted)


def _try_current(db: Database, settings: Settings, path: str) -> None:
    try:
        current(db, settings, path)
    except LookupError:
        return


def _splice(db: Database, settings: Settings, site: Path, manifest: files.Manifest, paths: Sequence[str]) -> list[Path]:
    # After a build that renamed an essay was given up, its readers see it at the former address.
    former = renames.former(db)
    now = {former.get(path, path) for path in paths}
    also = [before for before, after in former.items() if after in now]
    changed = {name for path in (*now, *also) for name in islands.of_page(path)}
    changed |= islands.of_the_site(manifest.islands)
    render = _renderer(db, settings)
    touched = sorted({file for name in changed for file in manifest.islands.get(name, ())})
    done = []
    for file in touched:
        path = site / file
        if path.exists() and files.splice(path, lambda name: render(name) if name in changed else None):
            done.append(path)
    return done


def _renderer(db: Database, settings: Settings) -> Callable[[str], str | None]:
    """A function from an island's name to its content, which asks the database for each thing once."""

    @functools.cache
    def standing(path: str) -> _Standing | None:
        page = pages.find(db, path)
        return None if page is None else (page, comments.of_page(db, page.path))

    @functools.cache
    def around(path: str) -> Beside:
        return beside.of_page(db, path)

    return _islands(db, settings, standing, around, lambda page, _said: fragment(db, settings, page.path))


def _baker(
    db: Database, settings: Settings, essays: Mapping[str, Page], made: list[rendered.Rendered]
) -> Callable[[str], str | None]:
    """The same for a whole site: everything said is read at once, and what is made anew is collected in `made`."""
    said = comments.of_pages(db)
    everywhere = beside.EveryPage(db)
    made_with = fingerprint(settings)

    def conversation(page: Page, found: Sequence[PublicComment]) -> str:
        if kept := rendered.body(db, page.path, made_with, "html_gz"):
            return rendered.plain(kept[1])
        made.append(_make(settings, page, found, everywhere.of_page(page.path), made_with))
        return rendered.plain(made[-1].html_gz)

    def standing(path: str) -> _Standing | None:
        return (essays[path], said.get(path, [])) if path in essays else None

    return _islands(db, settings, standing, everywhere.of_page, conversation)


def _islands(
    db: Database,
    settings: Settings,
    standing: Callable[[str], _Standing | None],
    around: Callable[[str], Beside],
    conversation: Callable[[Page, Sequence[PublicComment]], str],
) -> Callable[[str], str | None]:
    @functools.cache
    def render(name: str) -> str | None:
        kind, _, key = name.partition(" ")
        if kind in {"latest", "figures"}:
            return _latest(db, settings, int(key)) if kind == "latest" else _figures(db, settings)
        found = standing(key)
        if found is None:
            return ""
        return of_page(kind, *found)

    def of_page(kind: str, page: Page, said: Sequence[PublicComment]) -> str:
        if kind == "conversation":
            return conversation(page, said)
        if kind == "jsonld":
            return structured.jsonld(settings, page, said)
        if kind == "answering":
            return _answering(db, settings, page)
        if kind == "count":
            return _count(settings, page, said, around(page.path))
        if kind == "likes":
            likes = around(page.path).likes.get(page.path, 0)
            return _rendered(settings, "likes", page=page.path, count=likes)
        message = f"A template holds an island of an unknown kind: {kind} {page.path}."
        raise ValueError(message)

    return render


def _rendered(settings: Settings, fragment: str, **context: object) -> str:
    return templating.render(f"fragments/{fragment}.html", language=settings.language, **context)


def _count(settings: Settings, page: Page, said: Sequence[PublicComment], around: Beside) -> str:
    return _rendered(
        settings,
        "count",
        page=page.path,
        count=threads.visible_count(said),
        answered=answered.essay_count(settings, around.line),
    )


def _answering(db: Database, settings: Settings, page: Page) -> str:
    """The readers whom an essay answers, as far as their words stand where everybody can read them."""
    found = [one for id_ in page.in_reply_to if (one := comments.find_public(db, id_))]
    titles = {one.page: known.title for one in found if (known := pages.find(db, one.page))}
    return _rendered(settings, "answering", asked=[views.asked(one, titles) for one in found])


def _figures(db: Database, settings: Settings) -> str:
    return _rendered(settings, "figures", account=answered.account(settings, beside.of_site(db)))


def _latest(db: Database, settings: Settings, count: int) -> str:
    lately = [thread for thread in comments.latest_threads(db, min(count, _MOST_EXCHANGES)) if thread]
    essays = pages.named(db, {thread[0].page for thread in lately})
    exchanges = [views.exchange(settings, essays[thread[0].page], thread) for thread in lately]
    return _rendered(settings, "latest", exchanges=exchanges)


def bake(
    settings: Settings,
    site: Path,
    essays: Sequence[Page],
    like: Path | None = None,
    made_of: Mapping[str, str] = MappingProxyType({}),
) -> Baked:
    """Finish a build: register its essays, fill every island of `site` with what stands, and keep the manifest.

    Nobody reads `site` yet. Pages that come out as they stand in the site `like` are taken from there; one that was
    `made_of` the same as there (files to digests), and on which nothing was said or taken back since, without a look.
    Raises FileNotFoundError when an essay's own page is missing from the build.
    """
    with opened(settings) as db:
        migrations.migrate(db)
        register(db, essays)
        # Read before anything that was said: whatever arrives from now on is spliced in when the build goes live.
        known = {page.path: page for page in pages.every(db)}
        made: list[rendered.Rendered] = []
        versions = {path: page.version for path, page in known.items()}
        settled = _settled(settings, like, essays, versions, made_of) if like else {}
        where = files.fill(site, _baker(db, settings, known, made), like, settled)
        _everything_is_there(essays, where)
        with db.transaction():
            for one in made:
                rendered.keep(db, one)
        files.write_essays(site, essays)
        files.write_manifest(site, files.Manifest(fingerprint(settings), where, versions))
        files.note_origins(site, made_of)
        counts = comments.standing_counts(db, list(versions))
    return Baked(len(essays), sum(counts.values()))


def _settled(
    settings: Settings, like: Path, essays: Sequence[Page], versions: Mapping[str, int], made_of: Mapping[str, str]
) -> dict[str, tuple[list[str], int]]:
    """The pages that a build has in common with the site `like`, each with its islands and when it was written there.

    It was made of the same; the build told the same of its essay; and its conversation is of the version that was baked
    there. A page that shows more than one conversation is none of them.
    """
    manifest, origins = files.read_manifest(like), files.origins(like)
    if manifest is None or not origins or manifest.made_with != fingerprint(settings):
        return {}
    told = {page.path: page for page in files.read_essays(like)}
    own = {
        name
        for page in essays
        if told.get(page.path) == page and manifest.versions.get(page.path) == versions.get(page.path)
        for name in islands.of_page(page.path)
    }
    held: dict[str, list[str]] = defaultdict(list)
    for name, where in manifest.islands.items():
        for file in where:
            held[file].append(name)
    return {
        file: (held[file], origin.written)
        for file, origin in origins.items()
        if made_of.get(file) == origin.made_of and own.issuperset(held[file])
    }


def behind(db: Database, settings: Settings, advance: Callable[[int], None] = lambda _: None) -> list[Path]:
    """The files of the published site that say something else than the database. Nothing is changed.

    Raises FileNotFoundError where no baked site is.
    """
    manifest = files.read_manifest(settings.output)
    if manifest is None:
        raise FileNotFoundError(settings.output)
    render = _baker(db, settings, {page.path: page for page in pages.every(db)}, [])
    found = []
    for file in sorted({file for held in manifest.islands.values() for file in held}):
        text = files.read(settings.output / file) if (settings.output / file).exists() else ""
        if islands.fill(text, render) != text:
            found.append(settings.output / file)
        advance(1)
    return found


def _everything_is_there(essays: Sequence[Page], where: dict[str, list[str]]) -> None:
    for page in essays:
        if f"conversation {page.path}" not in where:
            raise FileNotFoundError(
                f"The build holds no conversation for {page.path}: its template lacks the island, or it is missing."
            )


def put_live(settings: Settings, staging: Path, *, preview: bool = False) -> Path | None:
    """Swap a baked build in. What changed since it was baked is spliced into it first, so that no reply is missing.

    A `preview` is for its author, and no version that readers were shown. Returns the folder that stood there before.
    """
    with files.lock(settings), opened(settings) as db:
        manifest = files.read_manifest(staging)
        if manifest is None:
            message = f"{staging} was not baked: its comments are missing, so it is not put live."
            raise FileNotFoundError(message)
        behind = [page.path for page in pages.every(db) if page.version != manifest.versions.get(page.path)]
        if behind:
            _splice(db, settings, staging, manifest, behind)
        if not preview:
            files.mark_shown(staging)
        return files.swap_in(staging, settings.output)


def close_due(db: Database) -> list[str]:
    """Close the conversations whose time has come, end those closed long ago, and let their pages say so."""
    with db.transaction():
        closed = pages.close_due(db, now=ids.now(), ends_before=ids.now(days=-GRACE_DAYS))
        for path in closed:
            outbox.put(db, "page.closed", path)
    return closed
