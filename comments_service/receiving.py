"""Receiving: a letter that came in becomes the answer of the author who wrote it, or a note that says why it did not.

Three things are needed, and none is enough: the signed reply address that it came to, the account's own address as its
sender, and the sender's domain vouched for by DKIM or SPF. Nobody is ever written to who has not shown all three.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service import answering, ids, incoming, notifying, return_addresses
from comments_service.database import Database
from comments_service.errors import Problem
from comments_service.incoming import Bounce, Letter
from comments_service.keys import Keys
from comments_service.mail import signatures
from comments_service.mail.imap import LARGEST
from comments_service.mail.letters import host
from comments_service.models import Comment, Person, Role, State
from comments_service.return_addresses import Mark
from comments_service.settings import Settings
from comments_service.store import account_bounces, comments, correspondents, inbox, limits, news, outbox, people

# What became of a letter, as it is noted.
TAKEN, TAKEN_WITHOUT_FILES, AGAIN = "taken", "files_left", "again"
BOUNCED, REFUSED, DELAYED = "bounced", "refused", "delayed"
AUTOMATIC, UNKNOWN, STRANGER, UNPROVEN, UNREADABLE, TROUBLE = (
    "automatic", "unknown", "stranger", "unproven", "unreadable", "trouble",
)  # fmt: skip
# The same for whoever reads the notes.
_WORDS = {
    TAKEN: "became an answer",
    TAKEN_WITHOUT_FILES: "became an answer, without what was attached; its writer was told",
    AGAIN: "came a second time",
    BOUNCED: "told that one of ours will never arrive, so its address is not written to again",
    REFUSED: "told that one of ours was refused, for what need not be its address",
    DELAYED: "told that one of ours has not arrived yet",
    AUTOMATIC: "was sent by a machine",
    UNKNOWN: "came to no address that was given to anybody here",
    STRANGER: "came from another address than the account’s own",
    UNPROVEN: "came without proof that its sender is genuine (DKIM, SPF)",
    UNREADABLE: "was none that can be read",
    TROUBLE: "was stumbled over; the log says more",
    "empty": "held no words; its writer was told",
    "only_files": "held no words, only something attached; its writer was told",
    "gone": "answered what no longer stands; its writer was told",
    "changed": "answered what was changed since; its writer was told",
    "too_large": "is too large; its writer was told",
    "not_taken": "was not taken; its writer was told why",
}
_CAN_BE_ANSWERED = {State.HELD, State.PUBLISHED}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter that was looked at: `outcome` is what became of it, or empty if it goes on to be proven and settled.

    `raw` are its bytes, `letter` is its head. `came_back` is the id of a letter of ours of which this one tells.
    """

    raw: bytes
    outcome: str
    print: str
    letter: Letter | None = None
    account: Person | None = None
    comment: str = ""
    too_large: bool = False
    came_back: str = ""


def in_words(outcome: str) -> str:
    """What became of a letter, for whoever reads the notes: goes on from “A letter”."""
    return _WORDS.get(outcome, outcome)


def concerns_us(head: bytes) -> bool:
    """Whether the head of a letter names an address that looks like one of ours."""
    try:
        return any(return_addresses.marks(incoming.read(head).addressed))
    except incoming.Unreadable:
        return False


def receive(db: Database, settings: Settings, keys: Keys, raw: bytes, *, to: str = "", whole: bool = True) -> str:
    """Take a letter in, and say what became of it. Raises signatures.Unanswered while that can't be known.

    `to` is the address that it came to, where whoever hands it over knows. `whole` is false for the head of a letter
    that is larger than what is read.
    """
    arrived = look(db, keys, raw, to=to, whole=whole)
    return settle(db, settings, keys, arrived, proven=proven(settings, arrived))


def look(db: Database, keys: Keys, raw: bytes, *, to: str = "", whole: bool = True) -> Arrived:
    """Find out whose letter it is and what it answers. Nothing is written, nobody is asked."""
    mark = ids.keyed(keys.proofs, f"letter {ids.digest(raw.decode('latin-1'))}")
    try:
        # Whatever hangs below it is parsed once its writer is known.
        letter = incoming.read(incoming.head_of(raw))
        marks = list(return_addresses.marks([to, *letter.addressed]))
        for came_back in filter(None, (return_addresses.letter_of(keys, one) for one in marks)):
            return Arrived(raw[:LARGEST], AUTOMATIC, mark, letter, came_back=came_back)
        # Its writer must have written to that address: whoever was sent another letter of theirs could hand it in here.
        outcome, account, comment = _whose(db, keys, letter, list(return_addresses.marks(letter.values("to"))))
    except incoming.Unreadable:
        return Arrived(raw, UNREADABLE, mark)
    return Arrived(raw, outcome, mark, letter, account, comment, not whole or len(raw) > LARGEST)


def _whose(db: Database, keys: Keys, letter: Letter, marks: Sequence[Mark]) -> tuple[str, Person | None, str]:
    accounts = {account.id: account for account in people.accounts(db)}
    given = (
        (accounts[known], mark.subject)
        for mark in marks
        if (known := return_addresses.account_of(keys, mark, accounts))
    )
    found = next(given, None)
    if found is None:
        return UNKNOWN, None, ""
    account, comment = found
    if incoming.why_automatic(letter):
        return AUTOMATIC, account, comment
    own = people.emails(db, [account.id]).get(account.id, "")
    if not own or not letter.well_formed or letter.sender.casefold() != own.casefold():
        return STRANGER, None, ""
    return "", account, comment


def proven(settings: Settings, arrived: Arrived) -> bool:
    """Whether the sender's domain is vouched for: by our own mail server, if its word is to be believed, or by DKIM.

    Raises signatures.Unanswered.
    """
    if arrived.letter is None or arrived.outcome:
        return False
    if settings.mail_authserv:
        return incoming.vouched(arrived.letter, settings.mail_authserv)
    if arrived.too_large:
        return False
    sender = arrived.letter.sender
    return bool(signatures.signed_by(arrived.raw, lambda domain: incoming.aligned(domain, sender)))


def settle(db: Database, settings: Settings, keys: Keys, arrived: Arrived, *, proven: bool) -> str:
    """Write down what becomes of a letter, all of it or nothing: the answer, the note, a letter to its writer."""
    letter, account = arrived.letter, arrived.account
    if arrived.came_back:
        return _came_back(db, arrived)
    if letter is None or account is None or arrived.outcome or not proven:
        return _noted(db, arrived.print, arrived.outcome or UNPROVEN)
    # Only of one whose writer is known it is believed that it is the same.
    mark = ids.keyed(keys.proofs, f"letter of {account.id} {letter.id}") if letter.id else arrived.print
    with db.transaction():
        note = inbox.note(db, mark, TAKEN, comment=arrived.comment)
        if note is None:
            return AGAIN
        outcome, said = _answered(db, settings, keys, account, arrived, letter)
        inbox.settle(db, note, outcome, comment=arrived.comment)
        if outcome in notifying.returning.WHY:
            _tell(db, keys, account, note, outcome=outcome, said=said, comment=arrived.comment, answers=letter.id)
    return outcome


def _noted(db: Database, print_: str, outcome: str) -> str:
    """Note a letter of somebody unproven, as long as there are not too many of them; returns what became of it."""
    try:
        limits.take(db, "noted")
    except Problem:
        return outcome
    return outcome if inbox.note(db, print_, outcome) else AGAIN


def _came_back(db: Database, arrived: Arrived) -> str:
    """Note that a letter of ours did not arrive. Where nobody has its address, that is not written to again."""
    try:
        told = incoming.bounce(arrived.raw)
    except incoming.Unreadable:
        told = None
    outcome = _of_bounce(told)
    with db.transaction():
        if inbox.note(db, arrived.print, outcome) is None:
            return AGAIN
        if told and told.nobody:
            for reader, account in {(one.correspondent, one.account) for one in news.of_letter(db, arrived.came_back)}:
                if reader:
                    correspondents.bounced(db, reader, told.status, now=ids.now())
                if account:
                    account_bounces.note(db, account, told.status, now=ids.now())
    return outcome


def _of_bounce(told: Bounce | None) -> str:
    if told is None:
        return AUTOMATIC
    if not told.permanent:
        return DELAYED
    return BOUNCED if told.nobody else REFUSED


class _NotTaken(Exception):
    """Why an answer is not taken: the outcome, and a sentence where there is none for that."""

    def __init__(self, outcome: str, said: str = "") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.said = said


def _answered(
    db: Database, settings: Settings, keys: Keys, account: Person, arrived: Arrived, letter: Letter
) -> tuple[str, str]:
    """What became of it, and a sentence where there is none for that."""
    try:
        comment = _to_be_answered(db, settings, account, arrived, letter)
        words, files = _words(arrived, comment)
        with db.attempt():
            given = answering.answer_to(db, settings, keys, account, comment.id, words)
    except _NotTaken as why:
        return why.outcome, why.said
    except Problem as problem:
        return "not_taken", problem.message
    if given.accepted.repeated:
        return AGAIN, ""
    return TAKEN_WITHOUT_FILES if files else TAKEN, ""


def _to_be_answered(db: Database, settings: Settings, account: Person, arrived: Arrived, letter: Letter) -> Comment:
    """The comment that a letter answers. Raises _NotTaken."""
    if arrived.too_large:
        raise _NotTaken("too_large")
    comment = comments.find(db, arrived.comment)
    if comment is None or comment.state not in _CAN_BE_ANSWERED or not _may_read(account, comment):
        raise _NotTaken("gone")
    if comment.state is State.HELD and comment.changed > _written(settings, letter, comment):
        raise _NotTaken("changed")
    return comment


def _words(arrived: Arrived, comment: Comment) -> tuple[str, bool]:
    """What was typed, and whether something else came along. Raises _NotTaken."""
    try:
        content = incoming.content(incoming.read(arrived.raw).message)
    except incoming.Unreadable:
        raise _NotTaken("not_taken", "Your letter arrived broken, so no words could be found in it.") from None
    words, pictured = incoming.without_pictures(incoming.cut(content.text, comment.text))
    files = content.files > 0 or pictured
    if not words.strip():
        raise _NotTaken("only_files" if files else "empty")
    return words.strip("\n"), files


def _may_read(account: Person, comment: Comment) -> bool:
    """A moderator reads nothing that was written for the author only."""
    return comment.private_at is None or account.role is not Role.MODERATOR


def _written(settings: Settings, letter: Letter, comment: Comment) -> str:
    """When the letter was begun that this one answers: its Message-ID tells, or it may be as old as the reply."""
    ours = (one.removesuffix(f"@{host(settings)}") for one in letter.answers)
    return next((ids.as_text(ids.made_at(one)) for one in ours if ids.is_id(one)), comment.created)


def _tell(db: Database, keys: Keys, account: Person, note: str, **about: str) -> None:
    """Queue the one letter to its writer, unless they had many."""
    try:
        limits.take(db, "returned", address=ids.keyed(keys.networks, account.id))
    except Problem:
        return
    outbox.put(db, notifying.RETURNED, note, lane=outbox.LETTERS, person=account.id, **about)
