"""The author's doors: sign-in, the desk, moderation. Everything but the sign-in page refuses strangers."""

from comments_service.web.desk import (
    access,
    accounts,
    away,
    bans,
    deciding,
    digest,
    engaging,
    letters,
    measure,
    moderating,
    morning,
    people,
    reading,
    rules,
    signing,
    writing,
)
from comments_service.web.desk.door import OPEN, door

__all__ = [
    "OPEN",
    "access",
    "accounts",
    "away",
    "bans",
    "deciding",
    "digest",
    "door",
    "engaging",
    "letters",
    "measure",
    "moderating",
    "morning",
    "people",
    "reading",
    "rules",
    "signing",
    "writing",
]
