"""The moderation list: by tab, searched and filtered, page by page; and its figures, for a page that stays open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from flask import Response, jsonify, request

from comments_service import ids, moderation
from comments_service.errors import Problem
from comments_service.models import State
from comments_service.store import found, listings
from comments_service.store.found import Wanted
from comments_service.web import context, forms, problems
from comments_service.web.desk import asked as asking
from comments_service.web.desk import bulk, cases, notices, understanding
from comments_service.web.desk.asked import MODERATION, Asked, Tab
from comments_service.web.desk.deciding import essays, on_desk
from comments_service.web.desk.door import door, page, sees_private
from comments_service.web.desk.spam_line import spam_line
from comments_service.web.desk.understanding import Chip, Filter

_LIST_LENGTH = 50
_TABS = {
    Tab.HELD: ("Waiting", "Nobody waits for a look. What arrives next stands here."),
    Tab.PUBLISHED: ("Published", "Nothing stands in the pages yet. The first reply will, once you approve it."),
    Tab.REJECTED: ("Rejected", "You have turned nobody away."),
    Tab.SPAM: ("Spam", "No spam. May it stay so."),
    Tab.REMOVED: ("Removed", "Nothing was taken off a page."),
    Tab.REPORTED: ("Reported", "No reader minds anything."),
    Tab.ALL: ("All", "Nobody has said anything yet."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A tab: its name, its address with the search and the filters that are on, how many are found, if it is shown."""

    name: str
    label: str
    address: str
    number: int
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the page is given.

    `typed` are the fields of the search as they were typed, `kept` those that it keeps without showing them, and
    `essays` are pairs of path and title. `problems` are sentences about what can't be looked for, `empty` is one for a
    list without a case. `chosen` are the cases whose box is ticked, `verbs` what can be decided about them, as pairs of
    verb and label. `back` is the address of this page, `all_chosen` of the same with every box ticked, or none. `clear`
    is that of the tab without search and filters, `further` of the next page, empty where there is none. `newest` is
    the last comment of those that wait.
    """

    heading: str
    tabs: tuple[Part, ...]
    filters: tuple[Filter, ...]
    chips: tuple[Chip, ...]
    typed: Asked
    kept: tuple[tuple[str, str], ...]
    essays: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    cases: tuple[cases.Case, ...]
    chosen: frozenset[str]
    verbs: tuple[tuple[str, str], ...]
    empty: str
    back: str
    all_chosen: str
    clear: str
    further: str
    newest: str


@door.get("/moderation")
def moderation_page() -> str:
    """The comments of a tab (`state`), found by words (`q`) and filters, the longest waiting or the newest first."""
    return list_page(asking.of(request.args.items(multi=True)), notice=bulk.notice() or notices.notice())


def list_page(
    asked: Asked,
    *,
    notice: notices.Notice | None = None,
    problem: Problem | None = None,
    chosen: Collection[str] = (),
) -> str:
    """The list with what was just done, or why it could not be, and then with the same boxes ticked as before."""
    listing = _listing(asked, chosen)
    above = spam_line() if asked.tab is Tab.SPAM and not asked.narrowed else None
    return page("moderation.html", MODERATION, listing=listing, notice=notice, problem=problem, spam_line=above)


def _listing(asked: Asked, chosen: Collection[str]) -> Listing:
    db, known = context.db(), essays()
    newest = listings.newest_held(db, private=sees_private())
    meant = understanding.understood(db, context.secrets(), asked, known, private=sees_private())
    comments = [] if meant.problems else found.page_of(db, meant.wanted, after=asked.after, limit=_LIST_LENGTH + 1)
    shown = comments[:_LIST_LENGTH]
    laid = on_desk(moderation.cases(db, shown, private=sees_private()), asked.address(after=asked.after))
    return Listing(
        heading=_TABS[asked.tab][0],
        tabs=_tabs(asked, meant.wanted, nothing=bool(meant.problems)),
        filters=understanding.filters(asked),
        chips=meant.chips,
        typed=asked,
        kept=_kept(asked),
        essays=tuple((essay.path, essay.title) for essay in known.values()),
        problems=meant.problems,
        cases=tuple(laid),
        chosen=frozenset(one.id for one in shown) if asked.select else frozenset(chosen),
        verbs=bulk.verbs(asked.tab),
        empty="Nothing of that kind is here." if asked.narrowed else _TABS[asked.tab][1],
        back=asked.address(after=asked.after),
        all_chosen=asked.address(after=asked.after, select=not asked.select),
        clear=Asked(tab=asked.tab).address() if asked.narrowed else "",
        further=asked.address(after=shown[-1].id) if len(comments) > _LIST_LENGTH else "",
        newest=newest,
    )


def _tabs(asked: Asked, wanted: Wanted, *, nothing: bool) -> tuple[Part, ...]:
    numbers = dict.fromkeys(Tab, 0) if nothing else _numbers(wanted if asked.narrowed else None)
    return tuple(
        Part(tab.value, label, asked.address(tab=tab), numbers[tab], tab is asked.tab)
        for tab, (label, _) in _TABS.items()
    )


def _numbers(wanted: Wanted | None = None) -> Mapping[Tab, int]:
    """How many comments each tab holds, of those that are wanted or of all."""
    db, private = context.db(), sees_private()
    states = found.counts(db, wanted) if wanted else listings.counts(db, private=private)
    there = {Tab(state.value): number for state, number in states.items() if state is not State.WITHDRAWN}
    reported = found.number(db, replace(wanted or Wanted(private=private), reported=True))
    return dict.fromkeys(Tab, 0) | there | {Tab.REPORTED: reported, Tab.ALL: sum(there.values())}


def _kept(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What a search keeps without showing it. The first looks everywhere: who searches seldom knows in which tab."""
    kept = [("state", asked.tab.value if asked.narrowed else Tab.ALL.value)]
    kept += [("person", asked.person)] if asked.person else []
    kept += [("network", asked.network)] if ids.is_id(asked.network) else []
    return (*kept, *(("only", trait.value) for trait in asked.traits))


@door.get("/counts")
def counts() -> Response:
    """The numbers beside the tabs, and how many replies wait that came after the comment `after`: for the script."""
    after = request.args.get("after", "")
    waiting = listings.held(context.db(), after=after if ids.is_id(after) else "", private=sees_private())
    return jsonify({"tabs": {tab.value: number for tab, number in _numbers().items()}, "new": waiting})


@door.post("/moderation/decide")
def decide_many() -> Response:
    """Carry a decision (`verb`) out about all that are chosen (each an `id`), or take a bulk back (`undo`)."""
    given = forms.fields()
    asked = asking.of_address(given.get("next", ""))
    chosen = bulk.chosen()
    try:
        done = bulk.undo(given["undo"]) if given.get("undo") else bulk.decide(chosen, given.get("verb", ""))
    except Problem as refusal:
        problem = refusal
        return problems.with_form(problem, lambda: list_page(asked, problem=problem, chosen=chosen))
    return bulk.onward(done, asked)
