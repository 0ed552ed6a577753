"""The schema as numbered steps, each run once and recorded, in one transaction; one that has landed is never edited."""

from collections.abc import Callable

from comments_service import ids
from comments_service.database import Database
from comments_service.migrations.care_of_threads import care_of_threads
from comments_service.migrations.errands_end import errands_end
from comments_service.migrations.essays_answer import essays_answer
from comments_service.migrations.letters_leave import letters_leave
from comments_service.migrations.mail_comes_in import mail_comes_in
from comments_service.migrations.newest_first import newest_first
from comments_service.migrations.nobody_unheard import nobody_unheard
from comments_service.migrations.others_are_told import others_are_told
from comments_service.migrations.passkeys import passkeys
from comments_service.migrations.pictures import pictures
from comments_service.migrations.post_office import post_office
from comments_service.migrations.rules_of_the_house import rules_of_the_house
from comments_service.migrations.safe_and_calm import safe_and_calm
from comments_service.migrations.smaller_writes import smaller_writes
from comments_service.migrations.the_blog_lives import the_blog_lives
from comments_service.migrations.the_desk_searches import the_desk_searches
from comments_service.migrations.the_filter_learns import the_filter_learns
from comments_service.migrations.the_ledger import the_ledger
from comments_service.migrations.what_was_published import what_was_published
from comments_service.migrations.what_was_said import what_was_said
from comments_service.migrations.who_is_speaking import who_is_speaking

Step = Callable[[Database], None]

STEPS: tuple[Step, ...] = (
    the_blog_lives,
    smaller_writes,
    the_ledger,
    who_is_speaking,
    letters_leave,
    what_was_said,
    pictures,
    passkeys,
    errands_end,
    safe_and_calm,
    the_desk_searches,
    care_of_threads,
    rules_of_the_house,
    the_filter_learns,
    essays_answer,
    what_was_published,
    nobody_unheard,
    mail_comes_in,
    others_are_told,
    post_office,
    newest_first,
)

# Any number will do, but always the same: in a database of PostgreSQL, whoever brings it up to date locks it.
_LOCK = 726_170_700


def migrate(db: Database) -> list[str]:
    """Bring the database up to date; returns the names of the steps taken. Several processes may start together."""
    taken = []
    with db.transaction():
        # IF NOT EXISTS is no help there: PostgreSQL looks first and then makes, and two may look at the same time.
        _one_at_a_time(db)
        db.execute(
            """CREATE TABLE IF NOT EXISTS migrations (
                number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL
            )""",
        )
    for number, step in enumerate(STEPS, start=1):
        with db.transaction():
            _one_at_a_time(db)
            if db.value("SELECT number FROM migrations WHERE number = :number", number=number):
                continue
            step(db)
            db.insert("migrations", {"number": number, "name": step.__name__, "applied_at": ids.now()})
            taken.append(step.__name__)
    return taken


def pending(db: Database) -> list[str]:
    """The names of the steps that this database has still to take."""
    known = db.value("SELECT max(number) FROM migrations") or 0
    return [step.__name__ for step in STEPS[known:]]


def _one_at_a_time(db: Database) -> None:
    """SQLite's writers take turns already; PostgreSQL is asked for a lock that ends with the transaction."""
    if db.engine == "postgresql":
        db.execute("SELECT pg_advisory_xact_lock(:number)", number=_LOCK)
