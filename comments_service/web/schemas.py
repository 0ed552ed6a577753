"""The shapes in which the service sends and takes JSON, as JSON Schema 2020-12: the second half of `openapi`."""

from collections.abc import Mapping
from typing import Any

from comments_service.models import State, Verb

Schema = dict[str, Any]

# Crockford's base 32, as `ids.new_id` writes it.
ID: Schema = {"type": "string", "pattern": "^[0-9a-hjkmnp-tv-z]{26}$", "description": "Sorts by age."}
TIME: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
    "examples": ["2026-01-02T03:04:05.678Z"],
}
SECOND: Schema = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
PATH: Schema = {"type": "string", "description": "The path of an essay.", "examples": ["/a-letter-to-a-stranger/"]}
TEXT: Schema = {"type": "string"}
HTML: Schema = {"type": "string", "description": "Clean HTML: p em strong a ul ol li blockquote code pre br del."}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}


def ref(name: str) -> Schema:
    """A shape by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(item: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": item}


def one_of(words: type[State | Verb]) -> Schema:
    """One of our own words."""
    return {"type": "string", "enum": [str(word) for word in words]}


def or_null(schema: Schema) -> Schema:
    """What may be missing."""
    return schema | {"type": [schema["type"], "null"]}


def record(fields: Mapping[str, Schema], *, optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with exactly these fields."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


_COMMENT: Mapping[str, Schema] = {
    "id": ID,
    "page": PATH,
    "parent": or_null(ID),
    "state": one_of(State),
    "html": HTML,
    "name": TEXT,
    "author": {"type": "boolean", "description": "Whether an account of this site wrote it."},
    "proven": {"type": "string", "description": "What its writer proved to be theirs, or nothing."},
    "url": {"type": "string", "description": "Where it stands."},
    "created": TIME,
    "edited": or_null(TIME) | {"description": "When its writer changed it."},
    "redacted": or_null(TIME) | {"description": "When an account changed its words."},
    "redacted_as": {"type": ["string", "null"], "enum": ["author", "moderator", None]},
    "edit_until": or_null(TIME),
    "locked": {"type": "boolean", "description": "Whether the thread that it begins takes no more replies."},
    "pinned": {"type": "boolean", "description": "Whether the thread that it begins stands first in its page."},
    "children": list_of(ref("Comment")),
}
_PLACE: Mapping[str, Schema] = {
    "id": ID,
    "page": PATH,
    "parent": or_null(ID),
    "state": one_of(State),
    "created": TIME,
}
_STANDING: Mapping[str, Schema] = {
    "published": TIME,
    "edited": or_null(TIME),
    "redacted": or_null(TIME),
    "redacted_as": {"type": ["string", "null"], "enum": ["author", "moderator", None]},
    "locked": or_null(TIME),
    "pinned": or_null(TIME),
    "author": FLAG,
    "person": or_null(ID),
    "name": TEXT,
    "website": TEXT,
    "proven": TEXT,
    "edition": COUNT,
    "text": TEXT,
    "html": HTML,
}
_PAGE: Mapping[str, Schema] = {
    "path": PATH,
    "title": TEXT,
    "question": TEXT,
    "summary": TEXT,
    "language": TEXT,
    "published": TEXT,
    "modified": TEXT,
    "edition": COUNT,
    "conversation": {"type": "string", "enum": ["open", "closed", "ended"]},
    "closes_at": or_null(TEXT),
    "closed_at": or_null(TEXT),
    "facts": {"type": "object"},
}

# What a status that is no success means, wherever it is answered.
ERRORS = {
    400: "The request can't be understood.",
    401: "The token is missing or wrong.",
    403: "Understood, and not allowed: closed, somebody else's, or from another site.",
    404: "There is no such thing, or it is not public.",
    409: "Somebody or something was faster.",
    410: "It was possible once: withdrawn, or too late.",
    413: "More than a reply can hold.",
    415: "Neither a form nor JSON.",
    422: "Some fields need another look; `fields` says which and why.",
    429: "Too fast; `Retry-After` says how long to wait.",
    503: "The database is busy; `Retry-After` says how long to wait.",
}

SHAPES: Mapping[str, Schema] = {
    "Error": record(
        {
            "error": record(
                {
                    "code": {"type": "string", "description": "A stable word for programs."},
                    "message": {"type": "string", "description": "A sentence that says what to do."},
                    "fields": {
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                        "description": "A sentence for each field that needs another look.",
                    },
                }
            )
        }
    ),
    "Comment": record(_COMMENT),
    "OwnComment": record(
        {**_COMMENT, "text": TEXT},
        optional={
            "own_url": TEXT,
            "disc": {"type": "string", "description": "The classes of the writer's disc in the theme."},
            "picture": {"type": "string", "description": "The path of the picture that they chose, or nothing."},
            "standing": ref("Standing"),
        },
    ),
    "Standing": record(
        {
            "state": {"type": "string", "enum": ["waiting", "answered", "left", "nothing"]},
            "words": {"type": "string", "description": "The same in sentences for the writer."},
            "due": or_null(SECOND) | {"description": "When an answer is due, if one is promised."},
            "answer": or_null(ID),
            "after_seconds": or_null(COUNT),
            "promised_by": or_null(SECOND) | {"description": "The day of an open promise."},
            "can": list_of({"type": "string", "enum": ["still-waiting", "thats-it", "release"]}),
        }
    ),
    "Liked": record({"likes": COUNT, "liked": {"type": "boolean", "description": "Whether this device likes it now."}}),
    "Reported": record(
        {
            "comment": ID,
            "at": TIME,
            "already": {"type": "boolean", "description": "Whether the same reader reported it before."},
            "looked_at": {"type": "boolean", "description": "Whether an author has looked at that."},
        }
    ),
    "Responsiveness": record(
        {
            "figures": {"type": "string", "enum": ["all", "marks", "none"]},
            "as_of": or_null(TIME),
            "answers_within_hours": or_null(COUNT),
            "away": or_null(record({"from": TIME, "until": TIME})),
            "note": {"type": "string", "description": "The author's one sentence beside the figures."},
            "replies": or_null(
                record(
                    {
                        "basis": {"type": "string", "enum": ["window", "last_10", "counts_only"]},
                        **dict.fromkeys(
                            ("n", "people", "in_time", "late", "not_answered", "needed_none", "still_in_time"), COUNT
                        ),
                        **dict.fromkeys(
                            ("within_percent", "ever_percent", "median_wait_seconds", "p90_wait_seconds"),
                            or_null(COUNT),
                        ),
                    }
                )
            ),
            "promises": or_null(
                record(
                    {
                        **dict.fromkeys(("n", "kept", "kept_late", "broken"), COUNT),
                        "kept_percent": or_null(COUNT),
                    }
                )
            ),
            "not_looked_at": or_null(COUNT),
            "marked_as_spam_or_abuse": or_null(record({"all": COUNT, "by_hand": COUNT})),
        }
    ),
    "CommentInFull": record(
        {
            **_COMMENT,
            "text": TEXT,
            "private": FLAG,
            "wants_answer": {"type": "string", "enum": ["", "yes", "no"]},
            "edition": COUNT,
            "reasons": list_of(TEXT),
        }
    ),
    "Arrived": record({"id": ID, "page": PATH, "parent": or_null(ID), "state": one_of(State)}),
    "Preview": record({"html": HTML, "as": TEXT, "author": FLAG, "proven": TEXT}),
    "Thread": record({"page": PATH, "count": COUNT, "version": COUNT, "comments": list_of(ref("Comment"))}),
    "Began": record({"began": TEXT}),
    "Counts": {"type": "object", "additionalProperties": COUNT},
    "Comments": record({"comments": list_of(ref("CommentInFull")), "next": or_null(ID)}),
    "Decision": record(
        {
            "id": ID,
            "comment": ID,
            "verb": one_of(Verb),
            "by": {"type": "string", "description": "The name of the account that decided."},
            "at": TIME,
            "before": one_of(State),
            "after": one_of(State),
            "undone": or_null(TIME),
        }
    ),
    "Decisions": record({"decisions": list_of(ref("Decision")), "next": or_null(ID)}),
    "Export": record(
        {
            "rapport": {"const": 1},
            "title": TEXT,
            "url": TEXT,
            "since": TEXT,
            "next": TIME | {"description": "What to give as `since` the next time."},
            "pages": list_of(record(_PAGE)),
            "comments": list_of({"oneOf": [record(_PLACE), record({**_PLACE, **_STANDING})]}),
        }
    ),
    "Health": record(
        {
            "ok": FLAG,
            "database": {"type": "string", "enum": ["sqlite", "postgresql"]},
            "worker_last_ran": or_null(TIME),
            "jobs_waiting": COUNT,
            "jobs_given_up": COUNT,
        }
    ),
}

_BOX: Schema = {"type": ["boolean", "string"], "description": "On when there and not `no`, `0` or empty."}
_SENT: Mapping[str, Schema] = {
    "parent": {"type": ["string", "null"], "description": "The comment that is answered."},
    "email": {"type": "string", "description": "Never shown."},
    "website": TEXT,
    "wants_answer": {"type": "string", "enum": ["", "yes", "no"]},
    "private": _BOX | {"description": "For the author only: a box like the others."},
    "rename": _BOX | {"description": "The name is that of what the writer has proven from now on."},
    "notify": {"type": "string", "enum": ["", "none", "author", "replies", "thread"]},
    "new_essays": _BOX,
    "remember": _BOX,
    "began": {"type": "string", "description": "What `/comments/began` gave when the form was begun; may be left out."},
    "topic": {"type": "string", "description": "Leave it out, or empty: a trap for programs that fill in everything."},
    "edition": {
        "type": ["integer", "string"],
        "description": "The edition of the essay that was read; the latest if empty.",
    },
}

# What requests hold. Unknown fields are dropped.
BODIES: Mapping[str, Schema] = {
    "NewReply": {
        "type": "object",
        "properties": {
            "page": PATH,
            "text": {
                "type": "string",
                "description": "Markdown, at most 10,000 characters.",
                "examples": ["I *do* wonder."],
            },
            "name": {
                "type": "string",
                "description": "Of a guest; an account speaks under its own.",
                "examples": ["Ben"],
            },
            **_SENT,
        },
        "required": ["page", "text", "name"],
    },
    "Edit": {
        "type": "object",
        "properties": {
            "text": TEXT,
            "key": {
                "type": "string",
                "description": "The secret of the private link; not needed on the writer's device.",
            },
            "seen": {
                "type": "string",
                "description": "The later of `edited` and `redacted` when the words were read: guards a later change.",
            },
        },
        "required": ["text"],
    },
    "Withdrawal": {"type": "object", "properties": {"key": TEXT}},
    "Release": {
        "type": "object",
        "properties": {
            "key": TEXT,
            "promise": {"type": "string", "description": "Its id; the one that falls due first if it is left out."},
        },
    },
    "Letters": {
        "type": "object",
        "properties": {
            "key": TEXT,
            "notify": {"type": "string", "enum": ["none", "author", "replies", "thread"]},
            "new_essays": _BOX,
            "ask": _BOX | {"description": "Only ask the address once more, by letter, whether it wants any."},
        },
    },
    "Like": {"type": "object", "properties": {"page": PATH}, "required": ["page"]},
    "Report": {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "enum": ["spam", "abuse", "personal", "off-topic", "other"]},
            "words": {"type": "string", "description": "For the authors alone, at most 1,000 characters."},
        },
        "required": ["reason"],
    },
    "Nothing": {"type": "object"},
    "NewDecision": {
        "type": "object",
        "properties": {
            "verb": one_of(Verb),
            "as": {"type": "string", "description": "The name of the account that decides; the owner if left out."},
        },
        "required": ["verb"],
    },
}
