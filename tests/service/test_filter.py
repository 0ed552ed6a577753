"""The filter learns from an author's decisions, and from nothing else; it says what it knows, and when it abstains."""

import json
import threading
from pathlib import Path

import pytest

from comments_service import moderation, posting
from comments_service.database import opened
from comments_service.engagement import forgetting
from comments_service.models import Comment, State, Verb
from comments_service.moderation import spam as keeping
from comments_service.posting import suspicions
from comments_service.rendering import to_html
from comments_service.screening import bayes, known, tokens
from comments_service.screening.bayes import ENOUGH, Totals
from comments_service.screening.tokens import Token
from comments_service.store import lessons, subjects
from tests.support.actors import House, furnish
from tests.support.comments import held_out, labelled

SALE = "Golden lamps at half price today, order golden lamps {} with a discount."
KIND = "The chapter on patience reminded me of my grandfather, who waited {} years."


def teach(house: House, number: int = ENOUGH) -> list[Comment]:
    """Let the author decide about so many of each kind."""
    taught = []
    for one in range(number):
        taught.append(house.author.decides(house.reader("Shop").says(SALE.format(f"a{one}x")), Verb.SPAM))
        taught.append(house.author.publishes(house.reader("Zoe").says(KIND.format(f"b{one}y"))))
    return taught


def learned(house: House) -> tuple[int, int]:
    totals = lessons.totals(house.db)
    return totals.spam, totals.wanted


def counts(house: House) -> dict[int, tuple[int, int]]:
    rows = house.db.rows("SELECT token, spam, wanted FROM filter_tokens ORDER BY token")
    return {row["token"]: (row["spam"], row["wanted"]) for row in rows}


@pytest.fixture
def unhurried(house: House) -> House:
    """A house in which the same words again are no matter, so that the filter alone speaks."""
    house.settings = house.settings.with_(rate_limit=False)
    return house


@pytest.fixture
def either_unhurried(either_house: House) -> House:
    """The same on each engine."""
    either_house.settings = either_house.settings.with_(rate_limit=False)
    return either_house


# ── learning ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_nothing_until_it_has_learned_enough_of_both(unhurried: House) -> None:
    house = unhurried
    taught = teach(house, ENOUGH - 1)
    assert learned(house) == (ENOUGH - 1, ENOUGH - 1)
    assert house.reader("Shop").says(SALE.format("again")).signals == ""
    house.author.decides(house.reader("Shop").says(SALE.format("more")), Verb.SPAM)
    assert house.reader("Shop").says(SALE.format("yet again")).signals == "", "too few wanted ones"
    assert len(taught) == 2 * (ENOUGH - 1)


def test_the_very_next_reply_is_judged_and_told_why(either_unhurried: House) -> None:
    house = either_unhurried
    teach(house)
    caught = house.reader("Shop").says(SALE.format("now"))
    assert caught.state is State.SPAM
    assert caught.reasons == suspicions.FILTERED
    assert caught.signals.startswith("Words often in spam here: ")
    assert "golden lamps" in caught.signals
    fine = house.reader("Amy").says(KIND.format("two"))
    assert fine.state is State.HELD, "as any first reply"
    assert fine.signals == ""
    assert house.count("lessons") == 2 * ENOUGH, "what it caught by itself teaches nothing"


def test_a_rescue_teaches_at_once(unhurried: House) -> None:
    house = unhurried
    teach(house)
    caught = house.reader("Shop").says(SALE.format("now"))
    house.author.publishes(caught)
    assert learned(house) == (ENOUGH, ENOUGH + 1)
    assert house.db.rows("SELECT caught, marked, rescued FROM spam_days") == [
        {"caught": 1, "marked": ENOUGH, "rescued": 1}
    ]


def test_to_undo_unlearns_and_to_change_ones_mind_moves(either_unhurried: House) -> None:
    house = either_unhurried
    comment = house.reader("Shop").says(SALE.format("now"))
    house.author.publishes(comment)
    wanted = counts(house)
    assert learned(house) == (0, 1)
    house.author.decides(comment, Verb.SPAM)
    assert learned(house) == (1, 0)
    assert counts(house) == {token: (one, other) for token, (other, one) in wanted.items()}
    house.author.decides(comment, Verb.UNDO)
    assert (learned(house), counts(house)) == ((0, 1), wanted)
    house.author.decides(comment, Verb.UNDO)
    assert (learned(house), counts(house), house.count("lessons")) == ((0, 0), {}, 0)
    assert house.db.rows("SELECT marked, rescued FROM spam_days") == [{"marked": 0, "rescued": 0}]


def test_to_reject_or_to_remove_teaches_nothing(unhurried: House) -> None:
    house = unhurried
    house.author.decides(house.reader("Ben").says("Not this."), Verb.REJECT)
    assert learned(house) == (0, 0)
    stood = house.author.publishes(house.reader("Amy").says("Once it stood."))
    house.author.decides(stood, Verb.REMOVE)
    assert learned(house) == (0, 0)


def test_an_authors_own_words_teach_nothing(unhurried: House) -> None:
    house = unhurried
    reply = house.reader("Ben").says("May I ask?")
    answer = house.author.answers(reply, "You may.")
    house.author.decides(answer, Verb.REMOVE)
    house.author.publishes(answer)
    assert learned(house) == (0, 1), "the reply that was answered, and so published"


def test_what_is_withdrawn_or_erased_is_unlearned(either_unhurried: House) -> None:
    house = either_unhurried
    amy, ben = house.reader("Amy"), house.reader("Ben")
    first, second = house.author.publishes(amy.says("Hello one.")), house.author.publishes(ben.says("Hello two."))
    house.db.execute("UPDATE comments SET text = 'Changed since.' WHERE id = :id", id=first.id)
    amy.withdraws(first)
    assert learned(house) == (0, 1)
    forgetting.erase(house.db, subjects.of_person(house.db, str(second.person)))
    assert (learned(house), counts(house), house.count("lessons")) == ((0, 0), {}, 0)


def test_what_is_withdrawn_while_it_is_decided_about_is_unlearned(tmp_path: Path, postgres_database: str) -> None:
    with furnish(tmp_path, database=postgres_database) as house:
        amy = house.reader("Amy")
        comment = amy.says("Hello.")

        def withdraw() -> None:
            with opened(house.settings) as db:
                posting.withdraw(db, comment)

        withdrawing = threading.Thread(target=withdraw)
        with house.db.transaction():
            house.author.publishes(comment)
            withdrawing.start()
            while not house.db.value("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1") and withdrawing.is_alive():
                withdrawing.join(0.01)
        withdrawing.join(30)
        assert house.now_of(comment).state is State.WITHDRAWN
        assert (learned(house), counts(house), house.count("lessons")) == ((0, 0), {}, 0)


def test_nothing_that_it_keeps_can_be_read(unhurried: House) -> None:
    house = unhurried
    house.author.publishes(house.reader("Zebulon").says("Xylophones, zithers. https://zither.example/shop"))
    kept = json.dumps(
        [house.db.rows(f"SELECT * FROM {table}") for table in ("filters", "filter_tokens", "lessons")], default=str
    ).lower()
    for word in ("xylophone", "zither", "zebulon"):
        assert word not in kept


def test_to_learn_anew_comes_to_the_same(either_unhurried: House) -> None:
    house = either_unhurried
    teach(house, 3)
    house.author.decides(house.reader("Ben").says("Not this."), Verb.REJECT)
    before = learned(house), counts(house)
    heard: list[int] = []
    keeping.retrain(house.db, heard.append)
    assert (learned(house), counts(house)) == before
    assert sum(heard) == 7


# ── who is judged ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_trusted_is_only_held_and_only_for_links(unhurried: House) -> None:
    house = unhurried
    teach(house)
    trusted = house.reader("Shop", trusted=True)
    assert trusted.says(SALE.format("now")).state is State.PUBLISHED
    held = trusted.says(SALE.format("here: https://lamps.example"))
    assert held.state is State.HELD
    assert held.reasons == "It looks like advertising to this blog's filter, so the author looks at it first."


def test_an_edit_that_turns_into_spam_is_held(unhurried: House) -> None:
    house = unhurried
    teach(house)
    reader = house.reader("Amy", trusted=True)
    said = reader.says(KIND.format("two"))
    assert reader.edits(said, KIND.format("three")).state is State.PUBLISHED
    edited = reader.edits(house.now_of(said), SALE.format("now"))
    assert edited.state is State.HELD
    assert edited.reasons == "It looks like advertising to this blog's filter, so the author looks at it first."
    assert "golden lamps" in edited.signals


def test_an_edit_is_not_held_for_what_stood_there_before(unhurried: House) -> None:
    house = unhurried
    reader = house.reader("Amy")
    said = house.author.publishes(reader.says("My neighbour asked an SEO expert about that."))
    assert reader.edits(said, "My neighbor asked an SEO expert about that.").state is State.PUBLISHED


# ── the starting list ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Try our *Online   Casino* now", known.TOLD),
        ("лучшее ОНЛАЙН казино", known.TOLD),
        ("这里有在线赌场", known.TOLD),
        ("An on\u200bline ca\u00adsino", known.TOLD),
        ("这里有在\u200b线赌场", known.TOLD),
        ("See https://bit.ly/x", known.TOLD_OF_LINK),
        ("Online casinos are a sad business", ""),
        ("I wrote my essay on casinos, online and off", ""),
        ("https://example.org/bit.ly", ""),
    ],
)
def test_the_starting_list_lets_wait_what_it_knows(house: House, text: str, told: str) -> None:
    house.settings = house.settings.with_(hold_first=False)
    said = house.reader("Ben").says(text)
    assert said.state is (State.HELD if told else State.PUBLISHED)
    assert said.reasons == told


def test_the_starting_list_is_short_of_nothing_and_says_nothing_twice() -> None:
    lists = known._lists()  # noqa: SLF001 -- what stands in the file
    for name, fewest in (("shorteners", 60), ("phrases", 120), ("unspaced", 10)):
        assert len(set(lists[name])) == len(lists[name]) >= fewest
        assert all(one == one.casefold().strip() for one in lists[name])


# ── what it looks at, and how well it tells ─────────────────────────────────────────────────────────────────────────


def keys(text: str, name: str = "", website: str = "") -> set[str]:
    return {one.key for one in tokens.tokens(text, to_html(text), name, website)}


def test_tokens_are_words_pairs_links_and_how_a_reply_is_made_up() -> None:
    found = keys(
        "Buy NOW at https://www.shop.example/cheap-lamps !!! +1 202 555 0143", "Ann Lee", "https://ann.example"
    )
    assert {
        "word buy", "pair buy now", "host shop.example", "host .example", "path cheap", "path lamps", "name ann",
        "site ann.example", "made up one link", "made up telephone", "made up exclamations", "made up a website",
        "made up short with a website",
    } <= found  # fmt: skip
    assert keys("在线").issuperset({"word 在线", "made up no link", "made up no website"})
    assert "made up alphabets" in keys("Buy viаgra")
    assert keys("Buy the\u200b la\u00admps") == keys("Buy the lamps")


def test_a_long_text_gives_no_more_tokens_than_are_heard() -> None:
    text = " ".join(f"w{number}" for number in range(1500))
    assert len(tokens.tokens(text, to_html(text), "Ben", "")) <= tokens.MOST


def test_a_single_sighting_convinces_nobody() -> None:
    totals = Totals(spam=10, wanted=10)
    one = Token("word", "lamp")
    opinion = bayes.judge([one], {one: (1, 0)}, totals)
    assert opinion is not None
    assert 0.5 < opinion.figure < bayes.SURE
    assert bayes.judge([one], {}, totals) == bayes.Opinion(0.5, "")
    assert bayes.judge([one], {one: (1, 0)}, Totals(spam=9, wanted=10)) is None


def test_the_filter_tells_spam_from_what_is_wanted() -> None:
    """On comments that it has not met: half of all, then the other half.

    Its constants were chosen on these comments: this notices when it gets worse, and foretells nothing.
    """
    everything = labelled()
    for turn in (0, 1):
        outcome = held_out(everything, each=2, turn=turn)
        assert outcome.precision(bayes.UNSURE) >= 0.97
        assert outcome.recall(bayes.UNSURE) >= 0.9
        assert outcome.precision(bayes.SURE) == 1, "nothing wanted is taken for spam outright"
        assert outcome.recall(bayes.SURE) >= 0.6


def test_the_queue_shows_what_spoke_about_a_reply(house: House) -> None:
    house.reader("Ben").says("See https://bit.ly/x")
    (case,) = moderation.queue(house.db)
    assert case.comment.signals == "A shortened link: bit.ly."
