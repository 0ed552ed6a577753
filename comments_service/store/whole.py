"""The database as a whole: its tables, how many rows each has, which steps it has taken."""

from comments_service.database import Database


def tables(db: Database) -> list[str]:
    """The names of all tables, sorted."""
    sql = (
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        if db.engine == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return [row["name"] for row in db.rows(sql)]


def rows(db: Database) -> dict[str, int]:
    """How many rows each table has."""
    return {table: int(db.value(f"SELECT count(*) FROM {table}")) for table in tables(db)}  # noqa: S608 -- its own names


def steps(db: Database) -> list[str]:
    """The names of the migrations that were taken, in their order. None if there is no house in this database."""
    if "migrations" not in tables(db):
        return []
    return [row["name"] for row in db.rows("SELECT name FROM migrations ORDER BY number")]


def faults(db: Database) -> list[str]:
    """What an engine finds wrong with what it keeps; empty if it is sound.

    SQLite reads its whole file, and every reference. PostgreSQL keeps both by itself: it tells of constraints and
    indexes that do not hold, and of pages whose checksum was wrong.
    """
    if db.engine == "postgresql":
        found = db.rows("""
            SELECT 'the constraint ' || conname || ' was never checked' AS fault FROM pg_constraint
            WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
            UNION ALL
            SELECT 'the index ' || indexrelid::regclass || ' is not valid' FROM pg_index WHERE NOT indisvalid
            UNION ALL
            SELECT checksum_failures || ' pages had a wrong checksum' FROM pg_stat_database
            WHERE datname = current_database() AND checksum_failures > 0""")
        return sorted(str(row["fault"]) for row in found)
    return _faults_of_the_file(db)


def _faults_of_the_file(db: Database) -> list[str]:
    found = [str(row["integrity_check"]) for row in db.rows("PRAGMA integrity_check")]
    found += [f"a row of {row['table']} refers to nothing" for row in db.rows("PRAGMA foreign_key_check")]
    return [fault for fault in found if fault != "ok"]


def shrink_into(db: Database, file: str) -> None:
    """Write a SQLite database anew, into another file, without the remains of what was deleted."""
    db.execute("VACUUM INTO :file", file=file)


def name_snapshot(db: Database) -> str:
    """The name under which PostgreSQL's `pg_dump` sees what the running snapshot sees."""
    return str(db.value("SELECT pg_export_snapshot()"))


def lock(db: Database) -> None:
    """Let nobody else read or write in PostgreSQL until the transaction ends."""
    for table in tables(db):
        db.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def drop(db: Database) -> None:
    """Drop every table, in the running transaction."""
    for table in tables(db):
        db.execute(f"DROP TABLE {table} CASCADE")
