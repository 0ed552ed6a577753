"""Step 4: what readers prove to be theirs, on which devices, and what they are in the middle of meanwhile."""

from comments_service.database import Database
from comments_service.migrations.running import run


def who_is_speaking(db: Database) -> None:
    """Identities, the errands, challenges and sign-ins under way, and the marks at what was said."""
    run(
        db,
        """CREATE TABLE identities (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL UNIQUE REFERENCES people (id),
            provider TEXT NOT NULL,
            issuer TEXT NOT NULL,
            subject TEXT NOT NULL,
            name TEXT NOT NULL,
            label TEXT NOT NULL,
            url TEXT NOT NULL,
            address TEXT NOT NULL,
            picture_url TEXT NOT NULL,
            picture TEXT NOT NULL,
            created TEXT NOT NULL,
            proven_at TEXT NOT NULL,
            UNIQUE (issuer, subject)
        )""",
        # Names by which proven people are known, in the shape that an eye remembers, so that nobody poses as them.
        """CREATE TABLE proven_names (
            shape TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES people (id),
            PRIMARY KEY (shape, person)
        )""",
        "CREATE INDEX proven_names_person ON proven_names (person)",
        # A device that proved an identity; `guest` is who wrote from it before.
        "ALTER TABLE devices ADD COLUMN identity TEXT REFERENCES identities (id)",
        "ALTER TABLE devices ADD COLUMN guest TEXT REFERENCES people (id)",
        "CREATE INDEX devices_identity ON devices (identity) WHERE identity IS NOT NULL",
        # A join that the person themselves made, by proving both; without, an author took them for one.
        "ALTER TABLE joins ADD COLUMN proven_at TEXT",
        "ALTER TABLE comments ADD COLUMN identity TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE comments ADD COLUMN proven TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE comments ADD COLUMN picture TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX comments_identity ON comments (identity, id) WHERE identity <> ''",
        "CREATE INDEX comments_email ON comments (lower(email), id) WHERE email <> ''",
        """CREATE TABLE errands (
            id TEXT PRIMARY KEY,
            fields TEXT NOT NULL,
            purpose TEXT NOT NULL CHECK (purpose IN ('reply', 'add', 'yours')),
            comment TEXT NOT NULL,
            created TEXT NOT NULL,
            expires TEXT NOT NULL
        )""",
        "CREATE INDEX errands_expires ON errands (expires)",
        # A letter with a code and a link. Both are made from the id and a secret, and stand nowhere.
        """CREATE TABLE challenges (
            id TEXT PRIMARY KEY,
            errand TEXT NOT NULL,
            address TEXT NOT NULL,
            tries INTEGER NOT NULL,
            created TEXT NOT NULL,
            expires TEXT NOT NULL,
            used_at TEXT
        )""",
        "CREATE INDEX challenges_errand ON challenges (errand, id)",
        "CREATE INDEX challenges_expires ON challenges (expires)",
        # A browser that was sent to a provider and is to come back; `data` is what was agreed with that very server.
        """CREATE TABLE authorizations (
            state TEXT PRIMARY KEY,
            errand TEXT NOT NULL,
            provider TEXT NOT NULL,
            data TEXT NOT NULL,
            created TEXT NOT NULL,
            expires TEXT NOT NULL,
            used_at TEXT
        )""",
        "CREATE INDEX authorizations_expires ON authorizations (expires)",
        # The keys that a server gave to this blog when it asked for some (dynamic registration).
        """CREATE TABLE registrations (
            issuer TEXT PRIMARY KEY,
            client_id TEXT NOT NULL,
            client_secret TEXT NOT NULL,
            redirect_uri TEXT NOT NULL,
            created TEXT NOT NULL
        )""",
        # Letters and what else may wait long for others have a queue of their own, so that pages never wait for them.
        "ALTER TABLE jobs ADD COLUMN lane TEXT NOT NULL DEFAULT ''",
        "DROP INDEX jobs_due",
        "CREATE INDEX jobs_due ON jobs (lane, run_at, id) WHERE gave_up_at IS NULL",
    )
