"""What happened since a copy was made: what is remembered of the present, so that it outlives a restore."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from comments_service import ids
from comments_service.database import Database, Row
from comments_service.models import Page, State
from comments_service.store import bans, letters_since, pages, publications, replies, searchable
from comments_service.store.bans import Ban
from comments_service.store.letters_since import Letters

# Ways in, things under way, work: a row that is there no more has been used, ended, or done. With the key of each
# and when it was made.
FLEETING = (
    ("devices", "secret", "created"),
    ("sign_in_links", "secret", "created"),
    ("sessions", "id", "created"),
    ("passkeys", "id", "created"),
    ("passkey_challenges", "digest", "created"),
    ("challenges", "id", "created"),
    ("authorizations", "state", "created"),
    ("errands", "id", "created"),
    ("jobs", "id", "created"),
    ("letter_links", "id", "created"),
    ("news", "id", "created"),
    ("subscriptions", "id", "created"),
    ("correspondents", "id", "created"),
    ("webhook_deliveries", "id", "created"),
    ("webhooks", "id", "made_at"),
)
# What ends by a time that is noted, and then stays ended.
ENDING = (
    ("sign_in_links", "secret", "used_at"),
    ("sessions", "id", "ended_at"),
    ("passkey_challenges", "digest", "used_at"),
    ("challenges", "id", "used_at"),
    ("authorizations", "state", "used_at"),
    ("joins", "id", "parted_at"),
    ("bans", "id", "lifted_at"),
    ("reports", "id", "settled_at"),
    ("letter_links", "id", "used_at"),
    ("news", "id", "told_at"),
    ("news", "id", "dropped_at"),
    ("subscriptions", "id", "ended_at"),
    ("correspondents", "id", "stopped_at"),
    ("correspondents", "id", "bounced_at"),
    ("webhook_deliveries", "id", "done_at"),
    ("webhooks", "id", "off_at"),
    ("announcements", "page", "decided_at"),
)
# What a writer may take away from their words, which then stay without.
TAKEN_AWAY = ("email", "website")
_AT_ONCE = 500

# What happened between the two is unknown to a database: at the second it was put back from a copy of the first.
Gap = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Present:
    """What must outlive a restore, read from the database that it replaces. Everything is found by its id."""

    owner: str
    essays: Sequence[Page]
    people: Collection[str]
    refused: Collection[str]
    emails: Mapping[str, str]
    states: Mapping[str, State]
    expired: Collection[str]
    lacking: Mapping[str, Collection[str]]
    unpictured: Collection[str]
    edits: Mapping[str, Row]
    decided: Mapping[str, Row]
    there: Mapping[str, Collection[str]]
    ended: Mapping[tuple[str, str], Mapping[str, str]]
    bans: Sequence[Ban]
    distrusted: Collection[str]
    gaps: Sequence[Gap]
    letters: Letters
    published: Sequence[Row] = ()
    renewed: Mapping[str, int] = field(default_factory=dict)

    def lost_track(self, at: str) -> bool:
        """Whether what was made at this moment may be missing here without having been taken away."""
        return any(begin < at <= end for begin, end in self.gaps)


def owner(db: Database) -> str:
    """The id of the owner's account, by which a house is known; empty if there is none."""
    return str(db.value("SELECT id FROM people WHERE role = 'owner' ORDER BY id LIMIT 1") or "")


def remember(db: Database, gaps: Sequence[Gap]) -> Present:
    """Read all of it."""
    people = db.rows("SELECT id, email, role, trusted_at, history_refused_at FROM people ORDER BY id")
    comments = db.rows("SELECT id, state, email, website, expired_at FROM comments ORDER BY id")
    edits = db.rows(
        """SELECT id, text, html, html_version, edited, redacted_at, redacted_as FROM comments
           WHERE (edited IS NOT NULL OR redacted_at IS NOT NULL) AND state <> 'withdrawn'"""
    )
    return Present(
        owner=owner(db),
        essays=pages.every(db),
        people={row["id"] for row in people},
        refused={row["id"] for row in people if row["history_refused_at"]},
        emails={row["id"]: row["email"] for row in people if row["role"]},
        states={row["id"]: State(row["state"]) for row in comments},
        expired={row["id"] for row in comments if row["expired_at"]},
        lacking={name: {row["id"] for row in comments if not row[name]} for name in TAKEN_AWAY},
        unpictured={row["id"] for row in db.rows("SELECT id FROM identities WHERE picture = ''")},
        edits={row["id"]: row for row in edits},
        decided={row["comment"]: row for row in db.rows("SELECT comment, verb, decided_by FROM decisions ORDER BY id")},
        there={
            table: {row["it"] for row in db.rows(f"SELECT {key} AS it FROM {table}")}  # noqa: S608 -- ours
            for table, key, _ in FLEETING
        },
        ended={
            (table, column): {
                row["it"]: row["at"]
                for row in db.rows(f"SELECT {key} AS it, {column} AS at FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
            }
            for table, key, column in ENDING
        },
        bans=bans.every(db, now=ids.now()),
        distrusted={row["id"] for row in people if not row["trusted_at"]},
        gaps=gaps,
        letters=letters_since.remember(db),
        published=publications.every(db),
        renewed=replies.numbers(db),
    )


def readers(db: Database) -> list[Row]:
    """Everybody without a role: `id`, `created`, `refused`, the id of what they proved, or None."""
    return db.rows(
        """SELECT people.id, people.created, history_refused_at AS refused, identities.id AS identity FROM people
           LEFT JOIN identities ON identities.person = people.id WHERE role IS NULL ORDER BY people.id"""
    )


def pictured(db: Database) -> list[str]:
    """The identities that stand with a picture."""
    return [row["id"] for row in db.rows("SELECT id FROM identities WHERE picture <> '' ORDER BY id")]


def words(db: Database) -> list[Row]:
    """Every comment: `id`, `person`, `state`."""
    return db.rows("SELECT id, person, state FROM comments ORDER BY id")


def end_what_ended(db: Database, present: Present) -> dict[str, int]:
    """Delete the fleeting rows that are there no more, and end what ended; returns how many rows by table."""
    done: dict[str, int] = {}
    for table, key, made in FLEETING:
        rows = db.rows(f"SELECT {key} AS it, {made} AS at FROM {table}")  # noqa: S608 -- ours, here and below
        gone = [r["it"] for r in rows if r["it"] not in present.there[table] and not present.lost_track(r["at"])]
        for some in _portions(gone):
            db.execute(f"DELETE FROM {table} WHERE {key} IN (:some)", some=some)  # noqa: S608
        done[table] = len(gone)
    for table, key, column in ENDING:
        ended = present.ended[table, column]
        open_ = [row["it"] for row in db.rows(f"SELECT {key} AS it FROM {table} WHERE {column} IS NULL")]  # noqa: S608
        late = [it for it in open_ if it in ended]
        for it in late:
            db.execute(f"UPDATE {table} SET {column} = :at WHERE {key} = :it", at=ended[it], it=it)  # noqa: S608
        done[table] = done.get(table, 0) + len(late)
    return done


def reword(db: Database, present: Present) -> int:
    """Keep the words as their writers, and after them authors, last edited them; returns of how many comments."""
    changed = 0
    for row in present.edits.values():
        reworded = db.execute(
            """UPDATE comments SET text = :text, html = :html, html_version = :html_version, edited = :edited,
                   redacted_at = :redacted_at, redacted_as = :redacted_as
               WHERE id = :id AND state <> 'withdrawn'
               AND coalesce(edited, '') < :changed AND coalesce(redacted_at, '') < :changed""",
            changed=max(row["edited"] or "", row["redacted_at"] or ""),
            **row,
        )
        if reworded:
            searchable.forget(db, row["id"])
        changed += reworded
    return changed


def ban(db: Database, present: Present) -> int:
    """Ban whoever was banned since, and trust nobody who was trusted no more; returns how many bans that were."""
    accounts = {row["id"] for row in db.rows("SELECT id FROM people WHERE role IS NOT NULL")}
    missing = [one for one in present.bans if one.banned_by in accounts and bans.find(db, one.id) is None]
    for one in missing:
        bans.add(db, one)
    trusted = db.rows("SELECT id, created FROM people WHERE trusted_at IS NOT NULL AND role IS NULL ORDER BY id")
    for some in _portions([row["id"] for row in trusted if row["id"] in present.distrusted]):
        db.execute("UPDATE people SET trusted_at = NULL WHERE id IN (:some)", some=some)
    return len(missing)


def outdate(db: Database, present: Present) -> None:
    """Let every page be of a later version than it ever was, so that nothing rendered before is taken for it."""
    former = {page.path: page.version for page in present.essays}
    for page in pages.every(db):
        version = max(page.version, former.get(page.path, 0)) + 1
        db.execute(
            "UPDATE pages SET version = :version, changed_at = :now WHERE path = :path",
            version=version,
            now=ids.now(),
            path=page.path,
        )


def take_away(db: Database, present: Present) -> None:
    """Empty what writers have taken away from beside their words."""
    for name in TAKEN_AWAY:
        kept = [row["id"] for row in db.rows(f"SELECT id FROM comments WHERE {name} <> ''")]  # noqa: S608 -- ours
        for some in _portions([id_ for id_ in kept if id_ in present.lacking[name]]):
            db.execute(f"UPDATE comments SET {name} = '' WHERE id IN (:some)", some=some)  # noqa: S608
            for id_ in some:
                searchable.forget(db, id_)


def _portions(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
