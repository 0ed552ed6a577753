"""Step 1: a blog with its conversations, moderated and answered."""

from comments_service.database import Database
from comments_service.migrations.running import run


def the_blog_lives(db: Database) -> None:
    """Pages, people and their keys, comments, decisions, the ledger's events, the outbox, what is rendered."""
    run(
        db,
        """CREATE TABLE pages (
            path TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            question TEXT NOT NULL,
            summary TEXT NOT NULL,
            language TEXT NOT NULL,
            published TEXT NOT NULL,
            modified TEXT NOT NULL,
            edition INTEGER NOT NULL,
            conversation TEXT NOT NULL CHECK (conversation IN ('open', 'closed', 'ended')),
            closes_at TEXT,
            closed_at TEXT,
            version INTEGER NOT NULL,
            facts TEXT NOT NULL,
            gone_at TEXT
        )""",
        """CREATE TABLE people (
            id TEXT PRIMARY KEY,
            created TEXT NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            role TEXT CHECK (role IN ('owner', 'author', 'moderator')),
            trusted_at TEXT
        )""",
        "CREATE INDEX people_accounts ON people (id) WHERE role IS NOT NULL",
        """CREATE TABLE devices (
            secret TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (id),
            created TEXT NOT NULL
        )""",
        "CREATE INDEX devices_person ON devices (person)",
        """CREATE TABLE sign_in_links (
            secret TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (id),
            created TEXT NOT NULL,
            expires TEXT NOT NULL,
            used_at TEXT
        )""",
        """CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            secret TEXT NOT NULL UNIQUE,
            person TEXT NOT NULL REFERENCES people (id),
            created TEXT NOT NULL,
            seen TEXT NOT NULL,
            expires TEXT NOT NULL,
            ended_at TEXT,
            device TEXT NOT NULL
        )""",
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            page TEXT NOT NULL REFERENCES pages (path) ON UPDATE CASCADE,
            root TEXT NOT NULL,
            person TEXT NOT NULL,
            last_seq INTEGER NOT NULL,
            UNIQUE (root, person)
        )""",
        """CREATE TABLE comments (
            id TEXT PRIMARY KEY,
            page TEXT NOT NULL REFERENCES pages (path) ON UPDATE CASCADE,
            parent TEXT REFERENCES comments (id),
            root TEXT NOT NULL,
            conversation TEXT NOT NULL REFERENCES conversations (id),
            person TEXT REFERENCES people (id),
            author TEXT REFERENCES people (id),
            state TEXT NOT NULL CHECK (state IN ('held', 'published', 'rejected', 'spam', 'removed', 'withdrawn')),
            text TEXT NOT NULL,
            html TEXT NOT NULL,
            html_version INTEGER NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            website TEXT NOT NULL,
            wants_answer TEXT NOT NULL,
            notify TEXT NOT NULL,
            new_essays TEXT NOT NULL,
            edition INTEGER NOT NULL,
            network TEXT NOT NULL,
            print TEXT NOT NULL,
            key TEXT NOT NULL,
            reasons TEXT NOT NULL,
            created TEXT NOT NULL,
            edit_until TEXT NOT NULL,
            edited TEXT,
            published_at TEXT,
            private_at TEXT,
            withdrawn_at TEXT
        )""",
        "CREATE INDEX comments_page ON comments (page, id)",
        "CREATE INDEX comments_root ON comments (root, id)",
        "CREATE INDEX comments_parent ON comments (parent)",
        "CREATE INDEX comments_state ON comments (state, id)",
        """CREATE INDEX comments_latest ON comments (published_at, id)
           WHERE state = 'published' AND private_at IS NULL""",
        "CREATE INDEX comments_person ON comments (person, id)",
        "CREATE INDEX comments_network ON comments (network, created) WHERE network <> ''",
        "CREATE INDEX comments_print ON comments (print, created) WHERE print <> ''",
        """CREATE TABLE decisions (
            id TEXT PRIMARY KEY,
            comment TEXT NOT NULL REFERENCES comments (id),
            verb TEXT NOT NULL CHECK (verb IN ('approve', 'reject', 'spam', 'remove', 'undo')),
            decided_by TEXT NOT NULL REFERENCES people (id),
            at TEXT NOT NULL,
            before TEXT NOT NULL,
            after TEXT NOT NULL,
            undone_at TEXT
        )""",
        "CREATE INDEX decisions_comment ON decisions (comment, id)",
        """CREATE TABLE events (
            conversation TEXT NOT NULL REFERENCES conversations (id),
            seq INTEGER NOT NULL,
            at TEXT NOT NULL,
            type TEXT NOT NULL,
            comment TEXT NOT NULL,
            person TEXT NOT NULL,
            actor TEXT NOT NULL,
            data TEXT NOT NULL,
            PRIMARY KEY (conversation, seq)
        )""",
        """CREATE TABLE jobs (
            id TEXT PRIMARY KEY,
            fact TEXT NOT NULL,
            subject TEXT NOT NULL,
            data TEXT NOT NULL,
            created TEXT NOT NULL,
            run_at TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            gave_up_at TEXT,
            error TEXT NOT NULL
        )""",
        "CREATE INDEX jobs_due ON jobs (run_at, id) WHERE gave_up_at IS NULL",
        """CREATE TABLE rendered (
            page TEXT PRIMARY KEY REFERENCES pages (path) ON UPDATE CASCADE,
            version INTEGER NOT NULL,
            made_with TEXT NOT NULL,
            etag TEXT NOT NULL,
            html TEXT NOT NULL,
            html_gz BYTEA NOT NULL,
            json TEXT NOT NULL,
            json_gz BYTEA NOT NULL
        )""",
        """CREATE TABLE attempts (
            id TEXT PRIMARY KEY,
            what TEXT NOT NULL,
            who TEXT NOT NULL,
            at TEXT NOT NULL
        )""",
        "CREATE INDEX attempts_who ON attempts (what, who, at)",
        "CREATE TABLE heartbeats (name TEXT PRIMARY KEY, at TEXT NOT NULL)",
    )
