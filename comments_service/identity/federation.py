"""Signing in with a provider: a browser is sent there with a state of its own, and what it brings back is examined."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from comments_service import ids, providers
from comments_service.database import Database
from comments_service.errors import Problem, not_found
from comments_service.identity import exchange, indieauth, mastodon, openid
from comments_service.identity.exchange import MINUTES, Terms
from comments_service.keys import Keys
from comments_service.outbound import Refused, Unreachable, Unusable
from comments_service.providers import MASTODON, WEBSITE, Claims
from comments_service.settings import Settings
from comments_service.store import errands
from comments_service.store.errands import Authorization

# What a server did wrong, in words of ours that hold nothing personal: a log may have them.
FAILURES = (Refused, Unreachable)
_LONGEST_CODE = 4000
# What providers say when somebody changed their mind: the standard's word (RFC 6749, 4.1.2.1), and LinkedIn's two.
_CANCELLED = {"access_denied", "user_cancelled_login", "user_cancelled_authorize"}


@dataclass(frozen=True, slots=True)
class Away:
    """Where a browser is sent, and whom it meets there."""

    address: str
    name: str


def begin(db: Database, settings: Settings, keys: Keys, way: str, errand_id: str, typed: str = "") -> Away:
    """Send the browser that is on an errand to a provider; `typed` is the server or the website that somebody named.

    Raises Problem (403, 404, 422, 502).
    """
    state = ids.new_secret()
    with _told(_called(settings, way, typed), typed=typed):
        terms = _agreed(db, settings, way, typed)
        address = exchange.address(settings, keys, way, terms, state)
    with db.transaction():
        errands.authorize(
            db,
            Authorization(
                state=ids.digest(state),
                errand=errand_id,
                provider=way,
                data=terms.as_data(),
                created=ids.now(),
                expires=ids.now(minutes=MINUTES),
            ),
        )
    return Away(address, terms.name)


def _agreed(db: Database, settings: Settings, way: str, typed: str) -> Terms:
    if way == WEBSITE:
        return indieauth.agreed(settings, indieauth.canonical(settings, typed))
    provider = (
        mastodon.asked(db, settings, mastodon.server(settings, typed))
        if way == MASTODON
        else providers.find(settings, way)
    )
    if provider is None:
        raise not_found("way to sign in")
    if provider.discovery:
        return openid.agreed(settings, provider)
    return Terms(
        name=provider.name,
        authorize=provider.authorize,
        token=provider.token,
        client_id=provider.client_id,
        scope=provider.scope,
        auth=provider.auth,
        pkce="yes" if provider.pkce else "",
        profile=provider.profile,
    )


def _called(settings: Settings, way: str, typed: str) -> str:
    """How a sentence calls whoever a browser is being sent to."""
    found = providers.find(settings, way)
    return found.name if found else typed.strip()[:100] or "The other server"


def complete(
    db: Database, settings: Settings, keys: Keys, way: str, errand_id: str, answered: Mapping[str, str]
) -> Claims:
    """What a browser's answer proves: `answered` are the parameters of the address at which it came back.

    A state is good once, for 15 minutes, in the browser that was sent away with it, and for the provider that it was
    sent to. Raises Problem (403, 410, 502).
    """
    state = answered.get("state", "")
    with db.transaction():
        sent = errands.use_authorization(db, ids.digest(state), now=ids.now())
    if sent is None:
        raise Problem(
            "sign_in_spent",
            410,
            f"This sign-in was used already, is older than {MINUTES} minutes, or was not begun here."
            " Please begin once more.",
        )
    if sent.errand != errand_id:
        raise Problem(
            "another_browser", 403, "This sign-in was begun in another browser. Go on there, or begin once more here."
        )
    terms = Terms(**sent.data)
    error = answered.get("error", "")
    if sent.provider != way or not _from_the_same(terms, answered.get("iss", ""), error):
        raise Problem(
            "another_provider",
            403,
            f"This answer does not come from {terms.name}, where you were sent, so it was not taken."
            " Please begin once more.",
        )
    if error:
        raise _cancelled(terms.name) if error in _CANCELLED else exchange.refused(terms.name)
    code = answered.get("code", "")
    if not code or len(code) > _LONGEST_CODE:
        raise exchange.refused(terms.name)
    with _told(terms.name):
        return _proven(db, settings, way, terms, code, exchange.proofs_of(keys, state))


def _from_the_same(terms: Terms, issuer: str, error: str) -> bool:
    """Whether an answer's `iss` names whoever the browser was sent to (RFC 9207).

    With an error it may be missing, since some forget it there, and nothing is gained by an error.
    """
    if not issuer:
        return bool(error) or not terms.answers_with_issuer
    if terms.issuer and not openid.is_everybodys(terms.issuer):
        return issuer == terms.issuer
    return exchange.host_of(issuer) == exchange.host_of(terms.authorize)


def _proven(db: Database, settings: Settings, way: str, terms: Terms, code: str, given: exchange.Proofs) -> Claims:
    if way == WEBSITE:
        return indieauth.claims(settings, terms, code, given)
    provider = mastodon.kept(db, terms.authorize) if way == MASTODON else providers.find(settings, way)
    if provider is None or provider.client_id != terms.client_id:
        # The keys were changed meanwhile, so the code is another's.
        raise exchange.refused(terms.name)
    token = exchange.redeem(settings, way, terms, provider.client_secret, code, given)
    told = openid.told(settings, terms, token, given) if terms.keys else exchange.told(settings, terms.profile, token)
    try:
        return provider.claims(provider, told)
    except ValueError as error:
        raise Unusable("it tells of nobody in particular") from error


@contextmanager
def _told(name: str, *, typed: str = "") -> Iterator[None]:
    """Tell of a server's failures in sentences; one whose address was `typed` may not be there at all."""
    try:
        yield
    except Refused as error:
        raise Problem(
            "not_to_be_asked",
            403,
            f"{name} has an address that this blog does not connect to. Please choose another way.",
        ) from error
    except Unusable as error:
        raise Problem(
            "answer_unusable",
            502,
            f"{name} answered with something that can't be used here, so you are not signed in."
            " Please choose another way; nothing of what you typed is lost.",
        ) from error
    except Unreachable as error:
        raise Problem(
            "provider_unreachable",
            502,
            f"{name} can't be reached just now, or takes too long. Please"
            f"{' look at how it is written,' if typed else ''} try again in a minute, or choose another way.",
        ) from error


def _cancelled(name: str) -> Problem:
    return Problem(
        "cancelled", 403, f"You came back from {name} without signing in, so nothing changed. Choose any way you like."
    )
