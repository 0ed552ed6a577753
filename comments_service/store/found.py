"""Comments that somebody at the desk looks for, page by page and counted: by their words and by what they are."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from comments_service.database import Database, Row
from comments_service.models import Comment, State


class Trait(StrEnum):
    """What can be asked of a comment besides its words."""

    QUESTION = "question"
    LINK = "link"
    FIRST = "first"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; what is empty is not asked for, and of a withdrawn comment there is nothing to find.

    `state` None is any state; `reported` are those that a reader reported, which may be seen or wait, and nobody has
    looked at since. `terms` and `names` are terms of `searching`, `network` is a keyed hash, `people` are the ids of
    all that somebody is (None is anybody). With `private=False` nothing is found that is for the author only.
    """

    state: State | None = None
    reported: bool = False
    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    page: str = ""
    network: str = ""
    people: tuple[str, ...] | None = None
    traits: frozenset[Trait] = frozenset()
    private: bool = True

    @property
    def oldest_first(self) -> bool:
        """Whether the longest waiting come first: in the queue."""
        return self.state is State.HELD and not self.reported


_COLUMNS = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(Comment))
_OF_WORDS = {Trait.QUESTION: "searchable.asks = 'yes'", Trait.LINK: "searchable.links > 0"}
_OF_WRITER = {
    # Nothing of theirs stood when they wrote it.
    Trait.FIRST: """comments.author IS NULL AND NOT EXISTS (
        SELECT 1 FROM comments AS earlier WHERE earlier.person = comments.person AND earlier.id < comments.id
        AND earlier.published_at < comments.created)""",
    Trait.UNANSWERED: """comments.author IS NULL AND NOT EXISTS (
        SELECT 1 FROM answers JOIN comments AS answer ON answer.id = answers.comment AND answer.state = 'published'
        WHERE answers.conversation = comments.conversation AND answers.comment > comments.id)""",
}
_REPORTED = """comments.state IN ('held', 'published') AND comments.id IN (
    SELECT reports.comment FROM reports WHERE reports.settled_at IS NULL)"""
# An index over the states would have to be sorted again: `coalesce` keeps it out.
_ANYWHERE = "coalesce(comments.state, '') <> 'withdrawn'"
_OLDEST, _NEWEST = "ORDER BY comments.id LIMIT :limit", "ORDER BY comments.id DESC LIMIT :limit"


def page_of(db: Database, wanted: Wanted, *, after: str = "", limit: int) -> list[Comment]:
    """The next comments after the one with the id `after`: in the queue the longest waiting first, else the newest."""
    words, parameters = _words(wanted)
    joined = "JOIN searchable ON searchable.comment = comments.id" if words else ""
    compared, order = (">", _OLDEST) if wanted.oldest_first else ("<", _NEWEST)
    where = [*words, *_rest(wanted), *([f"comments.id {compared} :after"] if after else [])]
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM comments {joined} WHERE {' AND '.join(where)} {order}",  # noqa: S608 -- all ours
        after=after,
        limit=limit,
        **parameters,
    )
    return [Comment(**row | {"state": State(row["state"])}) for row in rows]


def counts(db: Database, wanted: Wanted) -> dict[State, int]:
    """How many comments are found in each state, whichever is wanted; states without any are left out."""
    where, parameters = _all_of(dataclasses.replace(wanted, state=None, reported=False))
    rows = db.rows(
        f"SELECT state, count(*) AS number FROM comments WHERE {where} GROUP BY state ORDER BY state",  # noqa: S608
        **parameters,
    )
    return {State(row["state"]): row["number"] for row in rows}


def number(db: Database, wanted: Wanted) -> int:
    """How many comments are found."""
    where, parameters = _all_of(wanted)
    return int(db.value(f"SELECT count(*) FROM comments WHERE {where}", **parameters))  # noqa: S608


def _all_of(wanted: Wanted) -> tuple[str, Row]:
    """All conditions; where all is counted, the words are read from end to end, not looked up one by one."""
    words, parameters = _words(wanted)
    found = [f"comments.id IN (SELECT searchable.comment FROM searchable WHERE {' AND '.join(words)})"] if words else []  # noqa: S608
    return " AND ".join([*found, *_rest(wanted)]), parameters


def _words(wanted: Wanted) -> tuple[list[str], Row]:
    """What is asked of the words kept for searching, and all parameters. A term begins a word."""
    looked_for = [("words", term) for term in wanted.terms] + [("name", name) for name in wanted.names]
    patterns: Row = {f"term_{'x' * at}": f"% {term}%" for at, (_, term) in enumerate(looked_for)}
    found = [f"searchable.{column} LIKE :{key}" for (column, _), key in zip(looked_for, patterns, strict=True)]
    found += [_OF_WORDS[trait] for trait in Trait if trait in wanted.traits and trait in _OF_WORDS]
    return found, patterns | {
        "state": wanted.state,
        "page": wanted.page,
        "network": wanted.network,
        "people": list(wanted.people or ()),
    }


def _rest(wanted: Wanted) -> list[str]:
    """What is asked of the comments themselves."""
    asked = {
        _REPORTED: wanted.reported,
        "comments.state = :state": wanted.state is not None and not wanted.reported,
        _ANYWHERE: wanted.state is None and not wanted.reported,
        "comments.private_at IS NULL": not wanted.private,
        "comments.page = :page": bool(wanted.page),
        "comments.network = :network AND comments.network <> ''": bool(wanted.network),
        "comments.person IN (:people)": wanted.people is not None,
    } | {condition: trait in wanted.traits for trait, condition in _OF_WRITER.items()}
    return [condition for condition, wanted_ in asked.items() if wanted_]
