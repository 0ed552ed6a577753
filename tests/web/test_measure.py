"""Measure at the desk: the figures as they were taken, good or bad, and behind each of them the comments themselves."""

import html
import re
from pathlib import Path

import pytest

from comments_service import answering, engagement, ids
from comments_service.engagement import figures
from comments_service.models import Comment, Undertaking, Verb
from comments_service.store import snapshots
from tests.support import vnu
from tests.support.actors import House
from tests.support.browserless import Visitor


def page(visitor: Visitor, address: str = "/desk/measure") -> str:
    response = visitor.gets(address)
    assert response.status_code == 200
    return html.unescape(response.get_data(as_text=True))


def words(text: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def said_figures(text: str) -> list[str]:
    """Each figure with all that stands beside it."""
    return [words(one) for one in re.findall(r'<li>\s*(<p class="figure">.*?)</li>', text, re.DOTALL)]


def listed(ana: Visitor, address: str) -> list[tuple[str, str]]:
    """All comments of a list, however many pages it has, each with how it stands."""
    found = []
    while address:
        text = page(ana, address)
        for item in re.findall(r"<li>\n(.*?)</li>", text[text.index("<h1>") :], re.DOTALL):
            excerpt = re.search(r'<p class="excerpt"[^>]*>(.*?)</p>', item, re.DOTALL)
            stands = re.search(r'<p class="verdict">(.*?)</p>', item, re.DOTALL)
            if excerpt and stands:
                found.append((words(excerpt[1]), words(stands[1])))
        older = re.search(r'href="([^"]+)">Older ones', text)
        address = older[1] if older else ""
    return found


# The same words twice would answer the first of them only.
_ANSWERS = ("Yes.", "No.", "Perhaps.", "Often.", "Never.", "Now and then.", "Try it.", "Ask them.", "I would not.")


def asks(house: House, name: str, text: str) -> Comment:
    return house.reader(name, trusted=True).says(text)


@pytest.fixture
def ana(house: House) -> Visitor:
    """The owner, signed in; the readers of the figures come from everywhere."""
    house.settings = house.settings.with_(rate_limit=False)
    return Visitor(house).signs_in()


def a_quarter(house: House) -> None:
    """Twelve readers: seven answered in time, two late, two never; one was only thanking."""
    house.settings = house.settings.with_(rate_limit=False)
    for number in range(7):
        asked = house.reader(f"Prompt {number}").says(f"Prompt question {number}?")
        house.shift_clock(hours=number + 1)
        house.author.answers(asked, _ANSWERS[number])
    late = [house.reader(f"Late {number}").says(f"Late question {number}?") for number in range(2)]
    for number in range(2):
        house.author.publishes(house.reader(f"Lost {number}").says(f"Lost question {number}?"))
    for one in late:
        house.author.publishes(one)
    house.shift_clock(hours=80)
    for number, one in enumerate(late):
        house.author.answers(one, _ANSWERS[7 + number])
    thanked = house.reader("Thankful")
    answer = house.author.answers(thanked.says("What now?"), "Write, and wait.")
    thanking = thanked.says("That was very kind of you, and I will go and do it at once.", to=answer)
    engagement.close(house.db, thanking.id, "thanks_only", house.author.account)
    house.shift_clock(hours=80)
    figures.take_site(house.db, house.settings)


def test_before_any_figure_was_taken_the_page_says_so(ana: Visitor) -> None:
    assert "No figure has been taken yet." in page(ana)


def test_the_six_figures_stand_with_their_sample_their_time_and_the_way_behind(house: House) -> None:
    a_quarter(house)
    ana = Visitor(house).signs_in()
    text = page(ana)
    taken = snapshots.find(house.db, figures.SITE)
    assert taken is not None
    site = taken.data["site"]
    assert (site["n"], site["on_time"], site["late"], site["excused"]) == (12, 8, 2, 1)
    in_time, ever, half, nine, kept, met = said_figures(text)
    assert in_time.startswith("66 % answered in time (within 3 days; you have promised readers nothing)")
    assert "12 comments from 12 people: the past 90 days." in in_time
    assert ever.startswith("83 % answered at all")
    assert re.match(r"\d+ hours in which half were answered", half)
    assert nine.startswith("– in which nine in ten were answered")
    assert "More than one in ten have no answer, so there is no such time." in nine
    assert kept.startswith("– promises kept by their day No promise fell due in 90 days.")
    assert re.match(r"\d people you interacted with this week", met)
    assert "As of " in text
    assert "Readers see them too, good or bad." in text
    for address in re.findall(r'href="(/desk/measure/[^"]+)"', text):
        page(ana, address)


def test_too_few_are_counted_and_make_no_percentage(house: House, ana: Visitor) -> None:
    asks(house, "Ben", "Will you answer?")
    house.shift_clock(days=4)
    figures.take_site(house.db, house.settings)
    figure = said_figures(page(ana))[0]
    assert figure.startswith("0 of 2 answered in time")
    assert "A percentage or a usual time would need 10 comments from 5 people." in figure
    assert "%" not in figure


def test_behind_a_figure_stand_exactly_the_comments_that_it_counts(house: House) -> None:
    a_quarter(house)
    ana = Visitor(house).signs_in()
    site = (snapshots.find(house.db, figures.SITE) or pytest.fail("none was taken")).data["site"]
    everything = listed(ana, "/desk/measure/comments")
    assert len(everything) == site["n"]
    lists = {
        "in-time": (site["on_time"], "answered in time after "),
        "late": (site["late"], "answered late after 3 days"),
        "unanswered": (site["unanswered"], "not answered"),
        "excused": (site["excused"], "needed none: only thanks"),
    }
    for name, (number, stands) in lists.items():
        found = listed(ana, f"/desk/measure/comments?list={name}")
        assert len(found) == number, name
        assert all(each.startswith(stands) for _, each in found), name
    assert ("Lost question 1?", "not answered") in everything
    assert [text for text, _ in everything].index("What now?") == 0, "the newest first"


def test_long_lists_go_on_and_hold_everything_once(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    first = ben.says("Number 0?")
    house.author.answers(first, "Number 0.")
    for number in range(1, 40):
        house.author.answers(ben.says(f"Number {number}?"), f"And number {number}.")
    house.shift_clock(days=4)
    figures.take_site(house.db, house.settings)
    assert [text for text, _ in listed(ana, "/desk/measure/comments")] == [f"Number {n}?" for n in range(39, -1, -1)]


def test_what_no_longer_counts_is_listed_for_a_year_and_says_so(house: House) -> None:
    house.author.answers(asks(house, "Ben", "Long ago?"), "Long ago.")
    house.shift_clock(days=100)
    ana = Visitor(house).signs_in()
    found = listed(ana, "/desk/measure/comments?list=in-time")
    assert all("before the 90 days that count" in stands for _, stands in found)
    assert "Long ago?" in [text for text, _ in found]
    house.shift_clock(days=300)
    assert listed(Visitor(house).signs_in(), "/desk/measure/comments?list=in-time") == []


def test_what_was_taken_back_or_is_still_in_time_or_was_never_looked_at_is_there_as_well(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    gone = ben.says("My secret words?")
    house.reader("Stranger").says("Is anybody there?")
    house.shift_clock(days=4)
    ben.withdraws(gone)
    asks(house, "Cleo", "And now?")
    engagement.close(house.db, asks(house, "Dan", "No?").id, "declined", house.author.account)
    ana = Visitor(house).signs_in()
    unanswered = listed(ana, "/desk/measure/comments?list=unanswered")
    assert ("A reply that its writer took back", "not answered") in unanswered
    assert "secret" not in page(ana, "/desk/measure/comments?list=unanswered")
    pending = dict(listed(ana, "/desk/measure/comments?list=pending"))
    assert pending["And now?"].startswith("waiting; its time is up on ")
    assert listed(ana, "/desk/measure/comments?list=unseen") == [("Is anybody there?", "not looked at in time")]
    assert page(ana, "/desk/measure/comments?list=nonsense") == page(ana, "/desk/measure/comments")


def test_promises_and_people_stand_behind_their_figures(house: House, ana: Visitor) -> None:
    asked = asks(house, "Ben", "Could you?")
    due = ids.now(days=2)[:10]
    answering.answer_to(
        house.db,
        house.settings,
        house.keys,
        house.author.account,
        asked.id,
        "I will.",
        Undertaking(promise="a list of names", due=due),
    )
    assert "Ben" in words(page(ana, "/desk/measure/people"))
    house.shift_clock(days=4)
    figures.take_site(house.db, house.settings)
    kept = said_figures(page(ana))[4]
    assert kept.startswith("0 of 1 promises kept by their day")
    assert "A percentage would need 5 promises." in kept
    text = words(page(ana, "/desk/measure/promises"))
    assert re.search(r"a list of names to Ben , was for \d+ \w+ \d+, and is still to be kept", text)


def test_marks_are_told_by_hand_and_by_the_filter(house: House, ana: Visitor) -> None:
    house.author.decides(asks(house, "Buy", "Buy this?"), Verb.SPAM)
    figures.take_site(house.db, house.settings)
    assert "1 comment marked as spam or abuse: 1 by hand, 0 by the filter." in words(page(ana))


def test_readers_who_see_less_are_mentioned(house: House) -> None:
    figures.take_site(house.db, house.settings)
    house.settings = house.settings.with_(figures="marks")
    text = page(Visitor(house).signs_in())
    assert "Readers do not see them: <code>figures</code> is <code>marks</code>" in text


def test_the_weeks_are_drawn_and_told_in_a_table(house: House, tmp_path: Path) -> None:
    a_quarter(house)
    asks(house, "Ben", "In a later week?")
    house.shift_clock(days=14)
    figures.take_site(house.db, house.settings)
    ana = Visitor(house).signs_in()
    raw = ana.gets("/desk/measure").get_data(as_text=True)
    assert raw.count('<svg class="chart"') == 2
    for named in re.findall(r'<svg[^>]+aria-labelledby="(\S+) (\S+)"', raw):
        assert all(f'id="{name}"' in raw for name in named)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', raw)
    assert len(rows) >= 8
    numbers = [[int(number) for number in re.findall(r">(\d+)<", cells)] for _, cells in rows]
    site = (snapshots.find(house.db, figures.SITE) or pytest.fail("none was taken")).data["site"]
    sums = [sum(column) for column in zip(*numbers, strict=True)]
    assert sums[:4] == [site["on_time"], site["late"], site["unanswered"], site["excused"]]
    assert " style=" not in raw
    addresses = ("", "/comments", "/comments?list=excused", "/promises", "/people")
    files = [tmp_path / f"{number}.html" for number in range(len(addresses))]
    for file, address in zip(files, addresses, strict=True):
        file.write_text(ana.gets(f"/desk/measure{address}").get_data(as_text=True), "utf-8")
    assert vnu.check(files) == []
