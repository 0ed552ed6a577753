"""Account bounces: accounts whose address refused a letter for good, until they have another, or one arrives there."""

from comments_service.database import Database

_LONGEST_BOUNCE = 200


def note(db: Database, account: str, bounce: str, *, now: str) -> None:
    """Note that a letter to an account came back for good, in the server's numbers (`550 5.1.1`)."""
    db.execute(
        """INSERT INTO account_bounces (account, at, bounce) VALUES (:account, :now, :bounce)
           ON CONFLICT (account) DO UPDATE SET at = excluded.at, bounce = excluded.bounce""",
        account=account,
        now=now,
        bounce=bounce[:_LONGEST_BOUNCE],
    )


def find(db: Database, account: str) -> str | None:
    """The server's numbers, if letters to this account come back."""
    found = db.value("SELECT bounce FROM account_bounces WHERE account = :account", account=account)
    return None if found is None else str(found)


def clear(db: Database, account: str) -> None:
    """Letters arrive there, or go elsewhere by now."""
    db.execute("DELETE FROM account_bounces WHERE account = :account", account=account)
