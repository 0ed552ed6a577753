"""What may be stored: JSON values, and records written down without what is only their default."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"
Record = TypeVar("Record", bound="DataclassInstance")
Choice = TypeVar("Choice", bound=str)


class LedgerError(ValueError):
    """A history that cannot have happened, or a question that has no answer; the message says why, in a few words."""


def string(data: Mapping[str, Any], name: str) -> str:
    """The text of that name. Raises LedgerError if it is missing, empty or no text."""
    found = data.get(name)
    if not isinstance(found, str) or not found:
        raise LedgerError(f"{name} is missing, or is no text")
    return found


def strings(data: Mapping[str, Any], name: str) -> list[str]:
    """The list of texts of that name; missing is empty."""
    found = data.get(name) or []
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise LedgerError(f"{name} is no list of names")
    return found


def mappings(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The list of that name, of things with named parts; missing is empty."""
    found = data.get(name, [])
    if not isinstance(found, list):
        raise LedgerError(f"{name} are no list")
    return [mapping(item) for item in found]


def number(data: Mapping[str, Any], name: str, default: int) -> int:
    """The whole number of that name, at least one."""
    found = data.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise LedgerError(f"{name} is no number of them")
    return found


def flag(data: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """The yes or no of that name."""
    found = data.get(name, default)
    if not isinstance(found, bool):
        raise LedgerError(f"{name} is neither true nor false")
    return found


def mapping(found: object) -> Mapping[str, Any]:
    """Something with named parts."""
    if not isinstance(found, Mapping):
        raise LedgerError(f"{found!r} has no named parts")
    return found


def choice(found: object, choices: Sequence[Choice]) -> Choice:
    """One of a few words."""
    for word in choices:
        if found == word:
            return word
    raise LedgerError(f"{found!r} is none of {', '.join(choices)}")


def as_data(record: "DataclassInstance") -> dict[str, Any]:
    """The plain fields of a record that differ from their default, by name; a tuple becomes a list."""
    data: dict[str, Any] = {}
    for name, default in _defaults(type(record)):
        value = getattr(record, name)
        if default is MISSING or value != default:
            data[name] = list(value) if isinstance(value, tuple) else value
    return data


def from_data(kind: type[Record], data: Mapping[str, Any]) -> Record:
    """The record in stored data, whatever stands beside it; a list becomes a tuple."""
    given = {name: data[name] for name, _ in _defaults(kind) if name in data}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


@functools.cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, object], ...]:
    """The fields of a record with their defaults, looked up once: records are written at every reply."""
    return tuple((field.name, field.default) for field in fields(kind))
