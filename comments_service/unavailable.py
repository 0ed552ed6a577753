"""Why a database can't be used just now, whichever engine runs: told apart from mistakes of ours."""

from collections.abc import Iterator
from contextlib import contextmanager


class Unavailable(Exception):
    """The database can't do it now, and may another time; nothing that was to be written is kept.

    `why` is a word for programs: `busy`, `full`, `read_only`, or `away` for everything else.
    """

    def __init__(self, sentence: str, why: str = "away") -> None:
        super().__init__(sentence)
        self.why = why


class TransactionLost(Unavailable):
    """The transaction ended by itself (a full disk does that): nothing that was written in it is kept."""

    def __init__(self) -> None:
        super().__init__("The transaction ended by itself", "full")


# What SQLite says -> why; what is not here is a mistake of ours.
_SQLITE_SAYS = {
    "locked": "busy",
    "busy": "busy",
    "full": "full",
    "readonly": "read_only",
    "unable to open": "away",
    "disk I/O error": "away",
}


def of_sqlite(error: Exception) -> Exception:
    """An error of SQLite's as one of ours, if it is the file or the disk, and not the question, that is the matter."""
    why = next((why for words, why in _SQLITE_SAYS.items() if words in str(error)), "")
    return Unavailable(str(error), why) if why else error


@contextmanager
def postgresql_told_apart() -> Iterator[None]:
    """Errors of PostgreSQL's that are no mistake of ours, as one of ours."""
    import psycopg

    try:
        yield
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise Unavailable(str(error), "read_only") from error
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        raise Unavailable(str(error), "busy") from error
    except psycopg.errors.DiskFull as error:
        raise Unavailable(str(error), "full") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise Unavailable(str(error)) from error
