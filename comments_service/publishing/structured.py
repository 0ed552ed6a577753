"""What machines are told of a page: schema.org JSON-LD, and the service's own JSON."""

import json
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from comments_service import rendering, threads
from comments_service.models import Comment, Page, PublicComment, State
from comments_service.settings import Settings

# Search engines read a sample; more would only weigh on every reader of the page.
LATEST = 20


def jsonld(settings: Settings, page: Page, comments: Sequence[PublicComment]) -> Markup:
    """The whole `<script>` element: the essay as `BlogPosting` with `commentCount` and its latest comments."""
    standing = [comment for comment in comments if comment.state is State.PUBLISHED]
    address = settings.url + page.path
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": page.title,
        "description": page.summary,
        "inLanguage": page.language,
        "datePublished": page.published,
        "dateModified": page.modified,
        **_facts(settings, page),
        "commentCount": len(standing),
        "comment": [_comment(settings, comment) for comment in standing[-LATEST:]],
    }
    # `<` is the only letter that could end the element or open a comment in it.
    text = json.dumps(data, ensure_ascii=False, indent=None, separators=(",", ":")).replace("<", "\\u003c")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704 -- escaped above


def _facts(settings: Settings, page: Page) -> dict[str, object]:
    facts: dict[str, object] = {
        "author": [
            {"@type": "Person", "name": name, "url": f"{settings.url}/about/"} for name in _texts(page, "authors")
        ],
        "publisher": {"@type": "Organization", "name": settings.title, "url": f"{settings.url}/"},
        "keywords": _texts(page, "tags"),
    }
    if image := page.facts.get("image"):
        facts["image"] = f"{settings.url}{image}"
    return facts


def _texts(page: Page, name: str) -> list[str]:
    value = page.facts.get(name)
    return [str(item) for item in value] if isinstance(value, list) else []


def _comment(settings: Settings, comment: PublicComment) -> dict[str, object]:
    address = settings.url + comment.page
    person: dict[str, object] = {"@type": "Person", "name": comment.name}
    if comment.website:
        person["url"] = comment.website
    data: dict[str, object] = {
        "@type": "Comment",
        "@id": f"{address}#comment-{comment.id}",
        "url": f"{address}#comment-{comment.id}",
        "text": rendering.plain(comment.html),
        "datePublished": comment.created,
        "author": person,
    }
    if comment.changed:
        data["dateModified"] = comment.changed
    if comment.parent:
        data["parentItem"] = {"@type": "Comment", "@id": f"{address}#comment-{comment.parent}"}
    return data


def thread(settings: Settings, page: Page, comments: Sequence[PublicComment]) -> dict[str, object]:
    """A conversation for programs: `{"page", "count", "version", "comments"}`.

    `children` nests as deep as the page does; beyond that, `parent` tells what a comment answers.
    """
    return {
        "page": page.path,
        "count": threads.visible_count(comments),
        "version": page.version,
        "comments": [_node(settings, node) for node in threads.arranged(comments)],
    }


def _node(settings: Settings, node: "threads.Node[PublicComment]") -> dict[str, object]:
    return comment_data(settings, node.comment) | {"children": [_node(settings, child) for child in node.children]}


def comment_data(settings: Settings, comment: PublicComment | Comment) -> dict[str, object]:
    """One comment for programs. Of one that does not stand, the public form holds its place and nothing else."""
    told: Mapping[str, object] = {
        "html": "",
        "name": "",
        "author": False,
        "proven": "",
        "edited": None,
        "redacted": None,
        "redacted_as": None,
    }
    if isinstance(comment, Comment) or comment.state is State.PUBLISHED:
        told = {
            "html": comment.html,
            "name": comment.name,
            "author": comment.by_author,
            "proven": comment.proven,
            "edited": comment.edited,
            "redacted": comment.redacted_at,
            "redacted_as": comment.redacted_as,
        }
    return {
        "id": comment.id,
        "page": comment.page,
        "parent": comment.parent,
        "state": comment.state,
        "url": f"{settings.url}{comment.page}#comment-{comment.id}",
        "created": comment.created,
        "edit_until": comment.edit_until if isinstance(comment, Comment) else None,
        "locked": comment.locked_at is not None,
        "pinned": comment.pinned_at is not None,
        "children": [],
        **told,
    }
