"""Rules, for authors: the list in its order, one rule's form, its dry run, and switching it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Response, make_response, redirect, request

from comments_service import identity, ids, wording
from comments_service.errors import Problem
from comments_service.models import Comment
from comments_service.moderation import ruling, trying
from comments_service.screening import Action, rules, wildcards
from comments_service.screening.languages import LANGUAGES
from comments_service.screening.rules import Network, Rule
from comments_service.store import comments
from comments_service.store import rules as kept
from comments_service.web import context, forms, problems
from comments_service.web.desk import cases, rule_forms, rule_words
from comments_service.web.desk.cases import Said
from comments_service.web.desk.deciding import essays
from comments_service.web.desk.door import authors_only, door, page

_RULES = "/desk/rules"
_MODERATION = "/desk/moderation"
_SHOWN = 50
_DONE = {"on": "“{}” is on: new replies are judged by it from now on.", "off": "“{}” is off.",
         "deleted": "The rule is deleted.", "kept": "“{}” is changed."}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A reply that a dry run caught: why, and what became of it; `against` if somebody decided otherwise by hand."""

    said: Said
    why: str
    fate: str
    against: bool


@door.get("/rules")
def rules_page() -> str:
    """All rules, in the order in which they are asked."""
    authors_only()
    found, known_essays = kept.every(context.db()), essays()
    last = len(found) - 1
    return page(
        "rules.html",
        _MODERATION,
        rules=[rule_words.told(one, known_essays, first=at == 0, last=at == last) for at, one in enumerate(found)],
        done=_done(),
        most=rules.MOST_RULES,
    )


def _done() -> str:
    what, id_ = request.args.get("done", ""), request.args.get("rule", "")
    found = kept.find(context.db(), id_) if ids.is_id(id_) else None
    name = found.name if found else "The rule"
    return _DONE[what].format(name) if what in _DONE else ""


# ── one rule ────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/rules/new")
def new_rule_page() -> str:
    """The form for a new rule, with `from` (the id of a reply) beside that reply."""
    authors_only()
    at = _reply(request.args.get("from", ""))
    return _form({"action": Action.HOLD.value, "reply": at.id if at else ""}, at=at)


@door.post("/rules")
def make_rule() -> Response:
    """Keep a new rule, off, and lead to its dry run."""
    account, given = authors_only(), forms.fields()
    at = _reply(given.get("reply", ""))
    try:
        made = ruling.make(context.db(), rule_forms.read(given, _around((), at)), account)
    except Problem as problem:
        return problems.with_form(problem, partial(_form, given, at=at, problem=problem))
    return make_response(redirect(f"{_RULES}/{made.id}/try", 303))


@door.get("/rules/<id>")
def rule_page(id: str) -> str:  # noqa: A002 -- the address's word
    """One rule, to be changed."""
    authors_only()
    rule = ruling.known(context.db(), id)
    return _form(rule_forms.as_typed(rule), rule=rule)


@door.post("/rules/<id>")
def change_rule(id: str) -> Response:  # noqa: A002
    """Let a rule say something else. It stays on if it is, and its dry run tells what that means."""
    account, given = authors_only(), forms.fields()
    rule = ruling.known(context.db(), id)
    try:
        draft = rule_forms.read(given, _around(rule.conditions.networks, None))
        ruling.change(context.db(), id, draft, account)
    except Problem as problem:
        return problems.with_form(problem, partial(_form, given, rule=rule, problem=problem))
    return make_response(redirect(f"{_RULES}/{id}/try?done=kept", 303))


def _form(
    given: Mapping[str, str], *, rule: Rule | None = None, at: Comment | None = None, problem: Problem | None = None
) -> str:
    known_essays = essays()
    return page(
        "rule.html",
        _MODERATION,
        rule=rule,
        given=given,
        actions=rule_words.ACTIONS,
        essays=[(essay.path, essay.title) for essay in known_essays.values()],
        languages=sorted(LANGUAGES.items(), key=lambda one: one[1]),
        asks_language=any(given.get(f"language_{code}") for code in LANGUAGES),
        networks=_networks(rule.conditions.networks if rule else ()),
        made_at=cases.said(context.settings(), known_essays, at) if at else None,
        network_known=bool(at and at.network),
        limits={"name": rules.LONGEST_NAME, "sentence": rules.LONGEST_SENTENCE, "lines": wildcards.MOST_PATTERNS},
        problem=problem,
    )


def _networks(found: tuple[Network, ...]) -> list[tuple[int, str, bool]]:
    """The networks of a rule: number, what it is called, and whether it is still known."""
    return [(number, one.label, bool(one.hash)) for number, one in enumerate(found)]


def _reply(id_: str) -> Comment | None:
    """The reader's reply at which a rule is made, if it is one."""
    found = comments.find(context.db(), id_) if ids.is_id(id_) else None
    return found if found and not found.by_author and found.person else None


def _around(networks: tuple[Network, ...], at: Comment | None) -> rule_forms.Around:
    now, zone = ids.now(), context.settings().zone
    return rule_forms.Around(
        hash_of=partial(identity.network, context.secrets().networks),
        pages=essays().keys(),
        now=now,
        today=wording.date(now, zone),
        networks=networks,
        here=at.network if at else "",
        called=f"the network of a reply of {wording.date(at.created, zone)}" if at else "",
    )


# ── what it would have done ─────────────────────────────────────────────────────────────────────────────────────────


@door.get("/rules/<id>/try")
def try_rule(id: str) -> str:  # noqa: A002
    """What a rule would have done with the newest replies, or with those before one (`before`)."""
    authors_only()
    before = request.args.get("before", "")
    rule = ruling.known(context.db(), id)
    trial = trying.run(context.db(), rule, before=before if ids.is_id(before) else "~")
    known_essays = essays()
    against = {one.comment.id for one in trial.against}
    # First what somebody may want to know before the rule is on.
    caught = sorted(trial.caught, key=lambda one: one.comment.id not in against)
    return page(
        "trial.html",
        _MODERATION,
        rule=rule,
        does=rule_words.in_words(rule, known_essays),
        headline=rule_words.headline(trial),
        otherwise=list(rule_words.otherwise(trial)),
        lines=[
            Line(
                cases.said(context.settings(), known_essays, one.comment),
                one.why,
                rule_words.fate(one),
                one.comment.id in against,
            )
            for one in caught[:_SHOWN]
        ],
        further=max(0, len(caught) - _SHOWN),
        gone=trial.gone,
        older=f"{_RULES}/{id}/try?before={trial.older}" if trial.older else "",
        earlier=bool(before),
        done=_DONE["kept"].format(rule.name) if request.args.get("done") == "kept" else "",
    )


# ── its place, and whether it is on ─────────────────────────────────────────────────────────────────────────────────


@door.post("/rules/<id>/switch")
def switch_rule(id: str) -> Response:  # noqa: A002
    """Switch a rule on (`on=yes`) or off."""
    account, on = authors_only(), forms.checked(forms.fields().get("on", ""))
    ruling.switch(context.db(), id, account, on=on)
    return make_response(redirect(f"{_RULES}?done={'on' if on else 'off'}&rule={id}", 303))


@door.post("/rules/<id>/move")
def move_rule(id: str) -> Response:  # noqa: A002
    """Let a rule be asked sooner (`to=up`) or later."""
    account = authors_only()
    ruling.move(context.db(), id, account, up=forms.fields().get("to") == "up")
    return make_response(redirect(f"{_RULES}#rule-{id}", 303))


@door.post("/rules/<id>/delete")
def delete_rule(id: str) -> Response:  # noqa: A002
    """Delete a rule."""
    account = authors_only()
    ruling.delete(context.db(), id, account)
    return make_response(redirect(f"{_RULES}?done=deleted", 303))
