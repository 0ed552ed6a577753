"""How long somebody took to fill in the form, as far as their browser's script fetched a signed moment for it.

Whoever keeps such a moment can send it again and again: it then says that they took long, which is one signal less, and
no way past the others. Its absence says nothing at all, since a form works without script.
"""

from comments_service import ids
from comments_service.keys import Keys

# Nobody reads, writes and sends in less.
HASTE_SECONDS = 3.0
# A page may lie open for a day; what is older, or of tomorrow, is no moment of ours.
_LONGEST_SECONDS = 24 * 3600.0
_MILLISECONDS = 1000
_DIGITS = 13


def begun(keys: Keys) -> str:
    """The present moment, signed: `<milliseconds>.<signature>`. It holds nothing about anybody."""
    moment = str(int(ids.moment().timestamp() * _MILLISECONDS))
    return f"{moment}.{_signature(keys, moment)}"


def seconds(keys: Keys, began: str) -> float | None:
    """How long ago a form was begun; None for what was not signed here, or is of no sane age."""
    moment, _, signature = began.partition(".")
    if len(moment) != _DIGITS or not (moment.isascii() and moment.isdigit()):
        return None
    if not ids.same(signature, _signature(keys, moment)):
        return None
    age = ids.moment().timestamp() - int(moment) / _MILLISECONDS
    return age if 0 <= age <= _LONGEST_SECONDS else None


def _signature(keys: Keys, moment: str) -> str:
    return ids.keyed(keys.proofs, f"began {moment}")
