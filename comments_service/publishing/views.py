"""What the fragment templates are given: one typed record each, all words already chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from comments_service import rendering, threads, wording
from comments_service.models import Comment, Page, PublicComment, State
from comments_service.settings import Settings

_HUES = 12
_EXCERPT = 220
_REMARKS = 3
_GONE = {
    State.WITHDRAWN: "This reply was withdrawn by its writer.",
    State.HELD: "This reply is being looked at.",
}
_REMOVED = "This reply was removed."
_CLOSED = {
    "closed": "This conversation takes no new threads. Whoever takes part in one can still answer there.",
    "ended": "This conversation has ended. It stays here to be read.",
}


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment as the page shows it. With `gone_words` set, nothing else of it is shown but its place."""

    id: str
    url: str
    reply_url: str | None
    gone_words: str | None
    name: str
    website: str
    initial: str
    hue: int
    by_author: bool
    parent_id: str | None
    parent_name: str | None
    after_words: str | None
    created_iso: str
    created_words: str
    edited: bool
    html: Markup


@dataclass(frozen=True, slots=True)
class NodeView:
    """A comment with the answers shown below it."""

    comment: CommentView
    children: tuple["NodeView", ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """The reply form: whether the conversation takes new threads, what was typed, and what needs another look.

    `values` always holds `page`, `parent` and `edition`; `level` is that of the form's heading.
    """

    open: bool
    closed_words: str
    line: str
    question: str
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    parent_name: str | None = None
    level: int = 3
    max_length: int = rendering.LONGEST


@dataclass(frozen=True, slots=True)
class RemarkView:
    """A comment in the list of the latest."""

    url: str
    name: str
    initial: str
    hue: int
    by_author: bool
    parent_name: str | None
    excerpt: str
    created_iso: str
    created_words: str


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """The end of a thread, for the list of the latest: its last words, oldest first."""

    title: str
    url: str
    comments: tuple[RemarkView, ...]


def nodes(settings: Settings, page: Page, comments: Sequence[PublicComment]) -> tuple[NodeView, ...]:
    """A page's threads, made of its comments in the order of `store.comments.of_page`."""
    known = {comment.id: comment for comment in comments}
    return tuple(_node(settings, page, node, known) for node in threads.tree(comments))


def _node(
    settings: Settings, page: Page, node: "threads.Node[PublicComment]", known: Mapping[str, PublicComment]
) -> NodeView:
    comment = comment_view(settings, page, node.comment, known)
    return NodeView(comment, tuple(_node(settings, page, child, known) for child in node.children))


def form(settings: Settings, page: Page, values: Mapping[str, str] | None = None, **more: Any) -> FormView:  # noqa: ANN401
    """The reply form of a page; `values` holds what was typed, and `more` the other fields of `FormView`."""
    return FormView(
        open=page.conversation == "open" or bool(values),
        closed_words=_CLOSED.get(page.conversation, ""),
        line=line(settings),
        question=page.question,
        values={"page": page.path, "parent": "", "edition": str(page.edition)} | dict(values or {}),
        **more,
    )


def line(settings: Settings) -> str:
    """The one short, honest line at the form."""
    if settings.answer_within:
        return f"{settings.author} answers within {wording.hours(settings.answer_within)}."
    return f"{settings.author} reads every reply."


def exchange(settings: Settings, page: Page, thread: Sequence[PublicComment]) -> ExchangeView:
    """The end of one thread, given its standing comments, oldest first."""
    known = {comment.id: comment for comment in thread}
    return ExchangeView(
        page.title, page.path, tuple(_remark(settings, comment, known) for comment in thread[-_REMARKS:])
    )


def _remark(settings: Settings, comment: PublicComment, known: Mapping[str, PublicComment]) -> RemarkView:
    parent = known.get(comment.parent or "")
    return RemarkView(
        url=_url(comment),
        name=comment.name,
        initial=_initial(comment.name),
        hue=hue(comment),
        by_author=comment.by_author,
        parent_name=parent.name if parent else None,
        excerpt=rendering.excerpt(comment.html, _EXCERPT),
        created_iso=comment.created,
        created_words=wording.date(comment.created, settings.zone),
    )


def comment_view(
    settings: Settings,
    page: Page,
    comment: PublicComment | Comment,
    known: Mapping[str, PublicComment],
    *,
    whole: bool = False,
) -> CommentView:
    """One comment in words; `known` holds those it may answer. Its writer and authors see it `whole` in any state."""
    parent = known.get(comment.parent or "")
    if parent and parent.state is not State.PUBLISHED:
        parent = None
    after = None
    if comment.by_author and parent and not parent.by_author:
        after = "after " + wording.duration(wording.between(parent.created, comment.created))
    return CommentView(
        id=comment.id,
        url=_url(comment),
        reply_url=f"/comments/reply?page={quote(comment.page)}&parent={comment.id}"
        if page.conversation != "ended"
        else None,
        gone_words=None if whole or comment.state is State.PUBLISHED else _GONE.get(comment.state, _REMOVED),
        name=comment.name,
        website=comment.website,
        initial=_initial(comment.name),
        hue=hue(comment),
        by_author=comment.by_author,
        parent_id=parent.id if parent else None,
        parent_name=parent.name if parent else None,
        after_words=after,
        created_iso=comment.created,
        created_words=wording.date_and_time(comment.created, settings.zone),
        edited=comment.edited is not None,
        # The words were cleaned by `rendering` before they were stored, and are nothing but its output.
        html=Markup(comment.html),  # noqa: S704
    )


def _url(comment: PublicComment | Comment) -> str:
    return f"{comment.page}#comment-{comment.id}"


def _initial(name: str) -> str:
    return name[:1].upper()


def hue(comment: PublicComment | Comment) -> int:
    """The color of somebody's disc: from a random id, so that it tells nothing about them."""
    return sum(map(ord, comment.person or comment.id)) % _HUES
