"""Chosen pictures: the wish for one, the copy that is shown, and every place where it stands."""

from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database
from comments_service.store import identities, outbox, pages


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chose for an identity: still to be fetched, `fetched`, or not to be had, as `problem` says."""

    id: str
    identity: str
    fetched: bool
    problem: str

    @property
    def waits(self) -> bool:
        """Whether it is still to be fetched."""
        return not self.fetched and not self.problem


def wish(db: Database, identity: str) -> Wish | None:
    """The last wish for an identity's picture; None if there is none."""
    return _wish(db, "identity = :key ORDER BY id DESC LIMIT 1", identity)


def find(db: Database, id: str) -> Wish | None:  # noqa: A002 -- the column's name
    """The wish with this id, unless it was taken back."""
    return _wish(db, "id = :key", id)


def _wish(db: Database, where: str, key: str) -> Wish | None:
    row = db.row(
        f"SELECT id, identity, data IS NOT NULL AS fetched, problem FROM pictures WHERE {where}",  # noqa: S608 -- ours
        key=key,
    )
    return None if row is None else Wish(**row | {"fetched": bool(row["fetched"])})


def want(db: Database, identity: str) -> str:
    """Note that an identity's picture is wanted; returns the id that its copy will have. A former copy still stands."""
    id_ = ids.new_id()
    db.execute("DELETE FROM pictures WHERE identity = :identity AND data IS NULL", identity=identity)
    db.insert("pictures", {"id": id_, "identity": identity, "data": None, "problem": "", "created": ids.now()})
    return id_


def failed(db: Database, id: str, problem: str) -> None:  # noqa: A002
    """Note why a wanted picture can't be had."""
    db.execute("UPDATE pictures SET problem = :problem WHERE id = :id AND data IS NULL", id=id, problem=problem)


def show(db: Database, wish: Wish, data: bytes) -> None:
    """Keep a copy and show it at everything that was said under the identity, in place of what was shown there."""
    if db.execute("UPDATE pictures SET data = :data, problem = '' WHERE id = :id", id=wish.id, data=data):
        db.execute("DELETE FROM pictures WHERE identity = :identity AND id < :id", identity=wish.identity, id=wish.id)
        _appear_with(db, wish.identity, wish.id)


def forget(db: Database, identity: str) -> None:
    """Take an identity's picture back: the wish, the copy, and every place where it stands."""
    db.execute("DELETE FROM pictures WHERE identity = :identity", identity=identity)
    _appear_with(db, identity, "")


def data(db: Database, id: str) -> bytes | None:  # noqa: A002
    """The copy with this id, a WebP; None if there is none."""
    found = db.value("SELECT data FROM pictures WHERE id = :id", id=id)
    return None if found is None else bytes(found)


def _appear_with(db: Database, identity: str, picture: str) -> None:
    """Let an identity and its words stand with this picture, and tell of each page that shows them."""
    identities.change(db, identity, picture=picture)
    changed = db.rows(
        """UPDATE comments SET picture = :picture WHERE identity = :identity AND picture <> :picture
           RETURNING page, state, private_at""",
        identity=identity,
        picture=picture,
    )
    for path in sorted({row["page"] for row in changed if row["state"] == "published" and row["private_at"] is None}):
        pages.touch(db, path)
        outbox.put(db, "picture.changed", path)
