"""What the fragment templates are given: one typed record each, all words already chosen."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from comments_service import catalogue, rendering, threads
from comments_service.ledger import Badge
from comments_service.models import Comment, Page, PublicComment, State
from comments_service.providers import EMAIL, WEBSITE, Way, ways
from comments_service.publishing import answered
from comments_service.publishing.beside import NOTHING, Beside
from comments_service.settings import Settings
from comments_service.store.snapshots import Snapshot

_HUES, _MOTIFS = 12, 12
_EXCERPT = 220
_REMARKS = 3
# What is said in the place of a reply that is gone.
_GONE = {State.WITHDRAWN: "comment.withdrawn", State.HELD: "comment.held"}


@dataclass(frozen=True, slots=True)
class AnsweredView:
    """Who answered a comment, with which one, and after how long: `Ana`, `#comment-…`, `after 5 hours`."""

    name: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands at a comment beside its words. `after_words` is said of the author's own, that it answers."""

    answered: AnsweredView | None = None
    after_words: str | None = None
    heart: str = ""
    likes: int = 0


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Disc:
    """What stands beside a name: its initial on a disc of a hue and a motif; upon it the picture, if one was chosen."""

    initial: str
    hue: int
    motif: int
    picture: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """That an account changed somebody's words: `edited by the author`, and when."""

    words: str
    iso: str
    when: str


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment as the page shows it. With `gone_words` set, nothing else of it is shown but its place.

    `pinned` and `locked` are told at the first comment of a thread.
    """

    id: str
    url: str
    reply_url: str | None
    gone_words: str | None
    gone_label: str
    name: str
    website: str
    proven: str
    disc: Disc
    by_author: bool
    parent_id: str | None
    parent_name: str | None
    marks: Marks
    created_iso: str
    created_words: str
    edited: bool
    redacted: Redacted | None
    pinned: bool
    locked: str
    html: Markup


@dataclass(frozen=True, slots=True)
class NodeView:
    """A comment with the answers shown below it."""

    comment: CommentView
    children: tuple["NodeView", ...]


@dataclass(frozen=True, slots=True)
class Appearing:
    """As whom somebody replies, where the service knows it: their name ("" if they are still to give one) and mark.

    `others` are what else they could appear as, each with the value of its button and its words.
    """

    name: str
    proven: str
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FormView:
    """The reply form: whether the conversation takes new threads, what was typed, and what needs another look.

    `ways` are those to prove who one is; `appearing` is known on the service's own pages, of somebody who did.
    `line_link` are the words that lead from the honest line to the page at `explained`; `promises` whether an answer is
    promised here.
    `values` always holds `page`, `parent` and `edition`; `level` is that of the form's heading.
    """

    open: bool
    closed_words: str
    line: str
    line_link: str
    explained: str
    promises: bool
    question: str
    ways: tuple[Way, ...]
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    appearing: Appearing | None = None
    parent_name: str | None = None
    level: int = 3
    max_length: int = rendering.LONGEST


@dataclass(frozen=True, slots=True)
class RemarkView:
    """A comment in the list of the latest."""

    url: str
    name: str
    disc: Disc
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


@dataclass(frozen=True, slots=True)
class AskedView:
    """Somebody whom an essay answers: their name, where their words stand, and under which essay."""

    name: str
    url: str
    essay: str


def asked(comment: PublicComment, titles: Mapping[str, str]) -> AskedView:
    """A comment that an essay answers; `titles` are those of the essays by their paths."""
    return AskedView(comment.name, _url(comment), titles.get(comment.page, comment.page))


def nodes(
    settings: Settings, page: Page, comments: Sequence[PublicComment], around: Beside = NOTHING
) -> tuple[NodeView, ...]:
    """A page's threads, made of its comments in the order of `store.comments.of_page`."""
    known = {comment.id: comment for comment in comments}
    marked = _marks(settings, known, around)
    return tuple(_node(settings, page, node, known, marked) for node in threads.arranged(comments))


def answers(roots: Sequence[NodeView]) -> list[CommentView]:
    """The comments by an author that stand in these threads, in the order in which they are read."""
    found = []
    for node in roots:
        if node.comment.by_author and not node.comment.gone_words:
            found.append(node.comment)
        found += answers(node.children)
    return found


def _node(
    settings: Settings,
    page: Page,
    node: "threads.Node[PublicComment]",
    known: Mapping[str, PublicComment],
    marked: Mapping[str, Marks],
) -> NodeView:
    comment = comment_view(settings, page, node.comment, known, marks=marked.get(node.comment.id, NO_MARKS))
    first = known.get(node.comment.root)
    if first and first.locked_at:
        comment = replace(comment, reply_url=None)
    return NodeView(comment, tuple(_node(settings, page, child, known, marked) for child in node.children))


def _marks(settings: Settings, known: Mapping[str, PublicComment], around: Beside) -> dict[str, Marks]:
    """What stands at each comment of a page that has anything beside its words."""
    badges = {} if settings.figures == "none" else {id_: one for id_, one in around.badges.items() if id_ in known}
    # An answer says how long its reader had waited since their first word, which may stand above the one it answers.
    after = {(badge.answer, known[id_].person): badge.after for id_, badge in badges.items()}
    marked = {}
    for id_, comment in known.items():
        badge = badges.get(id_)
        parent = known.get(comment.parent or "")
        waited = after.get((id_, parent.person)) if comment.by_author and parent else None
        heart, likes = around.hearts.get(id_, ""), around.likes.get(id_, 0)
        if badge or waited is not None or heart or likes:
            marked[id_] = Marks(
                answered=_answered(settings, badge, known, around.names) if badge else None,
                after_words=None if waited is None else _after(settings, waited),
                heart=heart,
                likes=likes,
            )
    return marked


def _answered(
    settings: Settings, badge: Badge, known: Mapping[str, PublicComment], names: Mapping[str, str]
) -> AnsweredView:
    """An answer may stand under another essay, when it answers several replies at once: its address leads there."""
    here = known.get(badge.answer)
    name = names.get(badge.by) or (here.name if here else _words(settings).text("comment.the_author"))
    url = f"#comment-{badge.answer}" if here else f"/comments/{badge.answer}/"
    return AnsweredView(name, url, _after(settings, badge.after))


def _after(settings: Settings, seconds: int) -> str:
    words = _words(settings)
    return words.text("comment.after", duration=words.duration(seconds))


def _words(settings: Settings) -> catalogue.Words:
    return catalogue.of(settings.language)


def form(
    settings: Settings,
    page: Page,
    site: Snapshot | None,
    values: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401
) -> FormView:
    """The reply form of a page; `site` are the figures of the site as they were taken last.

    `values` holds what was typed, and `more` the other fields of `FormView`.
    """
    return FormView(
        open=page.conversation == "open" or bool(values),
        closed_words="" if page.conversation == "open" else _words(settings).text(f"conversation.{page.conversation}"),
        line=answered.form_line(settings, page, site),
        line_link=answered.form_link(settings, page, site),
        explained=answered.EXPLAINED,
        promises=bool(settings.answer_within) and page.answers != "none",
        question=page.question,
        values={"page": page.path, "parent": "", "edition": str(page.edition)} | dict(values or {}),
        **{"ways": _ways(settings)} | more,
    )


def _ways(settings: Settings) -> tuple[Way, ...]:
    """The ways to prove who one is; those that are no service's name are said in the language of the blog."""
    words = _words(settings)
    said = {EMAIL: words.text("form.way_email"), WEBSITE: words.text("form.way_website")}
    return tuple(replace(way, name=said.get(way.key, way.name)) for way in ways(settings))


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
        disc=disc(comment),
        by_author=comment.by_author,
        parent_name=parent.name if parent else None,
        excerpt=rendering.excerpt(comment.html, _EXCERPT),
        created_iso=comment.created,
        created_words=_words(settings).date(comment.created, settings.zone),
    )


def comment_view(
    settings: Settings,
    page: Page,
    comment: PublicComment | Comment,
    known: Mapping[str, PublicComment],
    *,
    whole: bool = False,
    marks: Marks = NO_MARKS,
) -> CommentView:
    """One comment in words; `known` holds those it may answer. Its writer and authors see it `whole` in any state."""
    parent = known.get(comment.parent or "")
    if parent and parent.state is not State.PUBLISHED:
        parent = None
    words = _words(settings)
    gone = "" if whole or comment.state is State.PUBLISHED else _GONE.get(comment.state, "comment.removed")
    return CommentView(
        id=comment.id,
        url=_url(comment),
        reply_url=f"/comments/reply?page={quote(comment.page)}&parent={comment.id}"
        if page.conversation != "ended"
        else None,
        gone_words=words.text(gone) if gone else None,
        gone_label=words.text(f"{gone}_label") if gone else "",
        name=comment.name,
        website=comment.website,
        proven=comment.proven,
        disc=disc(comment),
        by_author=comment.by_author,
        parent_id=parent.id if parent else None,
        parent_name=parent.name if parent else None,
        marks=marks,
        created_iso=comment.created,
        created_words=words.date_and_time(comment.created, settings.zone),
        edited=comment.edited is not None,
        redacted=redacted(settings, comment),
        pinned=comment.pinned_at is not None,
        locked=locked(settings) if comment.locked_at else "",
        # The words were cleaned by `rendering` before they were stored, and are nothing but its output.
        html=Markup(comment.html),  # noqa: S704
    )


def redacted(settings: Settings, comment: PublicComment | Comment) -> Redacted | None:
    """Of an author's own words it is told as what it is: that they were edited."""
    if comment.redacted_at is None:
        return None
    words = _words(settings)
    said = "comment.edited" if comment.by_author else f"comment.edited_by_{comment.redacted_as or 'author'}"
    return Redacted(words.text(said), comment.redacted_at, words.date_and_time(comment.redacted_at, settings.zone))


def locked(settings: Settings) -> str:
    """What is said of a thread that is locked."""
    return _words(settings).text("comment.locked")


def _url(comment: PublicComment | Comment) -> str:
    return f"{comment.page}#comment-{comment.id}"


def picture(id_: str) -> str:
    """Where the copy of a picture stands that somebody chose to show; empty without one."""
    return f"/identity/pictures/{id_}" if id_ else ""


def disc(comment: PublicComment | Comment) -> Disc:
    """The disc of whoever wrote a comment: the same wherever they write."""
    return disc_of(comment.person or comment.id, comment.name, comment.picture)


def disc_of(id_: str, name: str, picture_id: str = "") -> Disc:
    """Somebody's disc, drawn from a random id and from nothing else, so that it tells nothing about them."""
    number = zlib.crc32(id_.encode())
    return Disc(name[:1].upper(), number % _HUES, number // _HUES % _MOTIFS, picture(picture_id))
