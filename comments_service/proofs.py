"""What a letter proves: the codes and links in it, each made from an id and a secret, and stored nowhere.

Whoever reads the database, or a copy of it, learns neither; the worker that writes the letter makes them once more.
"""

from comments_service import ids
from comments_service.keys import Keys

_DIGITS = 6
MINUTES = 30


def code(keys: Keys, challenge: str) -> str:
    """The six digits that a letter holds, to be typed where they were asked for."""
    return f"{int(ids.keyed(keys.proofs, f'code {challenge}'), 16) % 10**_DIGITS:0{_DIGITS}}"


def token(keys: Keys, challenge: str) -> str:
    """The secret of a letter's link: the challenge's id and 128 bits of its own, hexadecimal."""
    return f"{challenge}-{ids.keyed(keys.proofs, f'link {challenge}')}"


def challenge_of(keys: Keys, given: str) -> str | None:
    """The id of the challenge whose link this token opens; None for a forged one."""
    challenge = given.partition("-")[0]
    return challenge if ids.same(given, token(keys, challenge)) else None


def letter_token(keys: Keys, link: str) -> str:
    """The secret of a link in an author's letter: the id of its row, and 128 bits of its own."""
    return f"{link}-{ids.keyed(keys.proofs, f'letter {link}')}"


def letter_of(keys: Keys, given: str) -> str | None:
    """The id of the row whose link this token opens; None for a forged one."""
    link = given.partition("-")[0]
    return link if ids.same(given, letter_token(keys, link)) else None


def stop_token(keys: Keys, account: str, kind: str) -> str:
    """The secret of the link by which an account gets no more letters of one kind. It lasts: all it does is less."""
    return f"{account}-{kind}-{ids.keyed(keys.proofs, f'no letters {account} {kind}')}"


def stops(keys: Keys, given: str) -> tuple[str, str] | None:
    """The account and the kind of letters that this token stops; None for a forged one."""
    account, _, rest = given.partition("-")
    kind = rest.partition("-")[0]
    return (account, kind) if ids.same(given, stop_token(keys, account, kind)) else None


def sign_in_secret(keys: Keys, link: str) -> str:
    """The secret of an account's one-time link that is sent by letter, made from the id of its row."""
    return ids.keyed(keys.proofs, f"sign in {link}") + ids.keyed(keys.proofs, f"sign in, second half {link}")


def print_of(keys: Keys, address: str) -> str:
    """The keyed hash by which a proven address is known: the same however its letters are written."""
    return ids.keyed(keys.proofs, f"address {address.casefold()}")


def feed(keys: Keys, subject: str, number: int) -> str:
    """The secret of a private feed's address: of a person, or of one comment, whose `number` voids those before it."""
    return f"{subject}-{number}-{ids.keyed(keys.proofs, f'feed {subject} {number}')}"


def feed_of(keys: Keys, given: str) -> tuple[str, int] | None:
    """Whose feed a secret opens, and by which number; None for a forged one."""
    subject, _, rest = given.partition("-")
    number = rest.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < _DIGITS):
        return None
    return (subject, int(number)) if ids.same(given, feed(keys, subject, int(number))) else None


def webhook_secret(keys: Keys, webhook: str) -> bytes:
    """The 32 bytes with which what is sent to a webhook is signed, made from the id of its row."""
    halves = (ids.keyed(keys.proofs, f"webhook {webhook}"), ids.keyed(keys.proofs, f"webhook, second half {webhook}"))
    return bytes.fromhex("".join(halves))


def subscription_token(keys: Keys, correspondent: str, wish: str = "") -> str:
    """The secret of the link with which a letter's reader says what they hear of: for ever, and stored nowhere.

    It holds the correspondent's id, that of the one `wish` that the letter is about, if it is about one, and 128 bits.
    """
    named = f"{correspondent}.{wish}" if wish else correspondent
    return f"{named}-{ids.keyed(keys.proofs, f'subscriptions {named}')}"


def subscription_of(keys: Keys, given: str) -> tuple[str, str] | None:
    """The ids of the correspondent and of the wish (or nothing) whose link this is; None for a forged one."""
    correspondent, _, wish = given.partition("-")[0].partition(".")
    return (correspondent, wish) if ids.same(given, subscription_token(keys, correspondent, wish)) else None
