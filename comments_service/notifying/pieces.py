"""What a letter to a reader is made of: each thing that it tells, looked at once more in the moment it is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from comments_service import ids, proofs, quoting, rendering
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.models import Comment, Page, State
from comments_service.notifying import hearing, planning
from comments_service.settings import Settings
from comments_service.store import bans, comments, conversations, pages, promises, subscriptions, wishes
from comments_service.store.correspondents import Correspondent
from comments_service.store.news import News
from comments_service.store.subscriptions import Subscription
from comments_service.store.wishes import Spoken, Wish

# Characters of somebody's words that a letter holds; a private word stands nowhere else, so all of it is there.
_OF_AN_ANSWER, _OF_A_REPLY, _OF_ONES_OWN = 1500, 600, 160
# Bans under which somebody is not written to either; one that only holds their replies takes no answer from them.
_KEPT_AWAY = frozenset({"spam", "refuse"})


# What is said of a comment, as the catalogue's lines are called.
_SAID = {planning.ANSWER: "news.answer", planning.REPLY: "news.reply", planning.THREAD: "news.thread"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One thing that a letter tells, not yet said: in which language is known when all of them are.

    `kind` is one of `planning`. Of what is said these are the names in the catalogue: `lead` tells it, `told` together
    with the essay's title (of a comment), `subject` as a letter's subject; `link_words` says where `link` leads. `by`
    is whose doing it is, `name` who speaks, with what they `proven`, and `at` when (a stored time); `words` are their
    paragraphs, and `cut` says that these go on at `link`. `yours` are the first words of the reply that it is about,
    `language` that of the essay, `about` that reply's id, `root` the first comment of its thread, `subscription` the
    wish that asks for it.
    """

    kind: str
    lead: str
    subject: str
    title: str
    link: str
    link_words: str
    subscription: str
    by: str
    told: str = ""
    language: str = ""
    name: str = ""
    proven: str = ""
    by_author: bool = False
    at: str = ""
    words: tuple[str, ...] = ()
    cut: bool = False
    yours: str = ""
    about: str = ""
    root: str = ""

    @property
    def filled(self) -> Mapping[str, str]:
        """What is filled in where it is told."""
        return {"name": self.by, "title": self.title}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a letter is written with: for whom it is, and the secrets."""

    db: Database
    settings: Settings
    keys: Keys
    to: Correspondent
    _wishes: dict[str, Subscription | None] = field(default_factory=dict)

    def wish(self, id_: str) -> Subscription | None:
        """A wish of theirs, looked up once."""
        if id_ not in self._wishes:
            self._wishes[id_] = subscriptions.find(self.db, id_)
        return self._wishes[id_]


def piece(sheet: Sheet, news: News) -> Piece | str:
    """What a letter says of this now, or, as a remark that tells nothing of anybody, why it will not be told."""
    if _kept_away(sheet, proofs.print_of(sheet.keys, sheet.to.address)):
        return "its reader is kept away"
    if news.kind == planning.ESSAY:
        return _of_an_essay(sheet, news)
    comment = comments.find(sheet.db, news.comment)
    said = wishes.spoken(sheet.db, [news.comment]).get(news.comment)
    page = pages.find(sheet.db, comment.page) if comment else None
    if comment is None or said is None or page is None:
        return "what it was about is gone"
    if news.kind in planning.OF_A_COMMENT:
        return _of_a_comment(sheet, comment, said, page)
    if news.kind in {planning.APPROVED, planning.REJECTED}:
        return _of_a_decision(sheet, news.kind, comment, said, page)
    return _of_the_record(sheet, news, comment, said, page)


def _kept_away(sheet: Sheet, *subjects: str) -> bool:
    found = bans.in_force(sheet.db, [one for one in subjects if one], now=ids.now())
    return any(ban.action in _KEPT_AWAY for ban in found)


def _theirs(sheet: Sheet, places: Collection[str]) -> list[Wish]:
    """The reader's wishes about these that stand, without those of a person who is kept away."""
    found = wishes.about(sheet.db, sorted(places), correspondent=sheet.to.id)
    return [wish for wish in found if not _kept_away(sheet, wish.one, wish.person)]


# ── what somebody said ──────────────────────────────────────────────────────────────────────────────────────────────


def _of_a_comment(sheet: Sheet, comment: Comment, said: Spoken, page: Page) -> Piece | str:
    """What is planned now counts: a wish may have ended since, and a weaker one still ask for it."""
    if not said.stands:
        return "it does not stand"
    answered = wishes.answered(sheet.db, [said.id]).get(said.id, frozenset()) if said.by_author else frozenset()
    known = _theirs(sheet, wishes.places(sheet.db, said, answered))
    reason = planning.reasons(said, answered, known).get(sheet.to.id)
    if reason is None:
        return "nobody wishes to hear of it any more"
    wish = next(one for one in known if one.subscription == reason.subscription)
    own = _own_reply(sheet, reason.kind, comment, wish, answered)
    name = comment.name or sheet.settings.author
    said_so = _SAID[reason.kind]
    most = _OF_AN_ANSWER if reason.kind == planning.ANSWER else _OF_A_REPLY
    quote = quoting.quoted(comment.html, rendering.LONGEST * 2 if comment.private_at else most)
    private = comment.private_at is not None
    where = f"/comments/{own.id}/" if private and own else f"{page.path}#comment-{comment.id}"
    return Piece(
        kind=reason.kind,
        lead="news.answer_private" if private else said_so,
        told="news.answer_private_told" if private else f"{said_so}_subject",
        subject=f"{said_so}_subject",
        title=page.title,
        link=f"{sheet.settings.url}{where}",
        link_words="news.beside_your_words" if private else "news.under_the_essay",
        subscription=reason.subscription,
        language=page.language,
        by=name,
        name=name,
        proven=comment.proven,
        by_author=comment.by_author,
        at=comment.created,
        words=quote.paragraphs,
        cut=quote.cut,
        yours=_yours(own),
        about=own.id if own else "",
        root=comment.root,
    )


def _own_reply(sheet: Sheet, kind: str, comment: Comment, wish: Wish, answered: Collection[str]) -> Comment | None:
    """The reply of theirs that it answers: what it stands under, or the last of those that it answers, if theirs."""
    if kind == planning.THREAD:
        return None
    first = comment.parent if comment.parent in {wish.about, *answered} else ""
    for id_ in (first, wish.comment if wish.comment in answered else "", wish.about):
        found = comments.find(sheet.db, id_) if id_ else None
        if found and not found.by_author and found.email.lower() == sheet.to.address.lower():
            return found
    return None


def _yours(own: Comment | None) -> str:
    return rendering.excerpt(own.html, _OF_ONES_OWN) if own and own.html else ""


# ── how one's own reply fares ───────────────────────────────────────────────────────────────────────────────────────


def _of_a_decision(sheet: Sheet, kind: str, comment: Comment, said: Spoken, page: Page) -> Piece | str:
    wish = next((one for one in _theirs(sheet, [said.id, said.root]) if planning.is_theirs(said, one)), None)
    if comment.state is not (State.PUBLISHED if kind == planning.APPROVED else State.REJECTED):
        return "it was decided otherwise since"
    if wish is None:
        return "nobody wishes to hear of it any more"
    if kind == planning.REJECTED:
        return _about_own(sheet, kind, "news.rejected", comment, page, wish.subscription)
    said_so = "news.read" if comment.private_at else "news.approved"
    return _about_own(sheet, kind, said_so, comment, page, wish.subscription)


def _of_the_record(sheet: Sheet, news: News, comment: Comment, said: Spoken, page: Page) -> Piece | str:
    concerned = hearing.concerned(sheet.db, said, at=news.created, correspondent=sheet.to.id)
    subscription = concerned.get(sheet.to.id)
    if subscription is None or not _theirs(sheet, {said.root, *_answered_by(sheet, said)}):
        return "nobody wishes to hear of it any more"
    if news.kind == planning.WAITING:
        known = conversations.find(sheet.db, comment.conversation)
        if known is None or not known.told.waiting:
            return "nobody is waiting any more"
        return _about_own(sheet, news.kind, "news.waiting", comment, page, subscription)
    kept = [one for one in promises.of_conversations(sheet.db, _conversations_of(sheet, said)) if one.kept_at]
    if not any(one.comment == comment.id for one in kept):
        return "it was taken back"
    return _about_own(sheet, news.kind, "news.promise", comment, page, subscription)


def _answered_by(sheet: Sheet, said: Spoken) -> frozenset[str]:
    return wishes.answered(sheet.db, [said.id]).get(said.id, frozenset()) if said.by_author else frozenset({said.id})


def _conversations_of(sheet: Sheet, said: Spoken) -> list[str]:
    return sorted({said.conversation, *(one.conversation for one in _spoken(sheet, _answered_by(sheet, said)))})


def _spoken(sheet: Sheet, found: Collection[str]) -> list[Spoken]:
    return list(wishes.spoken(sheet.db, sorted(found)).values())


def _about_own(sheet: Sheet, kind: str, lead: str, comment: Comment, page: Page, subscription: str) -> Piece:
    public = comment.state is State.PUBLISHED and comment.private_at is None
    where = f"{page.path}#comment-{comment.id}" if public else f"/comments/{comment.id}/"
    return Piece(
        kind=kind,
        lead=lead,
        subject=f"{lead}_subject",
        by=sheet.settings.author,
        title=page.title,
        link=f"{sheet.settings.url}{where}",
        link_words="news.in_the_page" if public else "news.how_it_stands",
        subscription=subscription,
        language=page.language,
        yours="" if comment.by_author else _yours(comment),
        about=comment.id,
        root=comment.root,
    )


# ── new essays ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_an_essay(sheet: Sheet, news: News) -> Piece | str:
    page = pages.find(sheet.db, news.page)
    wish = sheet.wish(news.subscription)
    if page is None:
        return "the essay is gone"
    if wish is None or wish.ended_at:
        return "nobody wishes to hear of it any more"
    return of_an_essay(sheet.settings, page, wish.id)


def of_an_essay(settings: Settings, page: Page, wish: str) -> Piece:
    """What a letter says of a new essay; `wish` is the id of the subscription that asks for it."""
    return Piece(
        kind=planning.ESSAY,
        lead="news.essay",
        subject="news.essay_subject",
        by=", ".join(page.authors) or settings.author,
        title=page.title,
        link=f"{settings.url}{page.path}",
        link_words="news.read_essay",
        subscription=wish,
        language=page.language,
        at=page.published,
        words=tuple(line for line in (page.summary, page.question) if line),
    )
