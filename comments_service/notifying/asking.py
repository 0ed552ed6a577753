"""Wishes for letters are kept, and an address that nobody proved is asked once, in one letter, whether it wants any."""

from comments_service import catalogue, ids, names, proofs
from comments_service.catalogue import Words
from comments_service.database import Database
from comments_service.errors import Problem
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.notifying import scheduling, writing
from comments_service.settings import Settings
from comments_service.store import correspondents, limits, outbox, pages, subscriptions, wishes
from comments_service.store.correspondents import Correspondent
from comments_service.store.subscriptions import Subscription
from comments_service.store.wishes import Scope, Spoken

CONFIRM = "letter.confirm"
# An address that has been asked is not asked again for so long, unless somebody asks for that on their reply's page;
# as long as that it is remembered without a yes.
ASKED_DAYS = 7
# What was asked a moment ago is on its way.
_JUST_NOW_SECONDS = 60


def keep(db: Database, settings: Settings, keys: Keys, said: Spoken) -> None:
    """Keep what a reply's writer wishes to hear of, and have the address asked if it must be.

    Whoever proved it by a letter has said yes by wishing. To hear of a wish twice changes nothing, also when it was
    ended meanwhile.
    """
    address = _address(said)
    if address is None:
        return
    with db.transaction():
        one = correspondents.welcome(db, address, _language(db, settings, said))
        if said.wish:
            subscriptions.add(db, one.id, *said.wish, comment=said.id, wished=said.created)
        if said.new_essays and _may_begin(db, one, said):
            subscriptions.add(db, one.id, "essays", comment=said.id, wished=said.created)
        if wishes.proven(db, said):
            _confirm_proven(db, settings, one, wished=said.created)
        else:
            ask(db, settings, keys, one, said)


def _language(db: Database, settings: Settings, said: Spoken) -> str:
    page = pages.find(db, said.page)
    return page.language if page else settings.language


def _address(said: Spoken) -> str | None:
    try:
        return names.email(said.email) or None
    except ValueError:  # from before addresses were checked as they are now
        return None


def _confirm_proven(db: Database, settings: Settings, one: Correspondent, *, wished: str) -> None:
    """Let letters go to an address whose owner proved it and wishes for some; not if they stopped them since."""
    if not one.reachable and max(one.stopped_at or "", one.bounced_at or "") < wished:
        correspondents.confirm(db, one.id, now=ids.now())
        scheduling.anew(db, settings, one.id)


def ask(db: Database, settings: Settings, keys: Keys, one: Correspondent, said: Spoken, *, again: bool = False) -> bool:
    """Have an address asked, by a reply, whether it wants letters, unless it was; `again` does so before its time.

    One that said yes, wants none, or gave letters back gets no letter; that is counted and answered all the same, or
    whoever typed the address would learn it. False if too many were asked: by this network, about this address, or at
    all. Hashes of addresses and networks are counted for a day.
    """
    if one.asked_at and one.asked_at > ids.now(days=-ASKED_DAYS) and not again:
        return True
    with db.transaction():
        try:
            address = ids.keyed(keys.networks, f"mailbox {names.mailbox(one.address)}")
            limits.take(db, "confirmation", network=said.network, address=address)
        except Problem:
            return False
        correspondents.ask(db, one.id, _language(db, settings, said), now=ids.now())
        if not (one.confirmed_at or one.stopped_at or one.bounced_at):
            outbox.put(db, CONFIRM, one.id, lane=outbox.LETTERS)
    return True


def ask_again(db: Database, settings: Settings, keys: Keys, said: Spoken) -> bool:
    """Have the address of a reply asked once more, as its writer asks on its page; False if too many were asked."""
    with db.transaction():
        keep(db, settings, keys, said)
        one = correspondents.at(db, said.email)
        if one is None or not subscriptions.of_correspondent(db, one.id):
            return True  # nothing is wished for, so there is nothing to ask
        just_now = one.asked_at is not None and one.asked_at >= ids.now(seconds=-_JUST_NOW_SECONDS)
        return just_now or ask(db, settings, keys, one, said, again=True)


def wish(db: Database, settings: Settings, keys: Keys, said: Spoken, scope: Scope, *, new_essays: bool) -> None:
    """Let a reply wish for something else from now on, as its writer says on its own page."""
    with db.transaction():
        wishes.change(db, said.id, scope, new_essays=new_essays)
        for one in subscriptions.of_reply(db, said.id):
            subscriptions.end(db, one.id, now=ids.now())
        now = wishes.spoken(db, [said.id])[said.id]
        if now.asks_for_letters and settings.sends_letters:
            _wish_again(db, now)
            keep(db, settings, keys, now)


def _wish_again(db: Database, said: Spoken) -> None:
    """What was ended is wished for anew: by who says so now, and not by a reply of a while ago."""
    one = correspondents.at(db, said.address)
    if one and said.wish:
        subscriptions.add(db, one.id, *said.wish, comment=said.id)
    if one and said.new_essays and _may_begin(db, one, said):
        subscriptions.add(db, one.id, "essays", comment=said.id)


def _may_begin(db: Database, one: Correspondent, said: Spoken) -> bool:
    """Whether this reply may let an address hear of new essays: what its owner stopped, no stranger begins again."""
    before = subscriptions.of_kind(db, one.id, "essays")
    stopped = before is not None and before.ended_at is not None and before.comment != said.id
    return not stopped or wishes.proven(db, said)


def letter(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The letter that asks an address whether it wants letters; `job.subject` is the correspondent's id.

    It holds no word of whoever typed the address, and not their name: nobody can have it say anything to a stranger.
    """
    one = correspondents.find(db, job.subject)
    if one is None or one.confirmed_at or one.stopped_at or one.bounced_at:
        return None
    wished = subscriptions.of_correspondent(db, one.id)
    if not wished:
        return None
    words = catalogue.of(one.language)
    return writing.letter(
        settings,
        "confirm",
        id_=job.id,
        to=one.address,
        subject=words.text("confirm.subject"),
        language=words.language,
        headers=writing.languages(words.language, [one.language]),
        wishes=list(dict.fromkeys(in_words(db, settings, found, words) for found in wished)),
        link=f"{settings.url}/subscriptions/{proofs.subscription_token(keys, one.id)}",
        days=ASKED_DAYS,
    )


def in_words(db: Database, settings: Settings, wish: Subscription, words: Words, *, section: str = "wish") -> str:
    """A wish, as the end of “You hear …”: `when Ana answers your reply on “Title”`.

    With `why` as the catalogue's section it is the whole sentence that says why a letter comes.
    """
    said = wishes.spoken(db, [wish.comment or wish.about]).get(wish.comment or wish.about)
    page = pages.find(db, said.page) if said else None
    name = f"{section}.{wish.kind}" if page or wish.kind == "essays" else f"{section}.{wish.kind}_gone"
    return words.text(name, author=settings.author, title=page.title if page else "")
