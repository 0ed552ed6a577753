"""What speaks against a reply besides its writer's being new: a trap, haste, known spam, the filter, a flood."""

from collections.abc import Iterator
from dataclasses import replace

from comments_service import ids, rendering, screening
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Speaker, State
from comments_service.posting import haste, ruled
from comments_service.screening import Action, Signal, echoes, known, rules, tokens
from comments_service.settings import Settings
from comments_service.store import attempts, lessons, repeats

# The same words so often, under other essays or by others, are a flood and no accident.
ECHOES = 3
_ECHO_DAYS = 7
# More strangers than this write in a minute only when something is wrong; then the author looks at all of them.
STRANGERS_MINUTE = 30
_STRANGER, _EVERYBODY = "stranger", "everybody"

TRAP = "A field that no person sees was filled in, which is what programs do."
HASTE = "It was sent within a moment of the form's being begun, so the author looks at it before others do."
FILTER = "It looks like advertising to this blog's filter, so the author looks at it before others do."
FILTERED = "It looks like advertising to this blog's filter."
ECHO = "The same words came here before, so the author looks at them before others do."
ECHOED = "The same words came here again and again."
FLOOD = "Very many new people write here just now, so the author looks at each reply before others do."
_AT_MOST_HELD = ", so the author looks at it first."
# Each of these, and what else holds a reply, in few words, for authors.
IN_SHORT = {
    screening.FIRST_REPLY: "first reply",
    screening.MANY_LINKS: f"more than {screening.MOST_LINKS} links",
    rules.HELD: "by a rule",
    ruled.BANNED_HELD: "by a ban",
    TRAP: "filled the trap",
    HASTE: "sent in haste",
    FILTER: "the filter is unsure",
    FILTERED: "the filter",
    ECHO: "the same words before",
    ECHOED: "the same words again",
    FLOOD: "many strangers",
    known.TOLD: "a spam phrase",
    known.TOLD_OF_LINK: "a shortened link",
}


def of_reply(db: Database, keys: Keys, speaker: Speaker, new: NewReply, html: str) -> tuple[Signal, ...]:
    """What the reply itself says. Whoever is trusted is only ever held, and without a link nothing is looked up."""
    if speaker.account:
        return ()
    found = list(_of_form(keys, speaker, new))
    if not speaker.trusted or screening.links(html):
        found += of_words(db, new.text, html, new.name, new.website, trusted=speaker.trusted)
    return tuple(map(_held, found)) if speaker.trusted else tuple(found)


def of_words(db: Database, text: str, html: str, name: str, website: str, *, trusted: bool = False) -> Iterator[Signal]:
    """What the words, the links and the name say: by what was learned here, and by the list that we keep.

    To somebody trusted a phrase from the list is no reproach; a link that hides where it leads still is.
    """
    opinion = lessons.opinion(db, text, html, name, website)
    if opinion and opinion.sure:
        yield Signal(Action.SPAM, FILTERED, opinion.why)
    elif opinion and opinion.unsure:
        yield Signal(Action.HOLD, FILTER, opinion.why)
    yield from known.signals("" if trusted else rendering.plain(html), tokens.hosts(html, website))


def of_edit(db: Database, before: Comment, text: str, html: str, website: str) -> tuple[Signal, ...]:
    """What an edit adds: suspicions that words and website did not raise before. An edit is held at most."""
    new = list(of_words(db, text, html, before.name, website))
    old = {one.told for one in of_words(db, before.text, before.html, before.name, before.website)} if new else set()
    return tuple(_held(one) for one in new if one.told not in old)


def echo(keys: Keys, speaker: Speaker, text: str) -> str:
    """The print of a stranger's words, wherever and by whomever they are sent; empty where they are too few."""
    essence = "" if speaker.trusted else echoes.essence(text)
    return ids.keyed(keys.fingerprints, f"echo {essence}") if essence else ""


def of_moment(db: Database, settings: Settings, speaker: Speaker, print_: str, page: str) -> tuple[Signal, ...]:
    """What other replies of late say about a stranger's: to be asked in the transaction in which it is kept.

    A flood never refuses anybody here, and never touches those who are trusted or have proven who they are.
    """
    if not settings.rate_limit or speaker.trusted:
        return ()
    found = list(_of_echoes(db, speaker, print_, page)) if print_ else []
    if not settings.hold_first and not speaker.proven:
        attempts.add(db, _STRANGER, _EVERYBODY)
        since = ids.now(minutes=-1)
        if attempts.reached(db, _STRANGER, _EVERYBODY, since=since, most=STRANGERS_MINUTE):
            found.append(Signal(Action.HOLD, FLOOD, f"More than {STRANGERS_MINUTE} strangers wrote within a minute."))
    return tuple(found)


def _of_form(keys: Keys, speaker: Speaker, new: NewReply) -> Iterator[Signal]:
    if new.trap:
        yield Signal(Action.SPAM, TRAP, "The field that no person sees was filled in.")
    if new.began and not speaker.trusted:
        took = haste.seconds(keys, new.began)
        if took is not None and took < haste.HASTE_SECONDS:
            yield Signal(Action.HOLD, HASTE, f"The form was filled in within {took:.1f} seconds.")


def _of_echoes(db: Database, speaker: Speaker, print_: str, page: str) -> Iterator[Signal]:
    writer = speaker.person.id if speaker.person else None
    before = repeats.echoes(db, print_, since=ids.now(days=-_ECHO_DAYS), limit=ECHOES + 1)
    others = [one for one in before if one.person != writer or one.page != page]
    if len(others) >= ECHOES or any(one.state is State.SPAM for one in before):
        yield Signal(Action.SPAM, ECHOED, "The same words came again and again, or are spam already.")
    elif others:
        yield Signal(Action.HOLD, ECHO, "The same words were sent before, by somebody else or under another essay.")


def _held(signal: Signal) -> Signal:
    if signal.action is not Action.SPAM:
        return signal
    return replace(signal, action=Action.HOLD, told=signal.told.removesuffix(".") + _AT_MOST_HELD)


def in_short(told: str) -> str:
    """A sentence to a writer in few words for authors; itself, if it is none of these."""
    return IN_SHORT.get(told) or IN_SHORT.get(told.removesuffix(_AT_MOST_HELD) + ".", told)


def why(comment: Comment) -> tuple[str, ...]:
    """Why a reply waits for a look, in words for the author; the writer is told in other ones."""
    reasons = tuple(map(in_short, comment.reasons.splitlines()))
    if not reasons and comment.edited and comment.state is State.HELD:
        return ("changed after it was published",)
    return reasons
