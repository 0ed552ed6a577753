"""Letters since a copy was made: who stopped them, where they came back, and what was told, so that none comes twice.

What of this the copy knows has ended by `since.ENDING`; here is what it never heard of, and the words to it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database, Row

# What was told before this is told by nothing any more: no fact is heard and no essay announced that is so old.
_TOLD_DAYS = 14


@dataclass(frozen=True, slots=True)
class Letters:
    """What of letters must outlive a restore.

    What accounts said of theirs, and where these came back; the addresses that want none, or give them back; what was
    told; why webhooks are off.
    """

    chosen: Sequence[Row]
    came_back: Sequence[Row]
    stopped: Sequence[Row]
    told: Sequence[Row]
    off: Mapping[str, str]


def remember(db: Database) -> Letters:
    """Read all of it."""
    return Letters(
        chosen=db.rows("SELECT account, kind, wanted FROM account_letters ORDER BY account, kind"),
        came_back=db.rows("SELECT account, at, bounce FROM account_bounces ORDER BY account"),
        stopped=db.rows(
            """SELECT id, address, language, rhythm, created, stopped_at, bounced_at, bounce FROM correspondents
               WHERE stopped_at IS NOT NULL OR bounced_at IS NOT NULL ORDER BY id"""
        ),
        told=db.rows(
            """SELECT id, name, kind, correspondent, account, subscription, comment, page, created, letter, told_at,
                      dropped_at, remark
               FROM news WHERE created >= :since AND (told_at IS NOT NULL OR dropped_at IS NOT NULL) ORDER BY id""",
            since=ids.now(days=-_TOLD_DAYS),
        ),
        off={
            row["id"]: row["off_why"]
            for row in db.rows("SELECT id, off_why FROM webhooks WHERE off_at IS NOT NULL ORDER BY id")
        },
    )


def carry_over(db: Database, letters: Letters) -> None:
    """Let all of it hold in another state of the same house; of accounts that are unknown there nothing is kept."""
    accounts = {row["id"] for row in db.rows("SELECT id FROM people WHERE role IS NOT NULL")}
    for row in letters.chosen:
        if row["account"] in accounts:
            db.execute(
                """INSERT INTO account_letters (account, kind, wanted) VALUES (:account, :kind, :wanted)
                   ON CONFLICT (account, kind) DO UPDATE SET wanted = excluded.wanted""",
                **row,
            )
    for row in letters.came_back:
        if row["account"] in accounts:
            db.execute(
                """INSERT INTO account_bounces (account, at, bounce) VALUES (:account, :at, :bounce)
                   ON CONFLICT (account) DO UPDATE SET at = excluded.at, bounce = excluded.bounce""",
                **row,
            )
    for row in letters.stopped:
        db.execute(
            """INSERT INTO correspondents (id, address, language, rhythm, created, stopped_at, bounced_at, bounce)
               VALUES (:id, :address, :language, :rhythm, :created, :stopped_at, :bounced_at, :bounce)
               ON CONFLICT (lower(address)) DO UPDATE SET
                   stopped_at = coalesce(correspondents.stopped_at, excluded.stopped_at),
                   bounced_at = coalesce(correspondents.bounced_at, excluded.bounced_at), bounce = excluded.bounce""",
            **row,
        )
    _tell_no_more(db, letters.told, accounts)
    for id_, why in letters.off.items():
        db.execute("UPDATE webhooks SET off_why = :why WHERE id = :id AND off_at IS NOT NULL", id=id_, why=why)


def _tell_no_more(db: Database, told: Sequence[Row], accounts: Collection[str]) -> None:
    readers = {None, *(row["id"] for row in db.rows("SELECT id FROM correspondents"))}
    known = {None, *accounts}
    for row in told:
        if row["correspondent"] in readers and row["account"] in known:
            db.execute(
                f"""INSERT INTO news ({", ".join(row)}) VALUES ({", ".join(f":{name}" for name in row)})
                    ON CONFLICT DO NOTHING""",  # noqa: S608 -- the columns are ours
                **row,
            )
