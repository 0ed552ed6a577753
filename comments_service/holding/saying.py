"""What each part of the data is called and why it is held, and each of its rows as its owner reads it."""

import json
from collections.abc import Mapping

from comments_service.database import Row
from comments_service.models import Comment, Identity
from comments_service.settings import Settings
from comments_service.store.subjects import Subject

Told = dict[str, object]

# Name -> title, and why it is held, in the order of the documents.
PARTS: Mapping[str, tuple[str, str]] = {
    "replies": ("What you wrote", "The words and all that stands with them, whatever became of them."),
    "replies_with_your_address": (
        "What was sent with your address",
        "Somebody, maybe you, typed an address that you have proven. You can have it erased, but not change its words.",
    ),
    "decisions": ("What was decided", "Each decision about these replies, by whom and when."),
    "acts": (
        "What was done with them",
        "That your words were edited, noted at, or moved with their thread. What was before is kept for 30 days.",
    ),
    "lessons": (
        "What the spam filter learned",
        "Scrambled numbers for the words and links of a reply, so that the like is known again; gone when it is.",
    ),
    "conversations": ("How your conversations stand", "From this it is seen who waits for an answer."),
    "events": (
        "What happened",
        "Times, simple facts and keyed fingerprints, never words. From it is counted how you were answered.",
    ),
    "answers": ("What you were answered", "The answers that stand, in public or for you alone."),
    "promises": ("What you were promised", "In the words in which it was noted, with its day."),
    "notes": ("What was noted about you", "Private notes of those who answer here."),
    "comment_notes": ("What was noted at your replies", "Private notes of those who look after this place."),
    "joins": ("Who was taken to be you", "By yourself, when you proved both, or by an author."),
    "hearts": ("Hearts at your replies", "An author's sign of having read it with joy."),
    "sayings": ("That words were said to you", "By a fingerprint alone, so that form letters don't count as answers."),
    "likes": (
        "What you like, from this browser",
        "Kept under a scrambled value of its cookie, so that it counts once.",
    ),
    "reports": (
        "What you reported",
        "What you said against a reply, so that it is looked at, and counts once. Its writer is not told who said it.",
    ),
    "reported": (
        "What was said against your replies",
        "Why and when somebody reported one, and whether it was looked at. Who it was is told to nobody.",
    ),
    "bans": (
        "Whether your replies are held or refused",
        "What an author decided about you, or about an address that you proved: why, and until when.",
    ),
    "proved": (
        "What you proved",
        "So that you are known again, on every device where you prove it. An address is recognized by a keyed hash.",
    ),
    "pictures": ("Your pictures", "A copy of each that you chose to show; the picture itself is at its address."),
    "names": ("The names you go by", "In the shape that an eye remembers, so that nobody else can pose as you."),
    "appearances": (
        "Whom you appear as",
        "A random id under which words are filed, whether replies need a look, and how often its feed was moved.",
    ),
    "devices": ("Your devices", "Their cookies let you edit and withdraw. Only a digest of each secret is stored."),
    "letters": ("Letters with a code", "Those asked for lately. They prove an address, once, for half an hour."),
    "correspondence": ("Where letters go", "Your address, how often you wish to hear, and whether letters arrive."),
    "wishes": ("What you wish to hear of", "Each is what you asked to be told of by letter, and since when."),
    "news": (
        "What you were told",
        "Each once, with the letter that it went in; for a year, so that the author sees that you were told.",
    ),
    "under_way": (
        "What this browser is in the middle of",
        "What you typed while you prove who you are, for two hours.",
    ),
}

# What may concern somebody, and cannot be told to be theirs.
NOT_TOLD = (
    "Against floods, tries are counted for a day, under keyed hashes of networks and addresses.",
    "What other browsers like is kept under scrambled values that lead to nobody.",
    "Of people who asked to be forgotten nameless counts remain, which tell of nobody.",
    "What a reader wrote to the authors when they reported a reply of yours might say who they are.",
    "If the network that you write from is banned, that stands under a keyed hash, for 30 days at most.",
    "The address of your private feed of replies is stored nowhere: it is made anew whenever it is shown or asked for.",
    "Secrets, such as those of cookies and private links, are stored as digests alone, which are of use to nobody.",
)


def in_one_line(fields: Mapping[str, object]) -> str:
    """Fields as text: `text: Hello; question: yes`. What was left unsaid is left out."""
    said = {True: "yes", False: "no"}
    told = {name: said[value] if isinstance(value, bool) else value for name, value in fields.items()}
    return "; ".join(f"{name}: {value}" for name, value in told.items() if value is not None)


def proved(found: Identity, *, by_hash: bool) -> Told:
    """An identity; the hash by which an address is known tells nobody anything."""
    return {
        "id": found.id,
        "person": found.person,
        "provider": found.provider,
        "issuer": found.issuer,
        "known_there_as": "a keyed hash of your address" if by_hash else found.subject,
        "name": found.name,
        "shown_as": found.label,
        "url": found.url,
        "address": found.address,
        "picture_at_the_provider": found.picture_url,
        "picture_shown": found.picture,
        "first_proven": found.created,
        "last_proven": found.proven_at,
    }


def picture(row: Row, settings: Settings) -> Told:
    """A chosen picture, with where its copy can be had."""
    return {
        "id": row["id"],
        "for": row["identity"],
        "chosen": row["created"],
        "address": f"{settings.url}/identity/pictures/{row['id']}" if row["fetched"] else "",
        "problem": row["problem"],
    }


def device(row: Row, subject: Subject) -> Told:
    """A device, without its secret."""
    return {
        "since": row["created"],
        "this_one": row["here"] == subject.device,
        "appears_as": row["person"],
        "proved": row["proved"] or "",
        "wrote_as_a_guest_before": row["guest"] or "",
    }


def reply(found: Comment, settings: Settings, known_as: Mapping[str, Identity]) -> Told:
    """One's own reply, with everything that is kept of it."""
    proving = known_as.get(found.identity)
    return _place(found, settings) | {
        "in_answer_to": found.parent or "",
        "thread": found.root,
        "conversation": found.conversation,
        "person": found.person or "",
        "html": found.html,
        "html_version": found.html_version,
        "proven": found.proven,
        "proven_by": proving.id if proving else "",
        "picture": found.picture,
        "wants_answer": found.wants_answer,
        "notify": found.notify,
        "new_essays": found.new_essays,
        "edition": found.edition,
        "editable_until": found.edit_until,
        "network_as_a_keyed_hash": found.network,
        "words_as_a_keyed_hash": found.print,
        "words_alone_as_a_keyed_hash": found.echo,
        "what_spoke_about_it": found.signals,
        "private_link": "kept as a digest" if found.key else "",
    }


def sent(found: Comment, settings: Settings) -> Told:
    """A reply that was sent with one's address: what it says and where it stands, and nothing more of its writer."""
    return _place(found, settings)


def _place(found: Comment, settings: Settings) -> Told:
    return {
        "id": found.id,
        "essay": f"{settings.url}{found.page}",
        "state": found.state.value,
        "why_it_was_held": found.reasons,
        "text": found.text,
        "name": found.name,
        "email": found.email,
        "website": found.website,
        "for_the_author_only_since": found.private_at,
        "sent": found.created,
        "edited": found.edited,
        "edited_by_an_account": found.redacted_at,
        "edited_as": found.redacted_as or "",
        "thread_locked": found.locked_at,
        "thread_pinned": found.pinned_at,
        "published": found.published_at,
        "withdrawn": found.withdrawn_at,
    }


def decision(row: Row) -> Told:
    """A decision, by the name of who made it."""
    return {
        "reply": row["comment"],
        "decision": row["verb"],
        "by": row["decided_by"],
        "at": row["at"],
        "from": row["before"],
        "to": row["after"],
        "taken_back": row["undone_at"],
    }


def act(row: Row) -> Told:
    """Something that was done with one's words, by the name of who did it."""
    return {
        "what": row["verb"],
        "with": row["subject"] if row["kind"] == "comment" else "you",
        "by": row["done_by"],
        "at": row["at"],
        "before": in_one_line(json.loads(row["before"])),
        "after": in_one_line(json.loads(row["after"])),
        "taken_back": row["undone_at"],
    }


def lesson(row: Row) -> Told:
    """What the filter learned from a reply, as it is kept."""
    return {
        "reply": row["comment"],
        "learned_as": row["verdict"],
        "version": row["version"],
        "scrambled_words_and_links": bytes(row["tokens"]).hex(),
        "at": row["at"],
    }


def conversation(row: Row) -> Told:
    """A conversation, with what its events come to."""
    return {
        "id": row["id"],
        "page": row["page"],
        "counted_on": row["essay"] or row["page"],
        "thread": row["root"],
        "person": row["person"],
        "events": row["last_seq"],
        "state": row["state"],
        "last_reply": row["comment"],
        "waiting_since": row["opened_at"],
        "answer_due": row["due_at"],
        "asks": row["asks"],
        "put_aside_until": row["snoozed_until"],
        "thanks": row["thanks"],
        "what_counts": row["marks"],
        "what_stands_at_replies": row["badges"],
        "in_full": row["record"],
    }


def event(row: Row, subject: Subject) -> Told:
    """Something that happened, with its features."""
    return {
        "conversation": row["conversation"],
        "number": row["seq"],
        "at": row["at"],
        "what": row["type"],
        "comment": row["comment"],
        "person": row["person"] if subject.owns(row["person"]) else "",
        "by": row["actor_name"] or ("you" if subject.owns(row["actor"]) else ""),
        "features": in_one_line(json.loads(row["data"])),
    }


def answer(row: Row) -> Told:
    """An answer in one's conversation."""
    return {
        "conversation": row["conversation"],
        "id": row["comment"],
        "by": row["name"],
        "at": row["created"],
        "text": row["text"],
    }


def promise(row: Row) -> Told:
    """A promise, in the words in which it was noted."""
    return {
        "conversation": row["conversation"],
        "with_the_answer": row["comment"],
        "what": row["what"],
        "by": row["promised_by"],
        "made": row["made_at"],
        "due": row["due_at"],
        "kept": row["kept_at"],
        "let_go": row["released_at"],
    }


def note(row: Row) -> Told:
    """A private note."""
    return {"person": row["person"], "text": row["text"], "by": row["written_by"], "at": row["at"]}


def comment_note(row: Row) -> Told:
    """A private note at a reply."""
    return {"reply": row["comment"], "text": row["text"], "by": row["written_by"], "at": row["at"]}


def join(row: Row, subject: Subject) -> Told:
    """A join; whoever else was taken for somebody is not named, since that may be wrong."""
    both = [person if subject.owns(person) else "somebody else" for person in (row["person"], row["into_person"])]
    return {
        "taken": both[0],
        "for": both[1],
        "by": row["author"] or ("you" if subject.owns(row["joined_by"]) else "somebody else"),
        "at": row["at"],
        "proven": row["proven_at"],
        "parted": row["parted_at"],
    }


def heart(row: Row) -> Told:
    """A heart."""
    return {"reply": row["comment"], "by": row["given_by"], "at": row["at"]}


def report(row: Row) -> Told:
    """What they reported."""
    return {
        "reply": row["comment"],
        "reason": row["reason"],
        "words": row["words"],
        "as": row["person"],
        "proven": row["proven"],
        "network_as_a_keyed_hash": row["network"],
        "at": row["at"],
        "looked_at": row["settled_at"],
        "it_was_off_the_page_from": row["hid_at"],
    }


def reported(row: Row) -> Told:
    """That a reply of theirs was reported."""
    return {
        "reply": row["comment"],
        "reason": row["reason"],
        "at": row["at"],
        "looked_at": row["settled_at"],
        "it_was_off_the_page_from": row["hid_at"],
    }


def ban(row: Row) -> Told:
    """A ban, by the name of who made it."""
    return {
        "of": row["kind"],
        "what_is_done": row["action"],
        "reason": row["reason"],
        "at_the_reply": row["comment"],
        "by": row["banned_by"],
        "since": row["at"],
        "until": row["until"],
        "lifted": row["lifted_at"],
    }


def saying(row: Row) -> Told:
    """That the author said something to somebody."""
    return {"at": row["at"], "answer": row["comment"], "fingerprint_of_the_words": row["words"]}
