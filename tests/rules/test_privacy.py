"""The privacy page says what is kept: every column that may tell of somebody is named on it, and every time is true."""

import re

import pytest

from comments_service import moderation, proofs, worker
from comments_service.engagement import forgetting
from comments_service.identity import authors, entries, guests, passkeys
from comments_service.moderation import banning, spam
from comments_service.settings import ROOT
from comments_service.web import context, likes, remembering
from comments_service.web.desk import signing
from comments_service.web.identity.door import ERRAND_COOKIE, ERRAND_HOURS, KNOWN_COOKIE
from tests.support.actors import House

PAGE = (ROOT / "content" / "pages" / "privacy.md").read_text("utf-8")

# A phrase of the page -> what it speaks of. A column that is new fails here until the page, or a reason, speaks of it.
SAID = {
    "your words, and the name you give": ("comments.text", "comments.html", "comments.html_version", "comments.name"),
    "both once more, and your website, in small letters without accents": (
        "searchable.comment", "searchable.words", "searchable.name", "searchable.asks", "searchable.links",
    ),
    "your website, if you give one": ("comments.website",),
    "your e-mail address, if you give one": ("comments.email",),
    "the time, the essay and its edition, and your place in the thread": (
        "comments.id", "comments.page", "comments.edition", "comments.parent", "comments.root", "comments.conversation",
        "comments.created", "comments.edit_until", "comments.edited", "comments.published_at", "comments.withdrawn_at",
    ),
    "whether you'd like an answer, what you want to be told of, and whether you wrote for me alone": (
        "comments.wants_answer", "comments.notify", "comments.new_essays", "comments.private_at",
    ),
    "why a reply was held, what was decided about it, by whom, and when": (
        "comments.state", "comments.reasons", "comments.signals", "comments.expired_at",
        "decisions.id", "decisions.comment", "decisions.verb",
        "decisions.decided_by", "decisions.at", "decisions.before", "decisions.after", "decisions.undone_at",
        "decisions.bulk",
    ),
    "whether your words were edited by somebody who answers here, whether your thread was locked or pinned, and when": (
        "comments.redacted_at", "comments.redacted_as", "comments.locked_at", "comments.pinned_at",
    ),
    "what else was done with your replies, by whom, and when; if they were edited, your earlier words": (
        "acts.id", "acts.verb", "acts.kind", "acts.subject", "acts.done_by", "acts.at", "acts.before", "acts.after",
        "acts.undone_at",
    ),
    "hearts that I gave to your replies": ("hearts.comment", "hearts.given_by", "hearts.at"),
    "the network you write from and the words you send, each as a keyed hash": (
        "comments.network", "comments.print", "comments.echo",
    ),
    "its words and links for the spam filter, each as a scrambled number": (
        "lessons.comment", "lessons.verdict", "lessons.version", "lessons.tokens", "lessons.at",
    ),
    "a random id, since when there is one, and whether a reply of yours was approved": (
        "comments.person", "people.id", "people.created", "people.trusted_at",
    ),
    "how often you took another address for your private feed of replies": ("people.feed_number",),
    "each of your devices, by a digest of its cookie": (
        "devices.secret", "devices.person", "devices.created", "devices.guest",
    ),
    "the private link shown after you post": ("comments.key",),
    "a record of when each thing happened": (
        "events.conversation", "events.seq", "events.at", "events.type", "events.comment", "events.person",
        "events.actor", "events.data", "answers.comment", "answers.conversation",
    ),
    "From it I see who waits for me": (
        "conversations.id", "conversations.page", "conversations.root", "conversations.person",
        "conversations.last_seq", "conversations.state", "conversations.comment", "conversations.opened_at",
        "conversations.due_at", "conversations.asks", "conversations.snoozed_until", "conversations.thanks",
        "conversations.marks", "conversations.badges", "conversations.record", "conversations.essay",
    ),
    "keyed fingerprints that show only whether two texts are the same": (
        "sayings.id", "sayings.words", "sayings.said_to", "sayings.comment", "sayings.at",
    ),
    "What I promised you and what I note about our conversations": (
        "promises.id", "promises.conversation", "promises.comment", "promises.promised_by", "promises.what",
        "promises.made_at", "promises.due_at", "promises.kept_at", "promises.released_at",
        "notes.id", "notes.person", "notes.text", "notes.written_by", "notes.at",
        "comment_notes.id", "comment_notes.comment", "comment_notes.text", "comment_notes.written_by",
        "comment_notes.at",
    ),
    "you wrote from two devices, I may say so": (
        "joins.id", "joins.person", "joins.into_person", "joins.joined_by", "joins.at", "joins.parted_at",
    ),
    "Keep no history of me": ("people.history_refused_at",),
    "one like from one device is kept": ("likes.subject", "likes.device", "likes.at"),
    "who vouches for you, and what they call you": (
        "identities.id", "identities.person", "identities.provider", "identities.issuer", "identities.subject",
    ),
    "what a page says that you proved": (
        "identities.label", "identities.url", "comments.identity", "comments.proven",
    ),
    "the name you go by, also in the shape that an eye remembers": (
        "identities.name", "proven_names.shape", "proven_names.person",
    ),
    "the address that you proved, or that the service says is yours": ("identities.address",),
    "where the service has your picture, and, only if you choose to show it, a copy": (
        "identities.picture_url", "identities.picture", "comments.picture", "pictures.id", "pictures.identity",
        "pictures.data", "pictures.problem", "pictures.created",
    ),
    "when you proved it, first and last, and on which devices": (
        "identities.created", "identities.proven_at", "devices.identity",
    ),
    "which of these you joined, and when": ("joins.proven_at",),
    "what you typed is kept for you": (
        "errands.id", "errands.fields", "errands.said", "errands.purpose", "errands.comment", "errands.created",
        "errands.expires",
    ),
    "that you were sent to a service": (
        "authorizations.state", "authorizations.errand", "authorizations.provider", "authorizations.data",
        "authorizations.created", "authorizations.expires", "authorizations.used_at",
    ),
    "Its address and how many wrong codes were tried": (
        "challenges.id", "challenges.errand", "challenges.address", "challenges.tries", "challenges.created",
        "challenges.expires", "challenges.used_at",
    ),
    "what you reported, why, what you wrote to me with it, when, and whether I have looked": (
        "reports.id", "reports.comment", "reports.reason", "reports.words", "reports.at", "reports.settled_at",
        "reports.hid_at",
    ),
    "who you are here, what you had proven, and your network as a keyed hash": (
        "reports.person", "reports.proven", "reports.network",
    ),
    "Such a rule may hold the name, address or website that it is about, as I typed it, and who made it": (
        "rules.id", "rules.name", "rules.action", "rules.sentence", "rules.conditions", "rules.place", "rules.on_at",
        "rules.made_by", "rules.made_at",
    ),
    "whom it is about (a random id, or a keyed hash), what is done, why, at which reply, by whom, from when": (
        "bans.id", "bans.kind", "bans.subject", "bans.action", "bans.reason", "bans.comment", "bans.banned_by",
        "bans.at", "bans.until", "bans.lifted_at",
    ),
    "the address that letters go to, its language, and how often you wish to hear": (
        "correspondents.id", "correspondents.address", "correspondents.language", "correspondents.rhythm",
        "correspondents.created",
    ),
    "when you were asked, when you said yes, and whether you stopped letters or one came back": (
        "correspondents.asked_at", "correspondents.confirmed_at", "correspondents.stopped_at",
        "correspondents.bounced_at", "correspondents.bounce",
    ),
    "what you wish to hear of, since when, and with which reply you asked for it": (
        "subscriptions.id", "subscriptions.correspondent", "subscriptions.kind", "subscriptions.about",
        "subscriptions.comment", "subscriptions.created", "subscriptions.ended_at",
    ),
    "what you were told of, when, and in which letter; if you weren't, why not": (
        "news.id", "news.name", "news.kind", "news.correspondent", "news.account", "news.subscription", "news.comment",
        "news.page", "news.created", "news.letter", "news.told_at", "news.dropped_at", "news.remark",
    ),
    "whether letters to them come back": ("account_bounces.account", "account_bounces.at", "account_bounces.bounce"),
    "which letters they want, and links in these that act once": (
        "account_letters.account", "account_letters.kind", "account_letters.wanted", "letter_links.id",
        "letter_links.account", "letter_links.comment", "letter_links.seen", "letter_links.created",
        "letter_links.expires", "letter_links.used_at", "letter_links.used_for", "announcements.page",
        "announcements.created", "announcements.decided_at", "announcements.decided_by", "announcements.sent",
    ),
    "tries are counted for one day under keyed hashes": ("attempts.id", "attempts.what", "attempts.who", "attempts.at"),
    "one nameless count of how it ended": ("tallies.id", "tallies.kind", "tallies.data"),
    "Of letters that come in it's noted for 30 days what became of each": (
        "inbox.id", "inbox.at", "inbox.print", "inbox.outcome", "inbox.comment",
    ),
    "a name, an address, a role": ("people.name", "people.email", "people.role"),
    "what they decided, wrote and announced": (
        "comments.author", "away.id", "away.announced_by", "away.announced_at", "away.starts_at", "away.ends_at",
        "away.cancelled_at",
    ),
    "sessions, with the kind of browser, and one-time links, as digests": (
        "sessions.id", "sessions.secret", "sessions.person", "sessions.created", "sessions.seen", "sessions.expires",
        "sessions.ended_at", "sessions.device", "sign_in_links.secret", "sign_in_links.person",
        "sign_in_links.created", "sign_in_links.expires", "sign_in_links.used_at", "sign_in_links.browser",
    ),
    "passkeys, of which only the public half is here": (
        "passkeys.id", "passkeys.person", "passkeys.credential", "passkeys.public_key", "passkeys.handle",
        "passkeys.sign_count", "passkeys.name", "passkeys.created", "passkeys.used_at",
        "passkey_challenges.digest", "passkey_challenges.purpose", "passkey_challenges.person",
        "passkey_challenges.handle", "passkey_challenges.created", "passkey_challenges.expires",
        "passkey_challenges.used_at",
    ),
    "A log of sign-ins, also of those that failed": (
        "sign_ins.id", "sign_ins.person", "sign_ins.at", "sign_ins.how", "sign_ins.outcome", "sign_ins.device",
    ),
    "and in it the network, as a keyed hash": ("sign_ins.network",),
}  # fmt: skip
# Whole tables that tell nothing of anybody, and why.
TELLS_NOTHING = {
    "pages": "the essays themselves",
    "former_paths": "the addresses that essays had",
    "publications": "which essays were published, and a fingerprint of the author's words",
    "saved_replies": "words of authors' own, to begin an answer with",
    "rendered": "what everybody reads, kept so that it is made once",
    "essay_answers": "which essay answers which reply, and with which, by random ids",
    "snapshots": "figures, which name nobody",
    "jobs": "what is to be done next, by random ids, until it is done",
    "mailboxes": "how far the blog's own mailbox was read, by numbers",
    "filters": "from how many replies the filter learned, and its salt",
    "filter_tokens": "counts of scrambled tokens of all replies together",
    "spam_days": "how much spam there was on each day",
    "webhooks": "which programs of the authors' are told of what",
    "webhook_deliveries": "that such a program was told of something, by random ids, for 30 days",
    "heartbeats": "that the worker lives",
    "migrations": "which steps the database has taken",
    "registrations": "keys that servers gave to this blog",
}
COOKIES = {
    context.DEVICE_COOKIE: f"{guests.DEVICE_DAYS} days",
    KNOWN_COOKIE: f"{guests.DEVICE_DAYS} days",
    ERRAND_COOKIE: "two hours",
    likes.COOKIE: f"{guests.DEVICE_DAYS} days",
    remembering.COOKIE: f"{guests.DEVICE_DAYS} days",
    context.SESSION_COOKIE: f"{authors.SESSION_DAYS} days",
    context.MARKER_COOKIE: f"{authors.SESSION_DAYS} days",
    signing.LETTER_COOKIE: f"{authors.LINK_MINUTES} minutes, and {passkeys.MINUTES} minutes",
    signing.PASSKEY_COOKIE: f"{authors.LINK_MINUTES} minutes, and {passkeys.MINUTES} minutes",
}


def plain(text: str) -> str:
    """A text in one line, with straight signs."""
    return " ".join(text.replace("’", "'").split())


def row(words: str) -> str:
    """The line of a table on the page that holds these words."""
    (found,) = [line for line in PAGE.splitlines() if line.startswith("|") and words in line]
    return found


def test_every_column_that_may_tell_of_somebody_is_on_the_page(house: House) -> None:
    tables = [row["name"] for row in house.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {
        f"{table}.{row['name']}"
        for table in tables
        if table not in TELLS_NOTHING
        for row in house.db.rows(f"PRAGMA table_info({table})")
    }
    said = [column for of_one in SAID.values() for column in of_one]
    assert len(said) == len(set(said))
    assert set(said) == columns
    assert set(TELLS_NOTHING) <= set(tables)


@pytest.mark.parametrize("phrase", SAID)
def test_every_phrase_stands_on_the_page(phrase: str) -> None:
    assert phrase in plain(PAGE)


def test_every_time_that_the_page_tells_is_the_codes() -> None:
    text = plain(PAGE)
    assert worker._NETWORK_DAYS == 30  # noqa: SLF001 -- what the page promises
    assert row("each as a keyed hash").endswith("| 30 days |")
    assert row("who you are here, what you had proven").endswith("| until you erase it, the network 30 days |")
    assert banning.NETWORK_DAYS == banning.FORGOTTEN_DAYS == 30
    assert "Thirty days after it ended a ban is forgotten" in text
    assert spam.KEPT_DAYS == 30
    assert "What is taken for spam is kept for 30 days" in text
    assert worker._ATTEMPT_DAYS == 1  # noqa: SLF001
    assert "tries are counted for one day" in text
    assert ERRAND_HOURS == 2
    assert "what you typed is kept for you, for two hours" in text
    assert proofs.MINUTES == 30
    assert "A letter with a code is good for 30 minutes" in text
    assert worker._ERRAND_DAYS == 1  # noqa: SLF001
    assert "both are deleted within a day after that" in text
    assert worker._LETTER_DAYS == 30  # noqa: SLF001
    assert worker._UNASKED_DAYS == 7  # noqa: SLF001
    assert "if you don't say yes, seven days" in row("the address that letters go to")
    assert worker._NEWS_DAYS == 365  # noqa: SLF001
    assert row("what you were told of, when, and in which letter").endswith("| 365 days |")
    assert "Of letters that come in it's noted for 30 days" in text
    assert "One that can't be delivered is noted for 30 days, without its address" in text
    assert (entries.LOG_DAYS, entries.NETWORK_DAYS) == (365, 30)
    assert "is kept for 365 days, and in it the network, as a keyed hash, for 30 days" in text
    assert moderation.UNDO_DAYS == 30
    assert "your earlier words 30 days" in row("what else was done with your replies")
    assert forgetting.RETENTION_DAYS == 2 * 365
    assert "Two years after your last word this history ends by itself" in text
    assert "what you proved is forgotten two years after you last proved it" in text


def test_every_cookie_is_on_the_page_with_how_long_it_lasts(house: House) -> None:
    for cookie, time in COOKIES.items():
        assert f"`{cookie}`" in PAGE
        assert row(f"`{cookie}`").endswith(f"| {time} |")
    assert set(re.findall(r"`(rapport_\w+)`", PAGE)) == set(COOKIES)
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "comments_service" / "web").rglob("*.py"))
    named = re.findall(r'COOKIE(?:, \w+COOKIE)* = ((?:"\w+"(?:, )?)+)', sources)
    assert {name for names in named for name in re.findall(r"\w+", names)} == set(COOKIES)
