"""Every check that a writer can fail, each with a sentence that says what to do. Nothing is written here."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from comments_service import ids, names, rendering, screening
from comments_service.database import Database
from comments_service.errors import Problem, conflict, invalid, not_found, too_fast
from comments_service.identity import readers
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Page, Speaker, State
from comments_service.posting import ruled, suspicions
from comments_service.settings import Settings
from comments_service.store import comments, pages, repeats, roots

# The same words by the same writer within this time are one reply, sent twice by an impatient finger or a program.
REPEAT_MINUTES = 10
# A person types one reply a minute at the very most; a whole office behind one address writes not much faster.
NETWORK_MINUTE, NETWORK_HOUR, PERSON_HOUR = 6, 40, 30


@dataclass(frozen=True, slots=True)
class Judged:
    """A reply that passed every check that needs no transaction, rendered and with its verdict.

    `print` is the keyed hash of what it says, where, and under which name: the same twice is one reply sent twice.
    """

    new: NewReply
    page: Page
    parent: Comment | None
    html: str
    screened: screening.Screened
    verdict: screening.Verdict
    print: str
    echo: str = ""

    def also(self, signals: tuple[screening.Signal, ...]) -> "Judged":
        """The same, weighed anew with further signals."""
        screened = replace(self.screened, signals=self.screened.signals + signals)
        return replace(self, screened=screened, verdict=screening.verdict(screened)) if signals else self


def judge(db: Database, settings: Settings, keys: Keys, speaker: Speaker, new: NewReply) -> Judged:
    """Pass a reply through every check that needs no transaction. Raises Problem."""
    if not new.page:
        raise invalid({"page": "It is not said which essay this answers. Open the essay and write under it."})
    page = pages.find(db, new.page)
    if page is None:
        raise not_found("essay")
    new = _checked(db, speaker, replace(new, page=page.path))  # a form from before a rename names the old address
    parent = _parent(db, speaker, new)
    _conversation_is_open(db, page, parent, speaker)
    _thread_is_open(db, parent, speaker)
    html = rendering.visible(new.text)
    laid_down = ruled.signals(db, settings, keys, speaker, new, page, html)
    screened = screening.Screened(
        html,
        speaker.trusted,
        by_author=speaker.account is not None,
        hold_first=settings.hold_first,
        signals=(*laid_down, *suspicions.of_reply(db, keys, speaker, new, html)),
    )
    verdict = screening.verdict(screened)
    if verdict.refusal:
        raise Problem("refused", 403, verdict.refusal)
    private = new.private or (parent is not None and parent.private_at is not None)
    mark = "\n".join((new.page, new.parent or "", new.name, new.email, new.text))
    edition = new.edition if new.edition and 0 < new.edition <= page.edition else page.edition
    return Judged(
        replace(new, private=private, edition=edition),
        page,
        parent,
        html,
        screened,
        verdict,
        ids.keyed(keys.networks, mark),
        suspicions.echo(keys, speaker, new.text),
    )


@contextmanager
def fields() -> Iterator[Callable[[str, Callable[[], str]], str]]:
    """Run checks field by field and raise one Problem that tells them all."""
    wrong: dict[str, str] = {}

    def check(field: str, make: Callable[[], str]) -> str:
        try:
            return make()
        except ValueError as error:
            wrong[field] = str(error)
            return ""

    yield check
    if wrong:
        raise invalid(wrong)


def _checked(db: Database, speaker: Speaker, new: NewReply) -> NewReply:
    """The reply with every field cleaned; who has proven something speaks under the name that goes with it.

    An account leaves no address; somebody who proved theirs leaves that one.
    """
    account, identity = speaker.account, speaker.identity
    with fields() as check:
        text = check("text", lambda: rendering.words(new.text))
        if account:
            return replace(new, text=text, name=account.name, email="", website="")
        chosen = identity.name if identity and not new.rename else ""
        email = (identity.address if identity else "") or check("email", lambda: names.email(new.email))
        return replace(
            new,
            text=text,
            name=check("name", lambda: _name(db, speaker, chosen or new.name, chosen=bool(chosen))),
            email=email,
            notify=new.notify if email else "none",
            new_essays=new.new_essays and bool(email),
            website=(identity.url if identity else "") or check("website", lambda: names.website(new.website)),
        )


def _name(db: Database, speaker: Speaker, typed: str, *, chosen: bool) -> str:
    name, identity = names.clean(typed), speaker.identity if chosen else None
    vouched = identity is not None and (readers.is_told_apart(identity) or readers.goes_by(db, identity, name))
    readers.refuse_misleading(db, name, besides=speaker.selves, vouched=vouched)
    return name


def _parent(db: Database, speaker: Speaker, new: NewReply) -> Comment | None:
    if not new.parent:
        return None
    parent = comments.find(db, new.parent) if ids.is_id(new.parent) else None
    if parent is None or not _may_see(db, parent, speaker):
        raise invalid(
            {"parent": "The reply that you answer is not here. Open the essay again and choose it once more."}
        )
    if parent.page != new.page:
        raise invalid(
            {"parent": "The reply that you answer belongs to another essay. Open that essay and answer it there."}
        )
    if parent.state is not State.PUBLISHED and parent.state is not State.HELD:
        raise conflict("The reply that you answer no longer stands. You can still write your own.")
    return parent


def _may_see(db: Database, parent: Comment, speaker: Speaker) -> bool:
    """Whether a speaker can have seen what they answer: it stands, or stood until it was taken back."""
    stood = parent.state in {State.WITHDRAWN, State.REMOVED} and parent.private_at is None
    return parent.standing or stood or speaker.account is not None or _between_us(db, parent, speaker)


def _between_us(db: Database, comment: Comment, speaker: Speaker) -> bool:
    """Whether a comment belongs to a private exchange of this speaker with the author."""
    return comment.private_at is not None and comments.takes_part(db, comment.root, speaker.selves)


def _conversation_is_open(db: Database, page: Page, parent: Comment | None, speaker: Speaker) -> None:
    """Closing stops new threads; who is in one may go on until the conversation ends, `publishing.GRACE_DAYS` later."""
    if page.conversation == "open" or speaker.account:
        return
    if page.conversation == "closed" and parent and comments.takes_part(db, parent.root, speaker.selves):
        return
    raise Problem(
        "closed",
        403,
        "This conversation is closed. Your words are still here: copy them, and take them to another essay.",
    )


def _thread_is_open(db: Database, parent: Comment | None, speaker: Speaker) -> None:
    """A thread that an author locked takes no reply of a reader any more; whoever answers here may go on."""
    if parent is None or speaker.account:
        return
    if parent.locked_at or (parent.id != parent.root and roots.locked(db, parent.root)):
        raise Problem(
            "locked",
            403,
            "This thread is locked: it takes no more replies. Your words are still here: copy them, and begin a thread"
            " of their own under the essay.",
        )


def also_answered(db: Database, also: Iterable[str]) -> list[Comment]:
    """The further comments that an answer names. Raises Problem (422) for one that is not a reader's, or is gone."""
    found = [comments.find(db, one) for one in also]
    if any(one is None or one.by_author or one.state not in {State.PUBLISHED, State.HELD} for one in found):
        raise invalid({"also": "One of the replies that this answers as well no longer stands. Choose them once more."})
    return [one for one in found if one is not None]


def not_too_fast(db: Database, speaker: Speaker) -> None:
    """Raise Problem (429) when a network, or a person wherever they are, sends more than people type."""
    network, person = speaker.network, speaker.person
    if network and repeats.sent_from(db, network, since=ids.now(minutes=-1)) >= NETWORK_MINUTE:
        raise too_fast(60)
    if network and repeats.sent_from(db, network, since=ids.now(hours=-1)) >= NETWORK_HOUR:
        raise too_fast(15 * 60)
    if person and repeats.said_since(db, person.id, PERSON_HOUR) >= ids.now(hours=-1):
        raise too_fast(15 * 60)


def sent_before(db: Database, speaker: Speaker, judged: Judged) -> Comment | None:
    """The same reply by the same writer, if they sent it a moment ago."""
    writer = speaker.account or speaker.person
    found = repeats.same_words(
        db,
        judged.print,
        since=ids.now(minutes=-REPEAT_MINUTES),
        person=writer.id if writer else None,
        network=speaker.network,
    )
    return comments.find(db, found) if found else None
