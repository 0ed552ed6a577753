"""What strangers call themselves: names, web addresses and e-mail addresses that may be shown, or written to."""

import functools
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from comments_service import texts

LONGEST_NAME = 80
LONGEST_WEBSITE = 200
# RFC 5321 (4.5.3.1): a path has 256 characters, its two angle brackets among them, and a local part 64.
LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64

# What begins an encoded word (RFC 2047), which mail programs read as other characters than were typed, even line ends.
_ENCODED_WORD = "=?"
_HOLDS_EMAIL = re.compile(r"\S@[^\s@]+\.[^\s@]")

_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)  # without the dot, which is for "example.org:8080"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d){_LABEL}")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]++"  # RFC 5322 (3.2.3)
# ASCII, or the Kelvin sign (U+212A) would pass as a k: letters go to one mailbox and prove what compares as another.
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.IGNORECASE | re.ASCII)

_NO_WEBSITE = "Please give the whole address of your site, such as https://example.org, or leave it empty."
_NO_EMAIL = "Please check your e-mail address: it should look like name@example.org."

_JOINERS = frozenset("\u200c\u200d")
_VIRAMA = 9  # the combining class of the signs that join Indian letters

# Letters and figures that a hurried eye takes for a Latin letter.
_TWINS = str.maketrans(
    {
        twin: letter
        for letter, twins in {
            "a": "АаΑαᎪɑᴀ4", "b": "ВвЬьΒᏴʙ8", "c": "СсϹϲςᏟᴄ¢", "d": "ԁᎠᴅđĐ", "e": "ЕеєΕεᎬᴇ€3", "f": "Ϝꜰƒ",
            "g": "ԌᏀɡɢ", "h": "НнһΗհᎻʜ", "i": "ІіΙιᎥıɪ", "j": "ЈјϳᎫᴊ", "k": "КкΚκᏦᴋ", "l": "ӀӏᏞłŁʟ1", "m": "МмΜᎷᴍ",
            "n": "ΝηпոɴŊ", "o": "ОоΟοσՕօᴏøØ0", "p": "РрΡρᏢᴘ", "q": "ԚԛզϘ", "r": "гᎡᴦʀ", "s": "ЅѕՏᏚꜱ5$", "t": "ТтΤτᎢᴛ7",
            "u": "Սսυᴜʋ", "v": "ѴѵνᏙᴠ", "w": "ԜԝѡωᎳᴡ", "x": "ХхΧχ", "y": "УуүҮΥγʏ", "z": "ΖᏃᴢ",
        }.items()
        for twin in twins
    }
)  # fmt: skip
_SIGNS_AS_LETTERS = ((re.compile(r"(?<=\w)[|!](?=\w)"), "l"), (re.compile(r"(?<=\w)@"), "a"))
# Once letters are small, l and i are one stroke, rn reads as m and vv as w.
_STROKES = (("i", "l"), ("rn", "m"), ("vv", "w"))


def clean(name: str) -> str:
    """Bring a display name to the form in which it is shown: one line, nothing invisible, one space between words.

    Raises ValueError with a sentence for its bearer when nothing can be seen, when it is longer than `LONGEST_NAME`,
    or when it holds an e-mail address (everybody would see it) or an encoded word (a letter would decode it).
    """
    name = " ".join(texts.clean(_without_invisible(name)).split())
    if not name:
        raise ValueError("Please give a name: any name you like to be called here.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"Please give a shorter name, of at most {LONGEST_NAME} characters.")
    if _HOLDS_EMAIL.search(name):
        raise ValueError("Please give a name instead of an e-mail address: a name is shown to everybody.")
    if _ENCODED_WORD in name:
        raise ValueError(f"Please give a name without {_ENCODED_WORD} in it.")
    return name


def looks_like(name: str, other: str) -> bool:
    """Whether a reader could take `name` for `other`: alike to the eye, whatever case, titles and order of words."""
    return not shapes(name).isdisjoint(shapes(other))


def shapes(name: str) -> frozenset[str]:
    """All that an eye may remember of a name, to be looked up: names that share one `looks_like` each other.

    Small letters without marks, spaces and punctuation, letters that look alike made one. Unicode UTS 39 calls the idea
    a skeleton; this table is smaller, made to notice who poses as somebody. Never to be shown.
    """
    # Greek capitals resemble other Latin letters than small ones do, so a name is read as typed and as small.
    found = {shape for words in (_words(name), _words(name.casefold())) if words for shape in _shapes(words)}
    return frozenset(found or {f"={name.strip()}"})


def mentioned(text: str, known: Iterable[str]) -> list[str]:
    """Those of the names that a text calls with an @: by the whole name, or by its first word (`@Ana`)."""
    spoken = text.casefold()
    return [
        name
        for name in known
        if any(
            re.search(rf"(?<!\w)@{re.escape(called.casefold())}(?!\w)", spoken) for called in {name, name.split()[0]}
        )
    ]


def website(url: str) -> str:
    """The web address to link a name with: absolute, http or https; a bare domain gets https; blank stays empty.

    Raises ValueError with a sentence when it is none, is longer than `LONGEST_WEBSITE`, or could show one host and open
    another (user names, backslashes, invisible characters).
    """
    url = url.strip()
    if not url:
        return ""
    if not _SCHEME.match(url):
        url = f"https://{url}"
    if len(url) > LONGEST_WEBSITE:
        raise ValueError(f"Please give a shorter address of your site, of at most {LONGEST_WEBSITE} characters.")
    if not url.isprintable() or any(letter in ' <>"\\`' for letter in url):
        raise ValueError(_NO_WEBSITE)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(_NO_WEBSITE) from None
    authority = parts.netloc.lower()
    host = authority if port is None else authority.removesuffix(f":{port}")
    if parts.scheme not in {"http", "https"} or not _DOMAIN.fullmatch(host):
        raise ValueError(_NO_WEBSITE)
    return parts._replace(netloc=authority).geturl()


def email(address: str) -> str:
    """The e-mail address as letters are sent to it: its domain in small ASCII letters; blank stays empty.

    Stricter than RFC 5322: no comments, quotes or literals, ASCII before the @. Raises ValueError with a sentence.
    """
    address = address.strip()
    if not address:
        return ""
    local_part, _, domain = address.partition("@")
    if not _LOCAL_PART.fullmatch(local_part) or _ENCODED_WORD in local_part or not _DOMAIN.fullmatch(domain):
        raise ValueError(_NO_EMAIL)
    try:
        address = f"{local_part}@{_in_ascii(domain.lower())}"
    except ValueError:
        raise ValueError(_NO_EMAIL) from None
    if len(local_part) > LONGEST_LOCAL_PART or len(address) > LONGEST_EMAIL:
        raise ValueError(_NO_EMAIL)
    return address


def veiled(address: str) -> str:
    """An address by which its owner knows it and nobody else learns it: its first letter, and its domain."""
    return f"{address[:1]}…@{address.rpartition('@')[2]}" if address else ""


def mailbox(address: str) -> str:
    """An address without what leads to the same mailbox at many providers: capitals, dots, and what follows a plus.

    Only to count by, never to write to: elsewhere these are two people.
    """
    local_part, _, domain = address.casefold().rpartition("@")
    return f"{(local_part.partition('+')[0] or local_part).replace('.', '')}@{domain}"


def _in_ascii(domain: str) -> str:
    """A domain as the network spells it. ValueError where Python's IDNA 2003 would reach another than is meant."""
    if domain.isascii():
        return domain
    encoded = domain.encode("idna")
    if encoded.decode("idna") != domain:  # it takes straße.de for strasse.de, which belongs to others
        raise ValueError(_NO_EMAIL)
    return encoded.decode("ascii")


def _without_invisible(name: str) -> str:
    """Drop format characters and fillers, but for joiners that spell Arabic and Indian words (RFC 5892, A.1)."""
    kept = ""
    for letter in name:
        if letter in _JOINERS and kept:
            before = kept[-1]
            seen = unicodedata.bidirectional(before) == "AL" or unicodedata.combining(before) == _VIRAMA
        else:
            seen = unicodedata.category(letter) != "Cf" and letter not in texts.FILLERS
        if seen:
            kept += letter
    return kept


@functools.lru_cache(maxsize=1000)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name as an eye remembers them. Those of who writes here are asked for at every reply."""
    decomposed = unicodedata.normalize("NFKD", _without_invisible(name))
    shape = "".join(letter for letter in decomposed if not unicodedata.category(letter).startswith("M"))
    for sign, letter in _SIGNS_AS_LETTERS:
        shape = sign.sub(letter, shape)
    shape = shape.translate(_TWINS).casefold().translate(_TWINS)
    for drawn, read in _STROKES:
        shape = shape.replace(drawn, read)
    return tuple(re.findall(r"[^\W_]+", shape))


# What adds nothing to a name: "Ana Ferreira (author)" is meant to be read as Ana Ferreira.
_TITLES = frozenset(_words("admin administrator author editor mod moderator official owner the"))


def _shapes(words: tuple[str, ...]) -> tuple[str, str]:
    """The words run together, and, in any order, without what adds nothing to a name."""
    bare = sorted(word for word in words if word not in _TITLES) or list(words)
    return "".join(words), " ".join(["any order:", *bare])
