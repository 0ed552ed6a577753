"""Every column that tells of somebody is forgotten, or there is a reason why it need not be."""

from comments_service.store import forgetting as store
from comments_service.store import whole
from tests.support.actors import House

# Columns that name an account, who is not erased, or nobody at all.
OF_NO_READER = {
    ("bans", "banned_by"), ("rules", "made_by"), ("announcements", "decided_by"), ("news", "account"),
    ("letter_links", "account"), ("account_letters", "account"), ("account_bounces", "account"),
    ("pages", "conversation"), ("sessions", "device"), ("passkeys", "person"), ("passkey_challenges", "person"),
    ("sign_ins", "person"), ("sign_ins", "device"), ("sign_ins", "network"),
    ("away", "announced_by"), ("comments", "author"), ("decisions", "decided_by"), ("hearts", "given_by"),
    ("notes", "written_by"), ("comment_notes", "written_by"), ("acts", "done_by"),
    ("promises", "promised_by"), ("sessions", "person"), ("sign_in_links", "person"),
}  # fmt: skip
# What is emptied or deleted otherwise than by its person or identity, and how.
OTHERWISE = {
    ("comments", "person"): "emptied by a withdrawal",
    ("comments", "identity"): "emptied by a withdrawal",
    ("comments", "email"): "emptied by a withdrawal",
    ("comments", "network"): "emptied by a withdrawal",
    ("comments", "parent"): "a place in a thread",
    ("inbox", "comment"): "which reply a letter of an author's answered, by its id, for 30 days",
    ("essay_answers", "comment"): "which essay answered it, by ids",
    ("conversations", "person"): "becomes nobody",
    ("conversations", "comment"): "told anew from no events",
    ("events", "person"): "goes with its conversation",
    ("events", "actor"): "goes with its conversation",
    ("events", "comment"): "goes with its conversation",
    ("events", "conversation"): "goes with its conversation",
    ("answers", "comment"): "goes with its conversation",
    ("answers", "conversation"): "goes with its conversation",
    ("promises", "comment"): "goes with its conversation",
    ("promises", "conversation"): "goes with its conversation",
    ("comments", "conversation"): "a conversation of nobody",
    ("decisions", "comment"): "what was decided about an empty place",
    ("lessons", "comment"): "unlearned with the words",
    ("hearts", "comment"): "taken back with the words",
    ("searchable", "comment"): "goes with the words",
    ("comment_notes", "comment"): "deleted with the words",
    ("sayings", "said_to"): "becomes nobody",
    ("sayings", "comment"): "an author's answer",
    ("likes", "device"): "taken back by the browser that asks",
    ("people", "id"): "the person themselves",
    ("people", "email"): "an account's",
    ("devices", "guest"): "emptied",
    ("identities", "person"): "goes with the identity",
    ("identities", "address"): "goes with the identity",
    ("challenges", "address"): "goes with the address",
    ("challenges", "errand"): "goes with the errand",
    ("authorizations", "errand"): "goes with the errand",
    ("errands", "comment"): "the place of a reply that is empty",
    ("attempts", "who"): "a keyed hash, for a day",
    ("reports", "comment"): "a place in a thread",
    ("reports", "person"): "emptied, with what was said and proven",
    ("reports", "network"): "emptied",
    ("bans", "comment"): "a place in a thread",
    ("correspondents", "address"): "goes with the address",
    ("subscriptions", "correspondent"): "goes with the address",
    ("subscriptions", "comment"): "goes with the words",
    ("news", "correspondent"): "goes with the address",
    ("news", "comment"): "a place in a thread",
    ("letter_links", "comment"): "a place in a thread",
}
_TELLING = {
    "person", "into_person", "joined_by", "identity", "comment", "conversation", "guest", "device", "address", "email",
    "said_to", "actor", "author", "who", "network", "errand", "correspondent", "account",
    "announced_by", "decided_by", "given_by", "written_by", "promised_by", "done_by",
}  # fmt: skip


def test_every_column_that_tells_of_somebody_is_forgotten_or_has_a_reason(house: House) -> None:
    columns = {
        (table, row["name"])
        for table in whole.tables(house.db)
        for row in house.db.rows(f"PRAGMA table_info({table})")
        if row["name"] in _TELLING or (table, row["name"]) == ("people", "id")
    }
    references = {
        (table, row["from"])
        for table in whole.tables(house.db)
        for row in house.db.rows(f"PRAGMA foreign_key_list({table})")
        if row["table"] in {"people", "identities", "comments", "devices", "conversations"}
    }
    named = {*store.OF_A_PERSON, *store.OF_AN_IDENTITY} - {("identities", "id")}
    assert columns | references == named | OTHERWISE.keys() | OF_NO_READER
    assert set(store.OF_A_HISTORY) <= set(store.OF_A_PERSON)
    assert not named & OTHERWISE.keys()
