"""Rules: each condition holds for what it says and nothing else; the first rule that holds decides, and is final."""

from typing import Any

import pytest

from comments_service import ids, posting
from comments_service.errors import Problem
from comments_service.identity import network
from comments_service.models import NewReply, State, Verb
from comments_service.moderation import ruling, trying
from comments_service.screening import Action, languages, rules, wildcards
from comments_service.screening.rules import Conditions, Facts, Network
from comments_service.store import acts, conversations
from comments_service.store import rules as store
from tests.support.actors import House, Reader
from tests.support.ruling import draft, laid_down, proven

NOW = "2026-03-01T12:00:00.000Z"
ENGLISH = "I met her at a conference in Porto, and we talked for hours about nothing at all."
GERMAN = "Ich traf sie auf einer Tagung in Porto, und wir sprachen stundenlang über nichts."


def fact(**more: Any) -> Facts:
    return Facts(**{"at": NOW, "text": "Hello there.", "plain": "Hello there."} | more)


@pytest.mark.parametrize(
    ("asked", "holds", "fails"),
    [
        ({"first": 2}, {"stood": 1}, {"stood": 2}),
        ({"links": 2}, {"links": 2}, {"links": 1}),
        ({"words": ("casino*",)}, {"text": "The Casinos!"}, {"text": "The cas."}),
        ({"words": ("casino",)}, {"text": "ca*si*no", "plain": "casino"}, {"text": "ca*si*no"}),
        ({"names": ("casino",)}, {"name": "Best Casino"}, {"text": "casino"}),
        ({"addresses": ("*@spam.example",)}, {"address": "A@Spam.example"}, {"address": "a@spam.example.org"}),
        ({"addresses": ("spam.example",)}, {"address": "a@spam.example"}, {"address": ""}),
        ({"websites": ("*.example",)}, {"website": "https://www.a.example/x"}, {"website": "https://a.example.org"}),
        ({"websites": ("a.example/x*",)}, {"website": "https://a.example/xy"}, {"website": "https://a.example/"}),
        ({"websites": ("a.example",)}, {"website": "https://a.example:8443"}, {"website": "https://b.example:443"}),
        ({"websites": ("a.example",)}, {"website": "https://a.example?b"}, {"website": "https://b.example?a.example"}),
        ({"websites": ("a.example",)}, {"website": "https://www.a.example#b"}, {"website": "https://a.example.b"}),
        ({"websites": ("a.example:81/x",)}, {"website": "http://a.example:81/x/"}, {"website": "http://a.example/x"}),
        ({"networks": (Network("h", "the café", NOW),)}, {"network": "h"}, {"network": "i"}),
        ({"networks": (Network("", "forgotten", NOW),)}, None, {"network": ""}),
        ({"pages": ("/a/",)}, {"page": "/a/"}, {"page": "/b/"}),
        ({"age": 30}, {"appeared": "2026-01-30T12:00:00.000Z"}, {"appeared": "2026-01-30T12:00:01.000Z"}),
        ({"age": 30}, None, {"appeared": ""}),
        ({"rate": (2, 5)}, {"before": ("2026-03-01T11:55:01.000Z", NOW)}, {"before": ("2026-03-01T11:55:00.000Z",)}),
        ({"languages": ("de", "fr")}, {"language": "de"}, {"language": "en"}),
        ({"languages": ("de", "fr"), "unlike": True}, {"language": "en"}, {"language": "fr"}),
        ({"languages": ("de",), "unlike": True}, None, {"language": ""}),
    ],
)  # fmt: skip
def test_a_condition_holds_for_what_it_says_and_says_why(
    asked: dict[str, Any], holds: dict[str, Any] | None, fails: dict[str, Any]
) -> None:
    conditions = Conditions(**asked)
    assert rules.holds(conditions, fact(**fails)) == ""
    if holds is not None:
        assert rules.holds(conditions, fact(**holds))
    assert rules.from_json(rules.as_json(conditions)) == conditions


def test_however_many_rules_ask_for_words_a_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    fold = wildcards.fold

    def noted(text: str) -> str:
        texts.append(text)
        return fold(text)

    all_rules = [draft(words=(f"lamp{number}",)) for number in range(rules.MOST_RULES)]
    long = fact(text="\ufdfa" * 500)
    assert rules.first_match(all_rules, long) is None
    monkeypatch.setattr(wildcards, "fold", noted)
    wildcards.words_of.cache_clear()
    assert rules.first_match(all_rules, long) is None
    assert len(texts) == 1


def test_all_conditions_must_hold_and_none_hold_for_nothing() -> None:
    both = Conditions(words=("casino",), links=1)
    assert rules.holds(both, fact(text="casino", links=1)) == "it holds 1 link, it says “casino”"
    assert not rules.holds(both, fact(text="casino"))
    assert not rules.holds(Conditions(), fact())
    assert Conditions(unlike=True).none


def test_a_language_is_told_only_where_it_is_sure() -> None:
    assert languages.language_of(ENGLISH) == "en"
    assert languages.language_of(GERMAN) == "de"
    assert languages.language_of("这是一个很好的帖子，谢谢你") == "zh"
    for unsure in ("", "Hello!", "lol", "12345 67890 " * 5, "https://a.example"):
        assert languages.language_of(unsure) == ""


# ── in the house ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_rule_that_holds_decides_whatever_the_house_suspects(either_house: House) -> None:
    house = either_house
    laid_down(house, Action.PUBLISH, name="Friends", addresses=("*@friends.example",))
    laid_down(house, Action.SPAM, name="Casinos", words=("casino",))
    links = "See https://a.example https://b.example https://c.example"
    friend = house.reader("Friend").says(f"casino {links}", email="fay@friends.example")
    assert (friend.state, friend.reasons) == (State.PUBLISHED, "")
    assert friend.signals == "By your rule “Friends”: its e-mail address is like “*@friends.example”."
    spam = house.reader("Spammer", trusted=True).says("casino")
    assert (spam.state, spam.reasons) == (State.SPAM, "")
    assert spam.signals == "By your rule “Casinos”: it says “casino”."


def test_who_is_refused_is_told_the_authors_sentence_and_nothing_is_stored(either_house: House) -> None:
    house = either_house
    laid_down(house, Action.REFUSE, sentence="No advertising here, please.", words=("casino",))
    ben = house.reader("Ben", trusted=True)
    before = house.count("comments")
    with pytest.raises(Problem, match="No advertising here, please") as caught:
        ben.says("casino")
    assert (caught.value.code, caught.value.status) == ("refused", 403)
    assert house.count("comments") == before


def test_held_by_a_rule_even_if_trusted(house: House) -> None:
    laid_down(house, words=("casino",))
    comment = house.reader("Ben", trusted=True).says("casino")
    assert (comment.state, comment.reasons) == (State.HELD, rules.HELD)


def test_no_account_is_touched(house: House) -> None:
    laid_down(house, Action.REFUSE, sentence="No.", words=("casino",))
    assert house.author.says("casino").state is State.PUBLISHED


def test_the_first_replies_are_counted_over_all_that_somebody_proved_to_be(either_house: House) -> None:
    house = either_house
    house.settings = house.settings.with_(hold_first=False)
    laid_down(house, first=2)
    ben = proven(house, "Ben")
    states = []
    for number in range(3):
        comment = ben.says(f"Number {number}.")
        states.append(comment.state)
        if comment.state is State.HELD:
            house.author.publishes(comment)
    assert states == [State.HELD, State.HELD, State.PUBLISHED]


def test_the_rate_counts_a_person_and_their_network(either_house: House) -> None:
    house = either_house
    house.settings = house.settings.with_(hold_first=False)
    laid_down(house, rate=(2, 10))
    ben, neighbour = house.reader("Ben"), house.reader("Cleo")
    neighbour.address = ben.address
    said = [ben.says("One."), neighbour.says("Two."), ben.says("Three.")]
    house.shift_clock(minutes=11)
    said.append(ben.says("Four."))
    assert [one.state for one in said] == [State.PUBLISHED, State.PUBLISHED, State.HELD, State.PUBLISHED]


def test_network_essay_and_language(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    here = Network(network(house.keys.networks, ben.address), "the café", ids.now())
    laid_down(house, networks=(here,), pages=("/a/",), languages=("en",), unlike=True)
    assert ben.says(GERMAN).state is State.HELD
    assert ben.says(GERMAN, on="/b/").state is State.PUBLISHED
    assert ben.says(ENGLISH).state is State.PUBLISHED
    cleo = house.reader("Cleo", trusted=True)
    assert cleo.says(GERMAN).state is State.PUBLISHED


def test_a_rule_that_is_off_does_nothing(house: House) -> None:
    rule = laid_down(house, words=("casino",))
    ben = house.reader("Ben", trusted=True)
    ruling.switch(house.db, rule.id, house.author.account, on=False)
    assert ben.says("casino").state is State.PUBLISHED


def test_an_edit_is_judged_by_what_is_new_in_it(either_house: House) -> None:
    house = either_house
    laid_down(house, name="Casinos", words=("casino",))
    laid_down(house, Action.REFUSE, name="Poker", sentence="No poker.", words=("poker",))
    ben = house.reader("Ben", trusted=True)
    plain, approved = ben.says("Hello."), ben.says("I was in a casino once.")
    house.author.publishes(approved)
    assert ben.edits(approved, "I was in a casino twice.").state is State.PUBLISHED
    with pytest.raises(Problem, match="No poker"):
        ben.edits(plain, "poker")
    assert house.now_of(plain).text == "Hello."
    held = ben.edits(plain, "casino")
    assert (held.state, held.signals) == (State.HELD, "By your rule “Casinos”: it says “casino”.")
    assert conversations.find(house.db, plain.conversation).told.waiting  # type: ignore[union-attr]


def test_rules_are_put_in_order_changed_and_deleted_and_all_of_it_taken_back(either_house: House) -> None:
    house, by = either_house, either_house.author.account
    one, two, three = (laid_down(house, name=name, words=(name,), on=False) for name in ("one", "two", "three"))
    ruling.move(house.db, three.id, by, up=True)
    ruling.move(house.db, one.id, by, up=True)
    assert [rule.name for rule in store.every(house.db)] == ["one", "three", "two"]
    ruling.change(house.db, two.id, draft(Action.SPAM, name="zwei", words=("zwei",)), by)
    ruling.switch(house.db, two.id, by, on=True)
    assert [rule.name for rule in store.switched_on(house.db)] == ["zwei"]
    ruling.delete(house.db, two.id, by)
    log = acts.latest(house.db, kind="rule", subject=two.id)
    assert [act.verb for act in log] == ["delete", "switch on", "change", "make"]
    for act, names in zip(log, (["zwei"], ["zwei"], ["two"], []), strict=True):
        ruling.take_back(house.db, act, by)
        assert [rule.name for rule in store.every(house.db) if rule.id == two.id] == names
    (moved,) = [act for act in acts.latest(house.db) if act.verb == "move"]
    ruling.take_back(house.db, moved, by)
    assert [rule.name for rule in store.every(house.db)] == ["one", "three"]


def test_to_take_a_change_back_leaves_the_order_as_it_is(house: House) -> None:
    by = house.author.account
    one, _, three = (laid_down(house, name=name, words=(name,), on=False) for name in ("one", "two", "three"))
    ruling.change(house.db, one.id, draft(name="eins", words=("eins",)), by)
    ruling.move(house.db, three.id, by, up=True)
    ruling.move(house.db, three.id, by, up=True)
    (change,) = [act for act in acts.latest(house.db) if act.verb == "change"]
    ruling.take_back(house.db, change, by)
    assert [(rule.name, rule.place) for rule in store.every(house.db)] == [("three", 1), ("one", 2), ("two", 3)]


def test_there_can_be_so_many_rules_and_no_more(house: House) -> None:
    for number in range(rules.MOST_RULES):
        laid_down(house, name=str(number), words=("casino",), on=False)
    with pytest.raises(Problem, match="Delete one first"):
        laid_down(house, words=("casino",))


def test_the_networks_of_a_rule_are_forgotten_and_then_match_nothing(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    here = Network(network(house.keys.networks, ben.address), "the café", ids.now())
    rule = laid_down(house, networks=(here,))
    house.shift_clock(days=31)
    assert store.forget_networks(house.db, before=ids.now(days=-30)) == 1
    kept = store.find(house.db, rule.id)
    assert kept is not None
    assert kept.conditions.networks == (Network("", "the café", here.at),)
    assert here.hash not in str(house.db.rows("SELECT before, after FROM acts ORDER BY id")), "nor in the log"
    assert ben.says("Hello again.").state is State.PUBLISHED


# ── the dry run ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dry_run_says_what_would_have_been_and_where_that_differs(either_house: House) -> None:
    house = either_house
    house.settings = house.settings.with_(rate_limit=False)
    ben, cleo = house.reader("Ben"), house.reader("Cleo")
    approved = ben.says("casino one")
    house.author.publishes(approved)
    at_once = ben.says("casino two")
    spam = cleo.says("casino three")
    house.author.decides(spam, Verb.SPAM)
    gone = ben.says("casino four")
    ben.withdraws(gone)
    ben.says("Nothing of the kind.")
    house.author.says("casino, says the author")
    trial = trying.run(house.db, laid_down(house, words=("casino",), on=False))
    assert (trial.looked_at, trial.gone, trial.older) == (4, 1, "")
    assert [one.comment.id for one in trial.caught] == [spam.id, at_once.id, approved.id]
    assert [one.comment.id for one in trial.against] == [approved.id]
    assert [one.comment.id for one in trial.unasked] == [at_once.id]
    friendly = trying.run(house.db, laid_down(house, Action.PUBLISH, words=("casino",), on=False))
    assert [one.comment.id for one in friendly.against] == [spam.id]


def test_a_dry_run_tells_the_same_as_the_rule_would_have(either_house: House) -> None:
    """Of everything that can be told from what is stored, rate and first replies among it."""
    house = either_house
    house.settings = house.settings.with_(rate_limit=False, hold_first=False)
    asked = ({"rate": (2, 60)}, {"first": 2}, {"words": ("two*",)}, {"languages": ("de",)}, {"age": 1}, {"links": 1})
    found = [laid_down(house, name=str(one), on=False, **one) for one in asked]
    ben = proven(house, "Ben")
    said = []
    for words in ("One.", "Two: https://a.example", GERMAN, "Four.", ENGLISH):
        caught = []
        for rule in found:
            ruling.switch(house.db, rule.id, house.author.account, on=True)
            preview_state = _would_be(house, ben, words)
            ruling.switch(house.db, rule.id, house.author.account, on=False)
            caught.append(preview_state is State.HELD)
        said.append((ben.says(words), caught))
        house.shift_clock(minutes=1)
    assert {state for _, caught in said for state in caught} == {True, False}
    for number, rule in enumerate(found):
        trial = trying.run(house.db, rule)
        expected = {comment.id for comment, caught in said if caught[number]}
        assert {one.comment.id for one in trial.caught} == expected, rule.name


def _would_be(house: House, reader: Reader, words: str) -> State:
    new = NewReply(page="/a/", text=words, name=reader.name)
    return posting.preview(house.db, house.settings, house.keys, reader.speaker, new).state


def test_a_dry_run_goes_on_where_it_ended(house: House) -> None:
    house.settings = house.settings.with_(rate_limit=False)
    ben = house.reader("Ben", trusted=True)
    for number in range(7):
        ben.says(f"casino {number}")
    rule = laid_down(house, words=("casino",), on=False)
    first = trying.run(house.db, rule, most=5)
    second = trying.run(house.db, rule, before=first.older, most=5)
    assert (len(first.caught), len(second.caught), second.older) == (5, 2, "")


def test_nothing_is_asked_that_no_rule_asks() -> None:
    found = rules.asked_by([draft(words=("a",)), draft(rate=(3, 7)), draft(rate=(1, 9))])
    assert (found.names, found.minutes) == (frozenset({"words", "rate"}), 9)
    assert rules.asked_by([]).names == frozenset()
