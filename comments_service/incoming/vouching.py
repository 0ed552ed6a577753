"""Who vouches for the sender of a letter: our own mail server, in its `Authentication-Results` (RFC 8601)."""

import re
from collections.abc import Iterator

from comments_service.incoming.letters import Letter

# What a header is made of: quoted strings, signs that open, close or end something, and the rest (RFC 5322, 3.2).
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"|[();"\\]|[^();"\\]++')
_PLAIN = re.compile(r'"[\w.@+-]*"')
_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY = re.compile(r"(?:^|\s)(header|smtp)\s*\.\s*([a-z0-9-]+)\s*=\s*(\S+)", re.IGNORECASE)
# Method -> the properties that name the domain which it found to be genuine, the first of them that is there. A DMARC
# pass has compared it with From.
_NAMES = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.from"), "dmarc": ("header.from",)}
# Who handed a letter over to that server with a password of their own is vouched for by the whole address.
_SIGNED_IN, _AS = "auth", "smtp.auth"


def aligned(domain: str, sender: str) -> bool:
    """Whether what is proven of a domain holds for a sender's address: it is theirs, or one above it.

    Narrower than RFC 7489 (3.1), which also takes domains beside each other for one, and needs a list for that.
    """
    proven, theirs = domain.strip(".").casefold(), sender.rpartition("@")[2].casefold()
    return "." in proven and (theirs == proven or theirs.endswith(f".{proven}"))


def vouched(letter: Letter, authserv: str) -> bool:
    """Whether the mail server that calls itself `authserv` found DKIM or SPF to pass for the domain of the sender.

    So it may say that the sender signed in there themselves.

    The topmost result of that name alone is believed: a server writes its own above all that came with a letter
    (RFC 8601, 5), so what stands below may be the sender's invention.
    """
    results = (_Results(value) for value in letter.values("authentication-results"))
    ours = next((one for one in results if one.authserv == authserv.casefold()), None)
    return ours is not None and any(
        named.casefold() == letter.sender.casefold() if method == _SIGNED_IN else aligned(_domain(named), letter.sender)
        for method, named in ours.passed()
    )


def _domain(named: str) -> str:
    return named.rpartition("@")[2]


class _Results:
    """One header, without its comments.

    A sender chooses the address of the envelope and with it, in quotes, signs that have a meaning here. Where these do
    not pair, or a comment holds a quote, nobody knows whose words are whose, and nothing is believed.
    """

    def __init__(self, value: str) -> None:
        first, *self._results = _parted(value) or [""]
        self.authserv = (first.split() or [""])[0].casefold()

    def passed(self) -> Iterator[tuple[str, str]]:
        """Each method that passed, and what it names: a domain, or an address."""
        for one in self._results:
            result = _RESULT.match(one)
            if result is None or result[2].lower() != "pass":
                continue
            said = {f"{kind}.{name}".lower(): value for kind, name, value in _PROPERTY.findall(one)}
            method = result[1].lower()
            wanted = (_AS,) if method == _SIGNED_IN else _NAMES.get(method, ())
            named = next((said[name] for name in wanted if name in said), "")
            if '"' not in named:
                yield method, named


def _parted(value: str) -> list[str]:
    """What stands between the semicolons, without comments; the first part alone, the server's name, if it is odd.

    Of a quoted string that holds more than a name or an address nothing but the quotes is kept.
    """
    parts, depth = [""], 0
    for piece in _PIECE.findall(value):
        if piece == "(":
            depth += 1
            parts[-1] += " "
        elif piece == ")" and depth:
            depth -= 1
        elif piece in {")", '"', "\\"} or (depth and piece.startswith('"')):
            return parts[:1]
        elif depth:
            continue
        elif piece == ";":
            parts.append("")
        else:
            parts[-1] += '""' if piece.startswith('"') and not _PLAIN.fullmatch(piece) else piece.strip('"')
    return parts if not depth else parts[:1]
