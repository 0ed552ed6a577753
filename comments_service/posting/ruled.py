"""What authors laid down about replies: bans and rules, told as signals that outweigh what the house suspects."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from comments_service import ids, proofs, rendering, screening, wording
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.models import Comment, NewReply, Page, Speaker
from comments_service.providers import EMAIL
from comments_service.screening import Action, Signal, languages, rules
from comments_service.settings import Settings
from comments_service.store import bans, identities, pages, rule_facts
from comments_service.store import rules as kept
from comments_service.store.bans import Ban

BANNED_HELD = "The author of this blog reads your replies before others do."
_WHOM = {"person": "you", "address": "this e-mail address", "network": "the network that you write from"}


def signals(  # noqa: PLR0917 -- what judging stands on, and what is judged
    db: Database, settings: Settings, keys: Keys, speaker: Speaker, new: NewReply, page: Page, html: str
) -> tuple[Signal, ...]:
    """What bans and rules say about a reply that comes in, the decisive first. An account is never touched by them."""
    if speaker.account:
        return ()
    banned = bans.in_force(db, _subjects(db, keys, speaker, new), now=ids.now())
    switched_on = kept.switched_on(db)
    found = [_of_ban(ban, settings.zone) for ban in _severest_first(banned)]
    if switched_on:
        facts = rule_facts.facts(
            db,
            rules.asked_by(switched_on),
            page,
            speaker.selves,
            at=ids.now(),
            text=new.text,
            html=html,
            name=new.name,
            address=new.email,
            website=new.website,
            network=speaker.network,
        )
        if matched := rules.first_match(switched_on, facts):
            found.append(rules.signal(matched))
    return tuple(found)


def of_edit(db: Database, keys: Keys, before: Comment, text: str, html: str, website: str) -> tuple[Signal, ...]:
    """What they say about new words of a stored reply, and a new website. A rule that held before says nothing new."""
    if before.by_author:
        return ()
    now = ids.now()
    subjects = {before.network, *rule_facts.selves(db, before)}
    if before.email:
        subjects.add(proofs.print_of(keys, before.email))
    found = [_of_ban(ban, None) for ban in _severest_first(bans.in_force(db, subjects - {""}, now=now))]
    switched_on = kept.switched_on(db)
    if switched_on:
        asked = rules.asked_by(switched_on)
        facts = rule_facts.of_comment(db, asked, pages.find(db, before.page), before)
        plain, links = rendering.plain(html), screening.links(html)
        changed = replace(facts, text=text, plain=plain, links=links, website=website)
        if "languages" in asked.names:
            changed = replace(changed, language=languages.language_of(changed.plain))
        matched, earlier = rules.first_match(switched_on, changed), rules.first_match(switched_on, facts)
        if matched and (earlier is None or earlier.rule != matched.rule):
            found.append(rules.signal(matched))
    return tuple(found)


def _subjects(db: Database, keys: Keys, speaker: Speaker, new: NewReply) -> set[str]:
    """Under which names somebody who writes may be banned."""
    found = {speaker.network, *speaker.selves}
    if new.email:
        found.add(proofs.print_of(keys, new.email))
    if speaker.known_by:
        proved = identities.of_people(db, sorted(speaker.selves))
        found |= {one.subject for one in proved if one.provider == EMAIL}
    return found - {""}


def _severest_first(found: Iterable[Ban]) -> Sequence[Ban]:
    order = list(Action)
    return sorted(found, key=lambda ban: order.index(Action(ban.action)), reverse=True)


def _of_ban(ban: Ban, zone: ZoneInfo | None) -> Signal:
    until = f" until {wording.date(ban.until, zone)}" if ban.until and zone else ""
    action = Action(ban.action)
    told = {
        Action.HOLD: BANNED_HELD,
        Action.REFUSE: f"The author of this blog takes no replies from {_WHOM[ban.kind]}{until}."
        " Your words are still here, to copy.",
    }.get(action, "")
    reason = f" ({ban.reason})" if ban.reason else ""
    return Signal(action, told, f"By your ban of this {ban.kind}{until}{reason}.", final=True)
