"""Rendered conversations: made and compressed when a conversation changes, so that reading one costs a look-up."""

import gzip
from dataclasses import dataclass

from comments_service.database import Database

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's conversation as it is sent: HTML and JSON, gzipped, with the ETag of this version.

    `made_with` is the digest of what made it (templates, settings, authors): another digest means it must be made anew.
    """

    page: str
    version: int
    made_with: str
    etag: str
    html_gz: bytes
    json_gz: bytes


def pressed(text: str) -> bytes:
    """A text as it is kept: the plain form, ten times as long, would be written at every change for few to read."""
    return gzip.compress(text.encode(), _LEVEL, mtime=0)


def plain(body: bytes) -> str:
    """What `pressed` was given."""
    return gzip.decompress(body).decode()


def keep(db: Database, rendered: Rendered) -> None:
    """Keep what was rendered, in place of what was there."""
    db.upsert("rendered", {name: getattr(rendered, name) for name in Rendered.__slots__}, key="page")


def find(db: Database, page: str, made_with: str) -> Rendered | None:
    """What stands rendered of a page, if it is of the page's present version and made with the same things."""
    row = db.row(
        """SELECT rendered.page, rendered.version, made_with, etag, html_gz, json_gz
           FROM rendered JOIN pages ON pages.path = rendered.page AND pages.version = rendered.version
           WHERE rendered.page = :page AND made_with = :made_with AND gone_at IS NULL""",
        page=page,
        made_with=made_with,
    )
    return None if row is None else Rendered(**row)


def body(db: Database, page: str, made_with: str, form: str) -> tuple[str, bytes] | None:
    """The ETag and one form (`html_gz`, `json_gz`) of what `find` finds: one indexed read."""
    row = db.row(_BODY[form], page=page, made_with=made_with)
    return None if row is None else (row["etag"], row["body"])


def etag(db: Database, page: str, made_with: str) -> str | None:
    """The ETag alone, for a reader who may have it already."""
    row = db.row(_BODY["etag"], page=page, made_with=made_with)
    return None if row is None else str(row["etag"])


_BODY = {
    form: f"""SELECT etag, {form} AS body FROM rendered JOIN pages ON pages.path = rendered.page
              AND pages.version = rendered.version WHERE rendered.page = :page AND made_with = :made_with
              AND gone_at IS NULL"""  # noqa: S608 -- the three names are ours
    for form in ("etag", "html_gz", "json_gz")
}
