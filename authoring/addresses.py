"""Addresses that an essay can't have, because the service, the site, or a page of every blog stands there."""

# First words of addresses; a test holds them against the service's own routes and Pelican's settings.
SERVICE = frozenset(
    {
        "api", "comments", "desk", "healthz", "identity", "likes", "metrics",
        "responsiveness", "subscriptions", "webmention",
    }
)  # fmt: skip
SITE = frozenset({"archive", "authors", "conversations", "images", "pagefind", "search", "tags", "theme"})
# Every blog has these pages; only they may stand there.
PAGES = frozenset({"about", "how-i-answer", "privacy"})


def taken(slug: str, *, by_a_page: bool = False) -> str | None:
    """Who has the address already, in words, or None; a page may be one of those that every blog has."""
    first = slug.strip("/").split("/", 1)[0]
    if first in SERVICE:
        return "the comments service"
    if first in SITE:
        return "the blog itself"
    if first in PAGES and not by_a_page:
        return "a page that every blog has"
    return None
