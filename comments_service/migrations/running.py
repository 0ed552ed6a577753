"""What every step of the schema uses."""

from comments_service.database import Database


def run(db: Database, *statements: str) -> None:
    """Run statements one after the other."""
    for statement in statements:
        db.execute(statement)
