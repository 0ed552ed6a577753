"""People, for authors alone: with whom they spoke lately, and one person with all that was said, promised, noted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, make_response, redirect, request

from comments_service import ids, ledger, wording
from comments_service.engagement import people
from comments_service.engagement.people import Somebody
from comments_service.errors import Problem
from comments_service.ledger import keeping, moments
from comments_service.models import Comment, Identity, Page, Person
from comments_service.publishing import views
from comments_service.store import pages
from comments_service.store import people as accounts
from comments_service.store.conversations import Conversation
from comments_service.store.notes import Note
from comments_service.store.promises import Promise
from comments_service.web import context, forms, problems
from comments_service.web.desk import cases, words
from comments_service.web.desk.cases import Noted, Said
from comments_service.web.desk.door import authors_only, door, page

_PEOPLE = "/desk/people"
_LISTED, _CONVERSATIONS = 20, 20
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody in a list: their last words and the author's; `states` are quiet words about how it stands."""

    id: str
    name: str
    disc: views.Disc
    by_author: bool
    theirs: Said | None
    yours: Said | None
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One of their conversations: on which essay, where it can be read at the desk, how it stands, when it moved."""

    essay: str
    address: str
    state: str
    iso: str
    when: str


@dataclass(frozen=True, slots=True)
class Undertaken:
    """A promise made to them: what, and how it stands; the answer that made it can be read at `address`."""

    what: str
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Another of the people that somebody is known as, with their own last words' name.

    `by_themselves`: joined by their own proof, which nobody else can take back.
    """

    id: str
    name: str
    by_themselves: bool


@dataclass(frozen=True, slots=True)
class Proved:
    """Something that somebody proved to be theirs: what it is called, where it leads (empty if nowhere), last when."""

    label: str
    url: str
    iso: str
    when: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything on somebody's page but their face. `facts` are pairs of label and words; `further` counts more talks.

    `members` are those joined to them, `proved` is what they proved; `named` is what was looked for among others, who
    are `others`.
    """

    talks: tuple[Talk, ...]
    further: int
    promises: tuple[Undertaken, ...]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[Noted, ...]
    members: tuple[Joined, ...]
    proved: tuple[Proved, ...]
    named: str
    others: tuple[Face, ...]


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/people")
def people_page() -> str:
    """With whom one spoke lately, newest first, never by number; or those who go by a name (`name`)."""
    authors_only()
    named = request.args.get("name", "").strip()[:_LONGEST_NAME]
    before = request.args.get("before", "")
    if named:
        found, older = people.like(context.db(), named), ""
    else:
        found, older = people.lately(context.db(), before=before if ids.is_id(before) else "~", limit=_LISTED)
    return page("people.html", _PEOPLE, faces=_faces(found), named=named, older=older)


def _faces(found: Iterable[Somebody]) -> tuple[Face, ...]:
    found = tuple(found)
    essays = essays_at(words_.page for one in found for words_ in (one.theirs, one.yours) if words_)
    return tuple(_face(one, essays) for one in found)


def _face(found: Somebody, essays: Mapping[str, Page]) -> Face:
    def told(comment: Comment | None) -> Said | None:
        return cases.said(context.settings(), essays, comment) if comment else None

    return Face(
        id=found.id,
        name=found.name,
        disc=views.disc(found.theirs) if found.theirs else views.disc_of(found.id, found.name),
        by_author=False,
        theirs=told(found.theirs),
        yours=told(found.yours),
        states=tuple(_states(found)),
    )


def _states(found: Somebody) -> Iterable[str]:
    known = found.known
    if known.waiting_since is not None:
        yield f"waiting {_since(known.waiting_since)}"
    promised = [one.due for told in found.conversations for one in told.told.promises if one.is_open]
    if promised:
        more = f", and {wording.count(len(promised) - 1, 'thing', 'things')} more" if len(promised) > 1 else ""
        passed = ", which has passed" if min(promised) < _now() else ""
        yield f"you promised something for {_day(min(promised))}{passed}{more}"
    if known.quiet == "me":
        yield "I went quiet"
    # Of strangers nobody knows whether they are one person, nor whether they mind.
    if known.quiet == "lapsed" and found.proved:
        yield "You haven’t spoken for a while"


def essays_at(paths: Iterable[str]) -> dict[str, Page]:
    """The essays at these paths, as far as they are on the site."""
    found = {path: pages.find(context.db(), path) for path in set(paths)}
    return {path: essay for path, essay in found.items() if essay}


# ── one person ──────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/people/<id>")
def person_page(id: str) -> Response:  # noqa: A002 -- the address's word
    """Somebody's page. Whoever was joined to somebody else is found there."""
    authors_only()
    found = people.somebody(context.db(), id)
    if found.id != id:
        return make_response(redirect(f"{_PEOPLE}/{found.id}", 303))
    return make_response(_person_page(found))


def _person_page(found: Somebody, *, note: str = "", same: str = "", problem: Problem | None = None) -> str:
    named = request.args.get("like", "").strip()[:_LONGEST_NAME]
    (face,) = _faces([found])
    return page(
        "person.html",
        _PEOPLE,
        face=face,
        more=_dossier(found, named),
        note=note,
        same=same,
        problem=problem,
        joined=_just_joined(found),
    )


def _just_joined(found: Somebody) -> str:
    """Whom the author has just joined to this person, if the address says so and it still holds."""
    joined = request.args.get("joined", "")
    return joined if joined in found.members[1:] else ""


def _dossier(found: Somebody, named: str) -> Dossier:
    talks = sorted(found.conversations, key=lambda one: (_moved(one), one.id), reverse=True)
    shown = talks if request.args.get("all") else talks[:_CONVERSATIONS]
    essays = essays_at(one.page for one in shown)
    db = context.db()
    names = {account.id: account.name for account in accounts.accounts(db)}
    others = people.like(db, named, besides=found.members) if named else []
    own = people.joined_by_themselves(db, found)
    return Dossier(
        talks=tuple(_talk(one, essays) for one in shown),
        further=len(talks) - len(shown),
        promises=tuple(_promise(one, found) for one in reversed(people.promised(db, found))),
        facts=tuple(_facts(found)),
        notes=tuple(_note(one, names) for one in people.notes_about(db, found)),
        members=tuple(_member(member, by_themselves=member in own) for member in found.members[1:]),
        proved=tuple(_proved(one) for one in found.proved),
        named=named,
        others=_faces(others),
    )


def _moved(found: Conversation) -> int:
    """When something was said last in a conversation."""
    return max((*found.told.said, *found.told.heard), default=0)


def _talk(found: Conversation, essays: Mapping[str, Page]) -> Talk:
    own = found.told.reach_outs
    at = _moved(found)
    essay = essays.get(found.page)
    return Talk(
        essay=essay.title if essay else found.page,
        address=f"/desk/comments/{own[-1].comments[-1] if own else found.root}",
        state=state(found.told),
        iso=keeping.stored(at),
        when=words.when(keeping.stored(at), ids.now(), context.settings().zone) if at else "",
    )


def state(told: ledger.Conversation) -> str:
    """How a conversation stands, in words."""
    found = ledger.state(told, _now())
    late = ", late" if found.overdue else ""
    match found.state:
        case "needs_answer":
            return f"waiting for your answer {_since(found.opened_at or 0)}{late}"
        case "promised":
            passed = ", which has passed" if found.overdue else ""
            return f"you promised something for {_day(found.due_at or 0)}{passed}"
        case "answered":
            return words.reason(found.reason) if found.reason else "answered"
        case "closed_no_reply":
            return f"closed: {words.reason(found.reason or '')}"
        case _:
            return "nothing to answer"


def _promise(found: Promise, about: Somebody) -> Undertaken:
    told = next((one for talk in about.conversations for one in talk.told.promises if one.id == found.id), None)
    return Undertaken(found.what, promise_state(told), f"/desk/comments/{found.comment}")


def promise_state(told: ledger.Promise | None) -> str:
    """How a promise stands, in words."""
    if told is None:
        return "taken back with its answer"
    day = _day(told.due)
    kept = _day(told.kept_at) if told.kept_at else ""
    return {
        "open": f"for {day}",
        "kept": f"kept, {kept}",
        "kept_late": f"kept late, {kept} instead of {day}",
        "broken": f"was for {day}, and is still to be kept",
        "released": "they let you off",
    }[told.status(_now())]


def _facts(found: Somebody) -> Iterable[tuple[str, str]]:
    known = found.known
    yield "First met", _day(known.first_seen)
    yield "Conversations", f"{known.conversations:,}"
    yield "Times you answered", f"{known.exchanges:,}"
    yield "Waiting", _since(known.waiting_since) if known.waiting_since is not None else "no"
    yield "Promises open", f"{known.promises_open:,}" if known.promises_open else "none"
    yield "Never answered", "yes, not once so far" if known.never_answered else "no"
    yield "I went quiet", "yes" if known.quiet == "me" else "no"
    if found.proved:
        yield (
            "You haven’t spoken for a while",
            f"not since {_day(known.last_interaction)}" if (known.quiet == "lapsed") else "no",
        )


def _note(found: Note, names: Mapping[str, str]) -> Noted:
    when = words.when(found.at, ids.now(), context.settings().zone)
    return Noted(found.id, found.text, names.get(found.written_by, ""), found.at, when)


def _member(person: str, *, by_themselves: bool) -> Joined:
    found = people.known(context.db(), [person])
    return Joined(person, found.name if found else "", by_themselves)


def _proved(found: Identity) -> Proved:
    when = words.when(found.proven_at, ids.now(), context.settings().zone)
    return Proved(found.label, found.url, found.proven_at, when)


def _now() -> int:
    return moments.seconds(ids.now())


def _since(at: int) -> str:
    return wording.since(keeping.stored(at), ids.now(), context.settings().zone)


def _day(at: int) -> str:
    return wording.date(keeping.stored(at), context.settings().zone)


# ── what the author adds ────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/people/<id>/notes")
def add_note(id: str) -> Response:  # noqa: A002
    """Keep a private note. What was typed comes back when it can't be kept."""
    account, typed = authors_only(), forms.fields().get("note", "")
    try:
        people.note(context.db(), id, typed, account)
    except Problem as problem:
        return _again(problem, id, note=typed)
    return _back(id, "#notes")


@door.post("/people/<id>/notes/<note>/remove")
def remove_note(id: str, note: str) -> Response:  # noqa: A002
    """Remove a note for good."""
    authors_only()
    people.forget_note(context.db(), id, note)
    return _back(id, "#notes")


@door.post("/people/<id>/join")
def join(id: str) -> Response:  # noqa: A002
    """Take somebody else for this person (`other`: their page's address or its last part, or else a name to look for).

    Nobody is ever joined by a name: a name leads to those who go by it, and the author chooses.
    """
    account: Person = authors_only()
    typed = forms.fields().get("other", "").strip()
    other = typed.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    if typed and not ids.is_id(other):
        named = urlencode({"like": typed[:_LONGEST_NAME]})
        return make_response(redirect(f"{_PEOPLE}/{id}?{named}#same", 303))
    try:
        found = people.join(context.db(), id, other, account)
    except Problem as problem:
        return _again(problem, id, same=typed)
    return _back(found.id, f"?joined={other}")


@door.post("/people/<id>/part")
def part(id: str) -> Response:  # noqa: A002
    """Take that back: this person has a page of their own again. What they joined themselves stays (409)."""
    authors_only()
    known_as = people.somebody(context.db(), id).id
    people.part(context.db(), id)
    return _back(known_as, "")


def _again(problem: Problem, id_: str, *, note: str = "", same: str = "") -> Response:
    """The problem on the person's page, with what was typed."""
    try:
        found = people.somebody(context.db(), id_)
    except Problem:
        return problems.with_words(problem, note or same)
    return problems.with_form(problem, lambda: _person_page(found, note=note, same=same, problem=problem))


def _back(id_: str, where: str) -> Response:
    return make_response(redirect(f"{_PEOPLE}/{id_}{where}", 303))
