"""Account letters: which letters an account said it wants, or not."""

from comments_service.database import Database


def of_account(db: Database, account: str) -> dict[str, bool]:
    """What an account said, by the kind of letter; a kind that is not there was never spoken of."""
    rows = db.rows("SELECT kind, wanted FROM account_letters WHERE account = :account ORDER BY kind", account=account)
    return {row["kind"]: row["wanted"] == "yes" for row in rows}


def choose(db: Database, account: str, kind: str, *, wanted: bool) -> None:
    """Note whether an account wants letters of a kind."""
    db.execute(
        """INSERT INTO account_letters (account, kind, wanted) VALUES (:account, :kind, :wanted)
           ON CONFLICT (account, kind) DO UPDATE SET wanted = excluded.wanted""",
        account=account,
        kind=kind,
        wanted="yes" if wanted else "no",
    )
