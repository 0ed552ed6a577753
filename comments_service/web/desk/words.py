"""The desk’s own words: days, devices, decisions."""

import re
from zoneinfo import ZoneInfo

from markupsafe import Markup

from comments_service import engagement, wording
from comments_service.models import Comment, Decision, State, Verb

# The author's commands say days as the desk does.
_MINUTE = 60
# In this order: every browser also names those that it descends from.
_BROWSERS = (
    (r"Edg\w*/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
    (r"^curl/", "curl"),
)
_SYSTEMS = (
    (r"iPhone", "an iPhone"),
    (r"iPad", "an iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "a Mac"),
    (r"CrOS", "a Chromebook"),
    (r"Linux|X11", "Linux"),
)
_DECIDED = {
    Verb.APPROVE: Markup("published {}"),
    Verb.REJECT: Markup("rejected {}"),
    Verb.SPAM: Markup("marked {} as spam"),
    Verb.REMOVE: Markup("removed {}"),
}
_READ = Markup("marked {} as read")
_TAKEN_BACK = {
    State.HELD: Markup("{} waits for a look again"),
    State.PUBLISHED: Markup("{} stands again"),
    State.REJECTED: Markup("{} is rejected again"),
    State.SPAM: Markup("{} is spam again"),
    State.REMOVED: Markup("{} is off the page again"),
}

# The ledger's reasons as the desk says them, once somebody has chosen one.
_CLOSED = {
    "thanks_only": Markup("Closed {}: only thanks."),
    "answered_by_reader": Markup("Closed {}: another reader answered."),
    "answered_elsewhere": Markup("Noted that you answered {} elsewhere."),
    "acknowledged": Markup("Closed {} with a ♥."),
    "declined": Markup("Closed {}: you’d rather not."),
    "stale": Markup("Closed {}: too late now."),
    "thats_it": Markup("{} is answered: its writer says so."),
}
_REASONS = dict(engagement.REASONS.values()) | {"thats_it": "they said that this answered them"}
CHANNELS = {"mail": "by mail", "call": "by phone", "in person": "in person"}


def when(at: str, now: str, zone: ZoneInfo) -> str:
    """A stored time as day and hour: `yesterday, 14:30`; after a week the day alone."""
    words = wording.day(at, now, zone)
    return words if words[0].isdigit() else f"{words}, {wording.hour(at, zone)}"


def device(user_agent: str) -> str:
    """What a browser says of itself, in the words of a person: `Firefox on Linux`."""
    browser = next((name for mark, name in _BROWSERS if re.search(mark, user_agent)), "A program")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    return f"{browser} on {system}" if system else browser


def whose(comment: Comment, what: str = "reply") -> Markup:
    """`Ben’s reply`, or `Ben’s thread`; of a withdrawn one nobody knows any more whose it was."""
    if comment.name:
        return Markup("<bdi>{}</bdi>’s {}").format(comment.name, what)
    return Markup("a withdrawn reply") if what == "reply" else Markup("a {}").format(what)


def decided(decision: Decision, comment: Comment) -> Markup:
    """What a decision did: `published Ben’s reply`, or, where it took another one back, `Ben’s reply stands again`."""
    if decision.verb is Verb.UNDO:
        return _TAKEN_BACK[decision.after].format(whose(comment))
    return done(decision.verb, comment)


def done(verb: Verb, comment: Comment) -> Markup:
    """What a decision does about a comment: `published Ben’s reply`."""
    read = verb is Verb.APPROVE and comment.private_at is not None
    return (_READ if read else _DECIDED[verb]).format(whose(comment))


def done_to_many(verb: Verb, number: int) -> str:
    """What a bulk did, as a sentence of its own, such as "Published 12 replies"."""
    return f"{_DECIDED[verb].format(wording.count(number, 'reply', 'replies')).capitalize()}."


def answered(answer: Comment, parent: Comment, *, published_parent: bool) -> Markup:
    """That an answer stands, and for whom."""
    if answer.private_at is not None:
        return Markup("Answered {}, for them alone.").format(whose(parent))
    told = Markup("Published {} with your answer.") if published_parent else Markup("Answered {}.")
    return told.format(whose(parent))


def closed(comment: Comment, reason: str) -> Markup:
    """What a closing did, as a sentence of its own: `Closed Ben’s reply: only thanks`."""
    return _CLOSED[reason].format(whose(comment))


def reason(name: str) -> str:
    """Why something was closed, as the desk says it; nothing for no reason."""
    return _REASONS.get(name, "")


def headline(number: int, oldest: str, now: str, zone: ZoneInfo) -> str:
    """How many readers wait, and since when the first of them does."""
    if not number:
        return "Nobody is waiting."
    first = wording.since(oldest, now, zone)
    if number == 1:
        return f"1 reader is waiting, {first}"
    return f"{wording.count(number, 'reader is', 'readers are')} waiting, the first {first}"


def sentence(words: Markup) -> Markup:
    """The words as a sentence of their own."""
    return words[:1].upper() + words[1:] + "."
