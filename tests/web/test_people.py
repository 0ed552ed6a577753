"""People, the digest and away notices at the desk: what an author sees and does there, and a moderator never."""

import html
import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from comments_service import answering, ids
from comments_service.models import Comment, Undertaking
from comments_service.store import away
from tests.support import vnu
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.claims import github, proves


def told(response: TestResponse, status: int = 200) -> str:
    assert response.status_code == status
    return html.unescape(response.get_data(as_text=True))


def page(visitor: Visitor, address: str) -> str:
    return told(visitor.gets(address))


def words(text: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def about(comment: Comment) -> str:
    return f"/desk/people/{comment.person}"


def promised(house: House, comment: Comment, what: str, *, days: int) -> Comment:
    due = ids.now(days=days)[:10]
    return answering.answer_to(
        house.db,
        house.settings,
        house.keys,
        house.author.account,
        comment.id,
        "I will see to it.",
        Undertaking(promise=what, due=due),
    ).accepted.comment


# ── who comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_moderator_is_told_why_there_is_nothing_for_them(house: House, mo: Visitor) -> None:
    ben = house.reader("Ben").says("Hello.")
    for address in (
        "/desk/people",
        about(ben),
        "/desk/measure",
        "/desk/measure/comments",
        "/desk/digest",
        "/desk/away",
    ):
        text = told(mo.gets(address), 403)
        assert "A moderator decides about replies." in text
        assert "Ben" not in text
    for address in (f"{about(ben)}/notes", f"{about(ben)}/join", f"{about(ben)}/part", "/desk/away"):
        assert mo.client.post(address, data={"note": "x", "other": "x"}, headers=JSON).status_code == 403
    assert house.count("notes") == 0
    navigation = page(mo, "/desk/moderation")
    assert "/desk/people" not in navigation
    assert "/desk/away" not in navigation


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_holds_last_words_and_says_how_it_stands(house: House, ana: Visitor) -> None:
    assert "Nobody has written yet." in page(ana, "/desk/people")
    ben, cleo = house.reader("Ben"), house.reader("Cleo")
    house.author.answers(ben.says("May I *ask*?"), "You may, Ben.")
    promised(house, cleo.says("And I?"), "a list of names", days=3)
    house.shift_clock(hours=80)
    ben.says("So when?")
    house.shift_clock(hours=80)
    text = words(page(ana, "/desk/people"))
    assert text.index("So when?") < text.index("And I?"), "the newest first"
    assert "You may, Ben." in text
    assert re.search(r"Ben waiting since \w+ I went quiet", text)
    assert re.search(r"Cleo you promised something for [\w ]+, which has passed I went quiet", text)
    assert "a list of names" not in text


def test_people_are_found_by_a_part_of_their_name(house: House, ana: Visitor) -> None:
    house.reader("Benedikta").says("Hello.")
    house.reader("Cleo").says("Hello too.")
    text = page(ana, "/desk/people?name=BENE")
    assert "Benedikta" in text
    assert "Cleo" not in text
    assert "Nobody wrote lately under a name with “Zoe” in it." in page(ana, "/desk/people?name=Zoe")


def test_long_lists_of_people_go_on(house: House, ana: Visitor) -> None:
    house.settings = house.settings.with_(rate_limit=False)
    for number in range(22):
        house.reader(f"Reader {number}").says(f"Words number {number}.")
    text = page(ana, "/desk/people")
    older = re.search(r'href="([^"]+)">Those before them', text)
    assert older
    rest = page(ana, older[1])
    assert "Words number 21." in text
    assert "Words number 1." not in text
    assert "Words number 1." in rest
    assert "Those before them" not in rest


def test_a_page_opens_with_words_and_keeps_the_numbers_one_click_away(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    house.author.answers(ben.says("My first *words*."), "And my answer.")
    last = ben.says("Shall we meet?", on="/b/")
    promised(house, last, "coffee in Porto", days=3)
    text = page(ana, about(last))
    main = text[text.index("<main") :]
    assert main.index("Shall we meet?") < main.index("Conversations") < main.index("<summary>More")
    facts = words(main[main.index("<summary>More") :])
    assert "Conversations 2" in facts
    assert "Times you answered 2" in facts
    assert "Promises open 1" in facts
    assert "coffee in Porto" in main
    assert re.search(r"Essay a</a> <span[^>]*>answered", main)
    assert re.search(r"Essay b</a> <span[^>]*>you promised something for", main)


def test_no_page_says_the_ledgers_own_words(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    for number in range(3):
        house.author.answers(ben.says(f"Number {number}."), f"Yes, number {number}.")
    house.shift_clock(days=70)
    last = house.reader("Cleo").says("New?")
    ana = Visitor(house).signs_in()
    addresses = ("/desk/people", about(last), "/desk/measure", "/desk/measure/comments", "/desk/digest", "/desk/away")
    for address in addresses:
        assert not re.search(r"reach-?outs?|excused|verdict|promot|lapsed", words(page(ana, address)), re.IGNORECASE)


def test_that_one_has_not_spoken_for_a_while_is_said_of_proven_people_only(house: House) -> None:
    ben, cleo = house.reader("Ben"), house.reader("Cleo", trusted=True)
    proves(ben, github("ben"))
    for number in range(2):
        said, hers = ben.says(f"Number {number}."), cleo.says(f"And number {number}.")
        house.author.answers(said, f"Yes, number {number}, indeed.")
        house.author.answers(hers, f"Yes, Cleo, number {number} too.")
    house.shift_clock(days=61)
    ana = Visitor(house).signs_in()
    assert words(page(ana, "/desk/people")).count("You haven’t spoken for a while") == 1
    assert "You haven’t spoken for a while" in words(page(ana, about(said)))
    assert "You haven’t spoken for a while" not in words(page(ana, about(hers)))


def test_what_somebody_proved_stands_on_their_page_and_what_they_joined_is_theirs(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    first = ben.says("As a guest.")
    proves(ben, github("ben", email="ben@example.org"), reply=first)
    text = page(ana, about(ben.says("As ben on GitHub.", on="/b/")))
    assert "Proven: github.com/ben" in words(text)
    assert 'href="https://github.com/ben"' in text
    assert "Also known here as Ben , joined by themselves." in words(text)
    assert "/part" not in text
    response = ana.client.post(f"{about(first)}/part")
    assert "They proved themselves that this is one person" in told(response, 409)


def test_who_wants_no_history_has_no_page_and_still_a_state_for_each_comment(house: House, ana: Visitor) -> None:
    said = house.reader("Ben").says("Keep no history of me.")
    house.db.execute("UPDATE people SET history_refused_at = created WHERE id = :id", id=said.person)
    assert "wants no history kept of them" in told(ana.gets(about(said)), 410)
    assert "Ben" not in words(page(ana, "/desk/people"))
    assert "Keep no history of me." in page(ana, f"/desk/comments/{said.id}")


# ── notes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_note_is_plain_text_kept_and_removed(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben").says("Hello.")
    before = page(ana, about(ben))
    assert before.index("They may ask to read this.") < before.index('<textarea id="note"')
    response = ana.client.post(f"{about(ben)}/notes", data={"note": "Met in *Porto*.\n<i>Twice</i>"})
    assert (response.status_code, response.headers["Location"]) == (303, f"{about(ben)}#notes")
    raw = ana.gets(about(ben)).get_data(as_text=True)
    assert "Met in *Porto*.\n&lt;i&gt;Twice" in raw
    remove = re.search(r'action="([^"]+/remove)"', raw)
    assert remove
    assert ana.client.post(remove[1]).status_code == 303
    assert "Porto" not in page(ana, about(ben))


def test_a_note_that_is_too_long_comes_back_whole_with_a_sentence(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben").says("Hello.")
    typed = "A very long note & more. " * 100
    text = told(ana.client.post(f"{about(ben)}/notes", data={"note": typed}), 422)
    assert typed.strip() in text
    assert "Please keep a note within 2,000 characters; this one has 2,499." in text
    assert 'aria-invalid="true"' in text
    assert house.count("notes") == 0


def test_notes_never_leave_the_authors_side(house: House, ana: Visitor, visitor: Visitor) -> None:
    ben = house.reader("Ben", trusted=True).says("Hello.")
    ana.client.post(f"{about(ben)}/notes", data={"note": "Planted secret."})
    house.author.answers(ben, "Hello, Ben.")
    house.work()
    for address in ("/comments/thread?page=/a/", "/comments/feed.atom", "/api/v1/comments?page=/a/", "/healthz"):
        assert "Planted secret" not in visitor.gets(address).get_data(as_text=True), address
    assert "Planted secret" not in house.fragment()


# ── who is who ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_leads_to_a_choice_and_never_to_a_join(house: House, ana: Visitor) -> None:
    one, two = house.reader("Ben").says("From my phone."), house.reader("Ben O.").says("From my desk.")
    response = ana.client.post(f"{about(one)}/join", data={"other": "ben"})
    assert response.headers["Location"] == f"{about(one)}?like=ben#same"
    assert house.count("joins") == 0
    text = page(ana, f"{about(one)}?like=ben")
    assert "A name proves nothing" in text
    assert f'name="other" value="{two.person}"' in text
    assert f'value="{one.person}"' not in text


@pytest.mark.parametrize("typed", ["{id}", "https://ana.example/desk/people/{id}?all=1#notes", " /desk/people/{id}/ "])
def test_a_pages_address_joins_two_and_it_can_be_taken_back(house: House, ana: Visitor, typed: str) -> None:
    one, two = house.reader("Ben").says("From my phone."), house.reader("Ben").says("From my desk.")
    response = ana.client.post(f"{about(one)}/join", data={"other": typed.format(id=two.person)})
    text = told(ana.follows(response))
    assert "They are one person here now. No figure has changed." in text
    assert "From my desk." in text
    moved = ana.gets(about(two))
    assert (moved.status_code, moved.headers["Location"]) == (303, about(one))
    assert f'action="{about(two)}/part"' in text
    back = ana.client.post(f"{about(two)}/part")
    assert back.headers["Location"] == about(one)
    assert "From my desk." not in page(ana, about(one))
    assert "From my desk." in page(ana, about(two))


def test_a_join_in_a_circle_is_a_sentence_with_what_was_typed(house: House, ana: Visitor) -> None:
    one, two = house.reader("Ben").says("From my phone."), house.reader("Ben").says("From my desk.")
    ana.client.post(f"{about(one)}/join", data={"other": two.person})
    for other in (one.person, two.person):
        text = told(ana.client.post(f"{about(two)}/join", data={"other": other}), 409)
        assert "These are one person here already." in text
        assert f'value="{other}"' in text
    nobody = told(ana.client.post(f"{about(one)}/join", data={"other": "0" * 26}), 404)
    assert "There is no such person here." in nobody
    assert house.count("joins") == 1


# ── the digest ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_digest_tells_the_past_week_and_links_to_the_weeks_before(house: House, ana: Visitor) -> None:
    assert "A quiet week" in page(ana, "/desk/digest")
    ben = house.reader("Ben").says("Will you *answer*?")
    house.shift_clock(days=7)
    text = page(ana, "/desk/digest")
    assert "Here you interacted with nobody in the past week. 1 person wrote; you have not answered them." in text
    assert f'href="{about(ben)}"' in text
    assert "How can you help?" in text
    assert "Will you <em>answer</em>?" in text
    weeks = re.findall(r'href="(/desk/digest\?week=[\d-]+)"', text)
    assert len(weeks) == 9
    assert "A quiet week" in page(ana, weeks[1])
    refused = told(ana.gets("/desk/digest?week=soon"), 422)
    assert "Please give a day of the week that you mean" in refused


# ── away ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_is_announced_and_taken_back(house: House, ana: Visitor) -> None:
    first, last = ids.now(days=2)[:10], ids.now(days=9)[:10]
    assert "Everybody can read this." in page(ana, "/desk/away")
    assert ana.client.post("/desk/away", data={"first_day": first, "last_day": last}).status_code == 303
    (notice,) = away.standing(house.db, now=ids.now())
    text = page(ana, "/desk/away")
    assert "announced" in text
    assert ana.client.post(f"/desk/away/{notice.id}/cancel").status_code == 303
    assert away.standing(house.db, now=ids.now()) == []
    assert "over, or was taken back already" in told(ana.client.post(f"/desk/away/{notice.id}/cancel"), 409)


def test_a_notice_that_cannot_be_made_is_a_sentence_with_what_was_typed(house: House, ana: Visitor) -> None:
    first, last = ids.now(days=2)[:10], ids.now(days=40)[:10]
    text = told(ana.client.post("/desk/away", data={"first_day": first, "last_day": last}), 422)
    assert "answers: none" in text
    assert f'value="{first}"' in text
    assert f'value="{last}"' in text
    assert 'aria-describedby="last_day-error"' in text
    assert house.count("away") == 0


# ── the pages themselves ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pages_about_people_are_valid_html_without_a_style_of_their_own(
    house: House, ana: Visitor, tmp_path: Path
) -> None:
    ben, other = house.reader("Ben"), house.reader("<b>Ben</b>").says("From my phone?")
    said = ben.says("Hello > you\n\n- a list", on="/b/")
    promised(house, said, "a <name>", days=2)
    ana.client.post(f"{about(said)}/notes", data={"note": "Met in <Porto>."})
    ana.client.post("/desk/away", data={"first_day": ids.now()[:10], "last_day": ids.now(days=3)[:10]})
    house.shift_clock(days=9)
    addresses = ["/desk/people", "/desk/people?name=ben", about(said), f"{about(said)}?like=ben"]
    addresses += ["/desk/digest", "/desk/away"]
    answers = [ana.gets(address) for address in addresses]
    answers.append(ana.client.post(f"{about(said)}/join", data={"other": other.person}, follow_redirects=True))
    answers.append(ana.client.post(f"{about(said)}/notes", data={"note": "x" * 3000}))
    answers.append(ana.client.post("/desk/away", data={"first_day": "soon", "last_day": ""}))
    files = []
    for number, response in enumerate(answers):
        text = response.get_data(as_text=True)
        assert " style=" not in text
        assert "<b>Ben" not in text
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(text, "utf-8")
    assert vnu.check(files) == []
