"""Records as mappings of their fields, for JSON."""

from dataclasses import fields
from typing import Any


def shallow(record: Any) -> dict[str, Any]:  # noqa: ANN401 -- any record
    """The fields of a record by their names, their values as they are.

    `dataclasses.asdict` copies all that they hold, of a thousand records for longer than writing them takes.
    """
    return {field.name: getattr(record, field.name) for field in fields(record)}
