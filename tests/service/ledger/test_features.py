"""What the ledger keeps of a text, and what it never keeps."""

import json
import re

import pytest

from comments_service.ledger import Features, LedgerError, features

KEY = b"a key for tests"


def of(text, **given):
    return features(text, key=KEY, **given)


@pytest.mark.parametrize(
    "text", ["How?", "¿Cómo", "كيف؟", "どうして？", "Have you seen https://example.org/a and b?", "(why?)"]
)
def test_a_question_mark_of_any_script_asks(text):
    assert of(text).question


@pytest.mark.parametrize(
    "text",
    [
        "I wrote about it: https://example.org/?q=1",
        "See [my page](https://example.org/?q=1).",
        "See <https://example.org/search?q=coffee>, page two.",
        "It is on example.org/search?q=coffee, as ever.",
        "mailto:me@example.org?subject=coffee",
    ],
)
def test_a_question_mark_inside_an_address_asks_nothing(text):
    assert not of(text).question


@pytest.mark.parametrize(
    "text",
    ["What about https://example.org/c?", "Did you read [this?](https://example.org/)", "www.example.org/x?!"],
)
def test_a_question_mark_after_an_address_or_in_a_links_words_asks(text):
    assert of(text).question


def test_what_was_chosen_at_the_form_outweighs_the_text():
    assert of("I would like an answer, please.", asked=True).asks
    assert not of("Who would have thought?", asked=False).asks
    assert of("Who would have thought?").asks


@pytest.mark.parametrize(
    "text", ["Thanks", "Thank you, Ana! That helps a lot.", "THX :)", "ＴＨＡＮＫＳ!", "Cheers, Ana"]
)
def test_a_short_thank_you_reads_like_thanks(text):
    assert of(text).thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks! Which book was it?",
        "Thanks for nothing.",
        "Thanks, but it does not work",
        "Thank you, still waiting",
        "Thanks, see https://example.org/",
        "Thanks, see [here](/somewhere/)",
        "Thank you for all the nine words that stand here",
        "I will try it on Monday.",
        "thankless",
        "👍",
        "",
    ],
)
def test_anything_more_than_thanks_is_not_thanks(text):
    assert not of(text).thanks


def test_eight_words_are_thanks_and_nine_are_not():
    assert of("Thank you one two three four five six").thanks
    assert not of("Thank you one two three four five six seven").thanks


@pytest.mark.parametrize("text", ["👍", "… !", "", "_"])
def test_a_picture_has_no_letters(text):
    assert not of(text).letters


@pytest.mark.parametrize("text", ["k", "7", "字", "👍 yes"])
def test_one_letter_or_digit_is_enough(text):
    assert of(text).letters


def test_forty_characters_are_long_and_padding_does_not_count():
    assert not of("x" * 39).long
    assert of("x" * 40).long
    assert not of("Thank you," + " " * 40 + "Eve!").long


def test_the_same_words_to_two_people_have_one_fingerprint():
    ben = of("Hi Ben, thank you for reading my blog!", names=["Ben Miller"])
    cleo = of("hi @cleo CLEO – thank you, for reading my _blog_", names=["Cleo"])
    assert ben.words == cleo.words
    assert of("Hi Ben, thank you for your question!", names=["Ben"]).words != ben.words


def test_the_order_of_words_belongs_to_the_fingerprint():
    assert of("do I know you").words != of("you know I do").words


def test_without_the_key_a_fingerprint_says_nothing():
    assert features("How?", key=b"one").words != features("How?", key=b"two").words
    assert len(of("How?").words) == 32


def test_no_word_of_the_text_is_kept():
    kept = of("Confidential: my sister Maria is ill, what would you do?", names=["Ana"])
    assert not re.search("confidential|sister|maria|ana", json.dumps(kept.as_data()), re.IGNORECASE)


@pytest.mark.parametrize("asked", [None, True, False])
def test_features_survive_being_stored_beside_other_facts(asked):
    kept = of("Is this open?", asked=asked)
    assert Features.from_data(json.loads(json.dumps(kept.as_data() | {"essay": "/net/"}))) == kept


@pytest.mark.parametrize("wrong", [{"question": "yes"}, {"words": None}, {"asked": "no"}, {"long": 1}])
def test_malformed_features_are_refused(wrong):
    with pytest.raises(LedgerError):
        Features.from_data(of("How?").as_data() | wrong)


@pytest.mark.timeout(20)  # a pattern that backtracks would take minutes
@pytest.mark.parametrize("run", ["](", "a.", "www.", "@a", "a'", "?", "[(<", "- ", "example.org/?"])
def test_a_hostile_run_of_300_000_characters_does_not_stall(run):
    assert of(run * (300_000 // len(run))).words


def test_a_broken_surrogate_is_no_reason_to_fail():
    assert of("\ud800 hello").letters
