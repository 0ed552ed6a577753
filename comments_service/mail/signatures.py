"""DKIM (RFC 6376): which domain signed a letter that came in, by the key that it shows in the DNS."""

import contextlib
import logging
from collections.abc import Callable

_TIMEOUT_SECONDS = 5.0
# RFC 8301 (3.1, 3.2): SHA-1 is not believed any more, and no key of less than 1,024 bits.
_ALGORITHMS = {b"rsa-sha256", b"ed25519-sha256"}
_LEAST_BITS = 1024
# Each costs a question to a server.
_MOST = 5


class Unanswered(Exception):
    """The DNS did not answer, so nothing is known yet."""


def signed_by(letter: bytes, counts: Callable[[str], bool]) -> list[str]:
    """The domains whose signature over the whole letter, its sender and whom it is to holds. Raises Unanswered.

    Of domains that `counts` says no to nothing is asked: such a server could be silent as long as it pleases.
    A signature over a part of the body (`l=`) counts for nothing: anything could follow it.
    """
    import dkim

    silent = logging.getLogger("rapport.dkim.silenced")
    silent.disabled = True  # it would log what letters say
    found: list[str] = []
    for number in range(_MOST):
        with contextlib.suppress(dkim.DKIMException, ValueError, KeyError, TypeError, ArithmeticError, NameError):
            signature = dkim.DKIM(letter, logger=silent, minkey=_LEAST_BITS, timeout=_TIMEOUT_SECONDS)
            prepared = signature.verify_headerprep(number)
            if not prepared:
                break
            tags = prepared[0]
            signs = {name.strip().lower() for name in tags[b"h"].split(b":")}
            if b"l" in tags or tags[b"a"] not in _ALGORITHMS or b"to" not in signs:
                continue
            domain = tags[b"d"].decode("ascii").lower()
            if counts(domain) and signature.verify(number, dnsfunc=_key):
                found.append(domain)
    return found


def _key(name: bytes, timeout: float = _TIMEOUT_SECONDS) -> bytes | None:
    """The TXT record of a name, or None if there is none. Raises Unanswered."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name.decode("ascii"), "TXT", lifetime=timeout)
        return b"".join(next(iter(answer)).strings)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel, UnicodeError):
        return None
    except (dns.exception.DNSException, OSError) as error:
        raise Unanswered from error
