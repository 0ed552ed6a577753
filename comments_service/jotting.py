"""A private note, as somebody who answers here typed it: at a person, or at a reply."""

from comments_service import texts
from comments_service.errors import invalid

LONGEST = 2000


def note(typed: str) -> str:
    """The words of a note. Raises Problem (422) where there are none, too many, or some that no text can hold."""
    try:
        text = texts.clean(typed).strip()
    except ValueError as error:
        raise invalid({"note": str(error)}) from None
    if not text:
        raise invalid({"note": "Please write a few words to remember."})
    if len(text) > LONGEST:
        raise invalid({"note": f"Please keep a note within {LONGEST:,} characters; this one has {len(text):,}."})
    return text
