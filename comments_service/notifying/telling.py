"""The letter that tells a reader all that waits for them: gathered once, looked at anew, said in text and in HTML."""

from collections.abc import Mapping, Sequence

from comments_service import catalogue, ids, proofs
from comments_service.catalogue import Words
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter, host
from comments_service.models import Job, Page
from comments_service.notifying import asking, planning, scheduling, writing
from comments_service.notifying.pieces import Piece, Sheet, of_an_essay, piece
from comments_service.quoting import as_lines
from comments_service.settings import Settings
from comments_service.store import correspondents, news
from comments_service.store.correspondents import Correspondent
from comments_service.store.letters_due import NEWS
from comments_service.store.news import News

# What else waits goes in the next letter.
_MOST = 40
# What weighs most stands first, and gives the letter its subject.
_ORDER = (
    planning.ANSWER, planning.PROMISE, planning.REPLY, planning.WAITING, planning.APPROVED, planning.REJECTED,
    planning.THREAD, planning.ESSAY,
)  # fmt: skip
_FEW = 2
# Whom a letter goes to that is only shown.
_NOBODY = "reader@example.org"


def letter(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """All that waits for a correspondent (`job.subject`) in one letter; None if nothing is left to tell.

    What is in it stays in it, so that each try says the same, but for what has become untrue since.
    """
    to = correspondents.find(db, job.subject)
    if to is None or to.confirmed_at is None:  # then it waits for their yes
        return None
    found = _gathered(db, settings, job, to)
    if not to.reachable:
        _drop(db, dict.fromkeys(found, "no letters go there"))
        return None
    sheet = Sheet(db, settings, keys, to)
    looked_at = {one: piece(sheet, one) for one in found}
    _drop(db, {one: said for one, said in looked_at.items() if isinstance(said, str)})
    told = _without_echoes([said for said in looked_at.values() if isinstance(said, Piece)])
    return _written(sheet, job, told) if told else None


def of_essay(db: Database, settings: Settings, keys: Keys, page: Page) -> Letter:
    """The letter that tells of a new essay, as somebody who wishes for these alone gets it; for its author to look at.

    Whose address and links it holds is nobody's.
    """
    now = ids.now()
    nobody = Correspondent(ids.new_id(), _NOBODY, page.language, "now", now, now, now, None, None, "")
    job = Job(ids.new_id(), NEWS, nobody.id, {}, 0)
    return _written(Sheet(db, settings, keys, nobody), job, [of_an_essay(settings, page, "")])


def _without_echoes(told: Sequence[Piece]) -> list[Piece]:
    """The pieces in their order. That a reply stands goes without saying where its answer is told."""
    answered = {one.about for one in told if one.kind == planning.ANSWER}
    kept = [one for one in told if one.kind != planning.APPROVED or one.about not in answered]
    return sorted(kept, key=lambda one: _ORDER.index(one.kind))


def _gathered(db: Database, settings: Settings, job: Job, to: Correspondent) -> list[News]:
    with db.transaction():
        found = news.of_letter(db, job.id)
        if job.attempts == 0 and not found:
            waiting = news.waiting(db, to.id, limit=_MOST + 1)
            found = news.put_into(db, job.id, [one.id for one in waiting[:_MOST]])
            if len(waiting) > _MOST:
                scheduling.schedule(db, settings, [to])
        return [one for one in found if one.told_at is None and one.dropped_at is None]


def _drop(db: Database, remarks: Mapping[News, str]) -> None:
    for remark in sorted(set(remarks.values())):
        news.drop_these(db, [one.id for one, why in remarks.items() if why == remark], remark, at=ids.now())


def _written(sheet: Sheet, job: Job, told: Sequence[Piece]) -> Letter:
    """It speaks the language of the essay that its first piece is about; what it quotes says which it is in."""
    settings = sheet.settings
    words = catalogue.of(told[0].language)
    wishes = {one.subscription for one in told}
    token = proofs.subscription_token(sheet.keys, sheet.to.id, wishes.pop() if len(wishes) == 1 else "")
    link = f"{settings.url}/subscriptions/{token}"
    return writing.letter(
        settings,
        "news",
        id_=job.id,
        to=sheet.to.address,
        subject=_subject(words, told),
        language=words.language,
        headers=_headers(settings, told, link) | writing.languages(words.language, [one.language for one in told]),
        pieces=told,
        zone=settings.zone,
        quote=as_lines,
        why=_why(sheet, words, told),
        stop=link,
    )


def _subject(words: Words, told: Sequence[Piece]) -> str:
    """What the first says; who else said the like there; and that there is more, if there is."""
    first = told[0]
    alike = [one for one in told if (one.kind, one.title, one.name != "") == (first.kind, first.title, True)]
    names = list(dict.fromkeys(one.name for one in alike)) or [first.by]
    subject = words.text(first.subject, len(names), name=_together(words, names), title=first.title)
    others = len(told) - max(len(alike), 1)
    return words.text("news.more", others, subject=subject) if others else subject


def _together(words: Words, names: Sequence[str]) -> str:
    if len(names) > _FEW:
        return words.text("news.more_names", len(names) - 1, name=names[0])
    return words.text("news.two_names", name=names[0], other=names[1]) if len(names) == _FEW else names[0]


def _why(sheet: Sheet, words: Words, told: Sequence[Piece]) -> str:
    """Why this letter comes: the one wish that it follows from, or that there are several."""
    wish = sheet.wish(told[0].subscription)
    if wish is None or len({one.subscription for one in told}) > 1:
        return words.text("why.several")
    return asking.in_words(sheet.db, sheet.settings, wish, words, section="why")


def _headers(settings: Settings, told: Sequence[Piece], stop: str) -> dict[str, str]:
    """One click stops it; letters about one thread stand together (RFC 5322, 3.6.4), below nothing sent."""
    found = writing.can_be_stopped(stop)
    here = host(settings)
    if not here.startswith("["):  # RFC 2919 knows names alone
        found["List-Id"] = f"<{'essays' if told[0].kind == planning.ESSAY else 'replies'}.{here}>"
    roots = {one.root for one in told if one.root}
    if len(roots) == 1:
        thread = f"<thread-{roots.pop()}@{here}>"
        found |= {"In-Reply-To": thread, "References": thread}
    return found
