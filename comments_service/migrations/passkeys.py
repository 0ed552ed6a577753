"""Step 8: accounts sign in by letter and with passkeys, and every sign-in is in a log."""

from comments_service.database import Database
from comments_service.migrations.running import run


def passkeys(db: Database) -> None:
    """Passkeys, the challenges that their browsers answer, the log of sign-ins, and links for one browser alone."""
    run(
        db,
        # The digest of what is in the cookie of the browser that asked; empty for a printed link, which has asked none.
        "ALTER TABLE sign_in_links ADD COLUMN browser TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE passkeys (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (id),
            credential TEXT NOT NULL UNIQUE,
            public_key TEXT NOT NULL,
            handle TEXT NOT NULL,
            sign_count INTEGER NOT NULL,
            name TEXT NOT NULL,
            created TEXT NOT NULL,
            used_at TEXT
        )""",
        "CREATE INDEX passkeys_person ON passkeys (person, id)",
        """CREATE TABLE passkey_challenges (
            digest TEXT PRIMARY KEY,
            purpose TEXT NOT NULL CHECK (purpose IN ('add', 'sign in')),
            person TEXT NOT NULL,
            handle TEXT NOT NULL,
            created TEXT NOT NULL,
            expires TEXT NOT NULL,
            used_at TEXT
        )""",
        "CREATE INDEX passkey_challenges_expires ON passkey_challenges (expires)",
        # Who tried may be nobody that is known: no reference.
        """CREATE TABLE sign_ins (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL,
            at TEXT NOT NULL,
            how TEXT NOT NULL CHECK (how IN ('printed link', 'letter', 'passkey')),
            outcome TEXT NOT NULL,
            device TEXT NOT NULL,
            network TEXT NOT NULL
        )""",
        "CREATE INDEX sign_ins_person ON sign_ins (person, id)",
        "CREATE INDEX sign_ins_at ON sign_ins (at)",
    )
