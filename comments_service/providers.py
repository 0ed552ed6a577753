"""Providers: every way in which a reader can prove who they are, in one table; what each tells, brought to one form."""

from collections.abc import Mapping
from dataclasses import dataclass

from comments_service.settings import Service, Settings

EMAIL, WEBSITE, MASTODON = "email", "website", "mastodon"


@dataclass(frozen=True, slots=True)
class Claims:
    """What was proven, and what is said of whoever proved it; only `issuer` and `subject` tell who they are.

    The rest is shown or kept as `models.Identity` says, after it passed an accept-list.
    """

    provider: str
    issuer: str
    subject: str
    label: str
    name: str = ""
    url: str = ""
    address: str = ""
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way in, as a form offers it: the last part of its address under `/identity/`, and its name on a button."""

    key: str
    name: str


def ways(settings: Settings) -> tuple[Way, ...]:
    """The ways that this blog offers, in the order in which a form shows them."""
    found = [Way(EMAIL, "E-mail")] if settings.sends_letters else []
    found += [Way(service.name, named(service)) for service in settings.services if service.name != MASTODON]
    found += [Way(MASTODON, "Mastodon")] if settings.mastodon_sign_in else []
    found += [Way(WEBSITE, "Your website")] if settings.website_sign_in else []
    return tuple(found)


def named(service: Service) -> str:
    """A service's name as its users write it."""
    return service.title or _NAMES.get(service.name) or service.name.removeprefix("oidc-").replace("_", " ").title()


_NAMES: Mapping[str, str] = {
    "facebook": "Facebook",
    "github": "GitHub",
    "google": "Google",
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "microsoft": "Microsoft",
    "wordpress": "WordPress.com",
    "x": "X",
}
