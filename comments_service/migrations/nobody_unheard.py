"""Step 17: who wishes to hear of what, what each is told by which letter, and which letter is being handed over."""

from comments_service.database import Database
from comments_service.migrations.running import run


def nobody_unheard(db: Database) -> None:
    """Addresses that letters go to, their wishes, news and the letters these went in, announcements, authors' links."""
    run(
        db,
        # `asked_at` is when the address was last asked whether it wants this; nothing goes to one that never said yes.
        """CREATE TABLE correspondents (
            id TEXT PRIMARY KEY,
            address TEXT NOT NULL,
            language TEXT NOT NULL,
            rhythm TEXT NOT NULL CHECK (rhythm IN ('now', 'day', 'week')),
            created TEXT NOT NULL,
            asked_at TEXT,
            confirmed_at TEXT,
            stopped_at TEXT,
            bounced_at TEXT,
            bounce TEXT NOT NULL
        )""",
        "CREATE UNIQUE INDEX correspondents_address ON correspondents (lower(address))",
        # `about` is what they wish to hear of: their own reply, a thread's first comment, or nothing for new essays.
        # `comment` is the reply with which they asked for it, empty where they asked on a page of their own.
        """CREATE TABLE subscriptions (
            id TEXT PRIMARY KEY,
            correspondent TEXT NOT NULL REFERENCES correspondents (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('author', 'replies', 'thread', 'essays')),
            about TEXT NOT NULL,
            comment TEXT NOT NULL,
            created TEXT NOT NULL,
            ended_at TEXT,
            UNIQUE (correspondent, kind, about)
        )""",
        "CREATE INDEX subscriptions_about ON subscriptions (kind, about)",
        "CREATE INDEX subscriptions_comment ON subscriptions (comment) WHERE comment <> ''",
        # One thing that one addressee is to be told, a reader (`correspondent`) or an author (`account`), once: `name`
        # says what it is. `letter` is the job of the letter that it went in, which gives that its Message-ID.
        """CREATE TABLE news (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            correspondent TEXT REFERENCES correspondents (id) ON DELETE CASCADE,
            account TEXT REFERENCES people (id),
            subscription TEXT NOT NULL,
            comment TEXT NOT NULL,
            page TEXT NOT NULL,
            created TEXT NOT NULL,
            letter TEXT NOT NULL,
            told_at TEXT,
            dropped_at TEXT,
            remark TEXT NOT NULL
        )""",
        """CREATE INDEX news_waiting ON news (correspondent, id)
           WHERE told_at IS NULL AND dropped_at IS NULL AND correspondent IS NOT NULL""",
        "CREATE INDEX news_correspondent ON news (correspondent, id) WHERE correspondent IS NOT NULL",
        "CREATE INDEX news_account ON news (account, id) WHERE account IS NOT NULL",
        "CREATE INDEX news_comment ON news (comment) WHERE comment <> ''",
        "CREATE INDEX news_letter ON news (letter) WHERE letter <> ''",
        "CREATE INDEX news_created ON news (created, id)",
        # Whether those who wish to hear of new essays are told of this one: an author says it, once.
        """CREATE TABLE announcements (
            page TEXT PRIMARY KEY REFERENCES pages (path) ON UPDATE CASCADE ON DELETE CASCADE,
            created TEXT NOT NULL,
            decided_at TEXT,
            decided_by TEXT REFERENCES people (id),
            sent TEXT NOT NULL CHECK (sent IN ('', 'yes', 'no'))
        )""",
        # A link in an author's letter that decides about a comment without a session. `seen` is how its words stood.
        """CREATE TABLE letter_links (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES people (id),
            comment TEXT NOT NULL REFERENCES comments (id),
            seen TEXT NOT NULL,
            created TEXT NOT NULL,
            expires TEXT NOT NULL,
            used_at TEXT,
            used_for TEXT NOT NULL
        )""",
        "CREATE INDEX letter_links_comment ON letter_links (comment)",
        "CREATE INDEX letter_links_expires ON letter_links (expires)",
        # Which letters an account wants; one that is not named here is wanted as its kind is by default.
        """CREATE TABLE account_letters (
            account TEXT NOT NULL REFERENCES people (id),
            kind TEXT NOT NULL,
            wanted TEXT NOT NULL CHECK (wanted IN ('yes', 'no')),
            PRIMARY KEY (account, kind)
        )""",
        # Several processes may deliver: one has a job until `claimed_until`. `begun_at` says that it began to hand the
        # letter over: whoever finds that at a claim which ran out can't know whether it arrived.
        "ALTER TABLE jobs ADD COLUMN claimed_until TEXT",
        "ALTER TABLE jobs ADD COLUMN begun_at TEXT",
    )
