"""Readers' doors: the plain form first, then what the script adds."""

import gzip
import html
import json
import re

import pytest

from comments_service import posting, publishing
from tests.support.actors import House, page
from tests.support.browserless import JSON, Visitor


def test_a_plain_form_leads_to_the_writers_own_page_with_the_truth(visitor: Visitor) -> None:
    response = visitor.says("What do *you* do?")
    assert response.status_code == 303
    assert re.fullmatch(r"/comments/[0-9a-z]{26}/\?key=[\w-]{43}", response.headers["Location"])
    own = visitor.follows(response).get_data(as_text=True)
    assert "What do <em>you</em> do?" in own
    assert "reads it before others do" in own
    assert "Keep this link" in own
    assert "You can edit it for 15 more minutes" in own


def test_the_device_keeps_what_the_link_told_once(visitor: Visitor, house: House) -> None:
    response = visitor.says()
    address = response.headers["Location"].partition("?")[0]
    own = visitor.gets(address).get_data(as_text=True)
    assert "Hello there." in own
    assert "Keep this link" not in own
    assert Visitor(house).gets(address).status_code == 404


def test_the_private_link_opens_on_another_device_and_only_it_does(visitor: Visitor, house: House) -> None:
    location = visitor.says().headers["Location"]
    elsewhere = Visitor(house)
    assert "Hello there." in elsewhere.gets(location).get_data(as_text=True)
    assert elsewhere.gets(location[:-1]).status_code == 404


def test_a_published_reply_leads_others_to_its_place(house: House, visitor: Visitor) -> None:
    comment = house.author.says("Here.")
    response = visitor.gets(f"/comments/{comment.id}/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/a/#comment-{comment.id}")


def test_a_program_gets_201_and_the_comment_with_its_words(visitor: Visitor) -> None:
    response = visitor.says_json("Hello *you*.")
    told = response.get_json()
    assert response.status_code == 201
    assert {
        "id",
        "page",
        "parent",
        "state",
        "html",
        "name",
        "author",
        "url",
        "created",
        "edited",
        "edit_until",
        "children",
    } <= set(told)
    assert (told["state"], told["text"], told["author"]) == ("held", "Hello *you*.", False)
    assert told["own_url"].startswith(f"/comments/{told['id']}/?key=")
    assert "rapport_device" in response.headers["Set-Cookie"]
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]


def test_the_same_reply_twice_is_200_with_the_first_id(visitor: Visitor, house: House) -> None:
    first, second = visitor.says_json(), visitor.says_json()
    assert (second.status_code, second.get_json()["id"]) == (200, first.get_json()["id"])
    assert house.count("comments") == 1


def test_a_stranger_who_repeats_it_learns_nothing_that_they_did_not_send(house: House) -> None:
    first = Visitor(house).says_json(email="ben@example.org").get_json()
    again = Visitor(house).says_json(email="ben@example.org")
    assert again.get_json()["id"] == first["id"]
    assert "text" not in again.get_json()
    assert "key" not in again.headers["Location"]


@pytest.mark.parametrize("accept", ["", "*/*", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"])
def test_without_asking_for_json_by_name_one_is_a_person(visitor: Visitor, accept: str) -> None:
    response = visitor.client.post(
        "/comments/",
        data={"page": "/a/", "text": "x", "name": "Ben"},
        headers={"Accept": accept} if accept else {},
    )
    assert response.status_code == 303


def test_a_refused_form_keeps_everything_that_was_typed(visitor: Visitor, house: House) -> None:
    response = visitor.says(
        "My long & <careful> words", name="", email="me@example", website="https://me.example", wants_answer="yes"
    )
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "My long &amp; &lt;careful&gt; words" in page
    assert 'value="https://me.example"' in page
    assert 'value="me@example"' in page
    assert re.search(r'value="yes"\s+checked', page)
    assert 'aria-invalid="true"' in page
    assert "Please give a name" in page
    assert house.count("comments") == 0


def test_an_unknown_essay_still_gives_the_words_back(visitor: Visitor) -> None:
    response = visitor.says("Do not lose me", page="/nowhere/")
    assert response.status_code == 404
    assert "Do not lose me" in response.get_data(as_text=True)


def test_a_reply_link_works_without_script(house: House, visitor: Visitor) -> None:
    comment = house.author.says("Ask me.")
    page = visitor.gets(f"/comments/reply?page=/a/&parent={comment.id}").get_data(as_text=True)
    assert f'name="parent" value="{comment.id}"' in page
    assert "Ask me." in page
    assert 'action="/comments/"' in page


def test_preview_shows_who_is_speaking_and_sends_nothing(visitor: Visitor, house: House) -> None:
    page = visitor.client.post("/comments/preview", data={"page": "/a/", "text": "*Hi*", "name": "Ben"}).get_data(
        as_text=True
    )
    assert "<em>Hi</em>" in page
    assert "You are replying as" in page
    assert ">\n*Hi*</textarea>" in page
    told = visitor.client.post(
        "/comments/preview", json={"page": "/a/", "text": "*Hi*", "name": "Ben"}, headers=JSON
    ).get_json()
    assert told["html"] == "<p><em>Hi</em></p>"
    assert house.count("comments") == 0


def test_one_edits_and_withdraws_with_plain_forms(visitor: Visitor, house: House) -> None:
    own = visitor.says("Teh words.").headers["Location"].partition("?")[0]
    assert visitor.client.post(f"{own}edit", data={"text": "The words.", "seen": ""}).status_code == 303
    assert "The words." in visitor.gets(own).get_data(as_text=True)
    gone = visitor.client.post(f"{own}withdraw")
    assert gone.status_code == 200
    assert "deleted" in gone.get_data(as_text=True)
    assert visitor.gets(own).status_code == 410
    assert visitor.client.post(f"{own}withdraw").status_code == 410
    assert house.db.value("SELECT text FROM comments") == ""


def test_edits_are_slowed_and_keep_what_was_typed(visitor: Visitor, house: House) -> None:
    visitor.says("Number 0")
    id_ = house.db.value("SELECT id FROM comments")
    for number in range(1, 31):
        seen = house.db.value("SELECT coalesce(edited, '') FROM comments")
        edited = visitor.client.post(f"/comments/{id_}/edit", data={"text": f"Number {number}", "seen": seen})
        assert edited.status_code == 303
    late = visitor.client.post(f"/comments/{id_}/edit", data={"text": "Number 31"})
    assert late.status_code == 429
    assert "Number 31" in late.text
    assert house.db.value("SELECT text FROM comments") == "Number 30"


def test_an_expired_edit_keeps_what_was_typed(visitor: Visitor, house: House) -> None:
    own = visitor.says("Words.").headers["Location"].partition("?")[0]
    house.shift_clock(minutes=16)
    response = visitor.client.post(f"{own}edit", data={"text": "Better words.", "seen": ""})
    assert response.status_code == 410
    assert "15 minutes" in response.get_data(as_text=True)
    assert "Better words." in response.get_data(as_text=True)


def test_a_stranger_changes_nothing(visitor: Visitor, house: House) -> None:
    own = visitor.says("Mine.").headers["Location"].partition("?")[0]
    stranger = Visitor(house)
    stranger.client.set_cookie("rapport_device", "forged")
    for action in ("edit", "withdraw"):
        response = stranger.client.post(f"{own}{action}", data={"text": "Yours."})
        assert response.status_code == 403
    assert house.db.value("SELECT text FROM comments") == "Mine."


def test_the_thread_is_the_pages_own_fragment(house: House, visitor: Visitor) -> None:
    house.author.says("Here.")
    response = visitor.gets("/comments/thread?page=/a/")
    assert response.get_data(as_text=True) == house.fragment()
    told = visitor.gets("/comments/thread?page=/a/", Accept="application/json").get_json()
    assert (told["page"], told["count"], told["comments"][0]["author"]) == ("/a/", 1, True)
    assert visitor.gets("/comments/thread?page=/nowhere/").status_code == 404


def test_the_thread_is_compressed_and_answers_304(house: House, visitor: Visitor) -> None:
    house.author.says("Here.")
    first = visitor.gets("/comments/thread?page=/a/", Accept_Encoding="gzip")
    assert first.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(first.data).decode() == house.fragment()
    etag = first.headers["ETag"]
    again = visitor.gets("/comments/thread?page=/a/", Accept_Encoding="gzip", If_None_Match=etag)
    assert (again.status_code, again.data) == (304, b"")
    # Another coding, another form and another version are other bytes.
    assert visitor.gets("/comments/thread?page=/a/", If_None_Match=etag).status_code == 200
    assert (
        visitor.gets(
            "/comments/thread?page=/a/", Accept_Encoding="gzip", Accept="application/json", If_None_Match=etag
        ).status_code
        == 200
    )
    house.author.says("More.")
    assert visitor.gets("/comments/thread?page=/a/", Accept_Encoding="gzip", If_None_Match=etag).status_code == 200
    assert "Set-Cookie" not in first.headers


def test_counts_are_told_for_what_is_asked(house: House, visitor: Visitor) -> None:
    house.author.says("Here.")
    assert visitor.gets("/comments/counts?page=/a/&page=/b/&page=/x/").get_json() == {"/a/": 1, "/b/": 0, "/x/": 0}


def test_counts_are_told_for_an_address_that_an_essay_had_before(house: House, visitor: Visitor) -> None:
    house.author.says("Here.")
    publishing.register(house.db, [page("/new/", facts={"former": ["/a/"]}), page("/b/")])
    asked = "/comments/counts?page=/a/&page=/new/&page=/b/"
    assert visitor.gets(asked).get_json() == {"/a/": 1, "/new/": 1, "/b/": 0}


def test_a_private_answer_stands_on_the_readers_own_page_alone(visitor: Visitor, house: House) -> None:
    own = visitor.says("Between us.", private="yes").headers["Location"]
    comment_id = own.split("/")[2]
    comment = posting.owned(house.db, house.reader().speaker, comment_id, own.split("key=")[1])
    assert comment is not None
    house.author.answers(comment, "Only for you.")
    assert "Only for you." in visitor.gets(own).get_data(as_text=True)
    for address in (
        "/comments/thread?page=/a/",
        "/comments/feed.atom",
        "/comments/answers.atom",
        "/comments/counts?page=/a/",
    ):
        told = Visitor(house).gets(address).get_data(as_text=True)
        assert "Only for you" not in told
        assert "Between us" not in told


def test_identity_tells_who_one_is_here(visitor: Visitor) -> None:
    nobody = {"name": "", "author": False, "signed_in": False, "proven": "", "known": False, "identities": []}
    assert visitor.gets("/identity/", Accept="application/json").get_json() == nobody
    visitor.signs_in()
    told = visitor.gets("/identity/", Accept="application/json").get_json()
    assert told == nobody | {"name": "Ana Ferreira", "author": True, "signed_in": True}


def test_the_authors_comments_are_marked_by_account(visitor: Visitor) -> None:
    visitor.signs_in()
    told = visitor.says_json("I answer.", name="Typed Otherwise").get_json()
    assert (told["name"], told["author"], told["state"]) == ("Ana Ferreira", True, "published")


def test_signing_out_ends_the_session(visitor: Visitor) -> None:
    visitor.signs_in()
    session = visitor.client.get_cookie("rapport_session")
    assert session is not None
    assert visitor.client.post("/identity/sign-out", data={"next": "//evil.example/"}).headers["Location"] == "/"
    visitor.client.set_cookie("rapport_session", session.value)
    assert visitor.gets("/identity/", Accept="application/json").get_json()["signed_in"] is False


def test_cookies_are_bound_to_the_host_behind_tls(house: House) -> None:
    house.settings = house.settings.with_(url="https://example.org")
    cookie = Visitor(house).says_json().headers["Set-Cookie"]
    assert cookie.startswith("__Host-rapport_device=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_json_knows_check_boxes_as_booleans(visitor: Visitor) -> None:
    assert json.loads(visitor.says_json("Psst.", private=True).data)["state"] == "held"


# ── remembered if asked ─────────────────────────────────────────────────────────────────────────────────────────────

ME = {"name": "Ben <3", "email": "ben@example.org", "website": "https://ben.example/?a=1&b=ü"}


@pytest.mark.parametrize("send", ["says", "says_json"])
def test_a_guest_is_remembered_on_this_device_if_they_ask(house: House, visitor: Visitor, send: str) -> None:
    sent = getattr(visitor, send)(**ME, remember="yes")
    (cookie,) = [line for line in sent.headers.getlist("Set-Cookie") if line.startswith("rapport_me=")]
    assert "HttpOnly" in cookie
    form = html.unescape(visitor.gets("/comments/reply?page=/a/").text)
    assert [f'value="{value}"' in form for value in ME.values()] == [True] * 3
    assert 'name="remember" value="yes" checked' in form
    assert "Ben" not in Visitor(house).gets("/comments/reply?page=/a/").text


def test_who_does_not_ask_is_not_remembered_any_more(visitor: Visitor) -> None:
    visitor.says(**ME, remember="yes")
    visitor.says("Other words.", **ME)
    assert "ben@example.org" not in visitor.gets("/comments/reply?page=/a/").text


def test_what_was_typed_wins_over_what_is_remembered(visitor: Visitor) -> None:
    visitor.says(**ME, remember="yes")
    form = html.unescape(visitor.says("", name="Benjamin", email="", website="").text)
    assert 'value="Benjamin"' in form
    assert "ben@example.org" not in form


@pytest.mark.parametrize("forged", ["%", "name", "name=%FF&evil=1", "x" * 4000, '"><script>'])
def test_a_forged_memory_does_no_harm(visitor: Visitor, forged: str) -> None:
    visitor.client.set_cookie("rapport_me", forged)
    page = visitor.gets("/comments/reply?page=/a/")
    assert page.status_code == 200
    assert "<script>" not in page.text.replace('<script type="module"', "")
