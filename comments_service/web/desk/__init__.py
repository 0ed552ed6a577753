"""The author's doors: sign-in, the desk, moderation. Everything but the sign-in page refuses strangers."""

from comments_service.web.desk import accounts, deciding, reading, signing
from comments_service.web.desk.door import OPEN, door

__all__ = ["OPEN", "accounts", "deciding", "door", "reading", "signing"]
