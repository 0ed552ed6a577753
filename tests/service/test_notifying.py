"""Notifying: what letters say, and that they say it in both parts, of this blog alone."""

import re
from pathlib import Path

import pytest

from comments_service import ids, mail, notifying, proofs
from comments_service.identity import authors
from comments_service.mail import Letter
from comments_service.store import errands, outbox, pages, people, sessions, webhooks
from comments_service.store.webhooks import Webhook
from tests.support import asking, corresponding, telling, vnu
from tests.support.actors import House, furnish

_LINK = re.compile(r'(?:href|src|url)\s*[=(]\s*"?([^"\s>)]+)')


def written(house: House) -> Letter | None:
    """The letter that the only job asks for."""
    (job,) = outbox.due(house.db, now=ids.now(), limit=2, lane=outbox.LETTERS)
    return notifying.letter(house.db, house.settings, house.keys, job)


def test_the_letter_of_a_challenge_holds_its_code_and_its_link_in_both_parts(house: House) -> None:
    challenge = asking.for_a_code(house)
    letter = written(house)
    assert letter is not None
    code, token = proofs.code(house.keys, challenge.id), proofs.token(house.keys, challenge.id)
    link = f"{house.settings.url}/identity/email/{token}"
    assert (letter.id, letter.to, letter.subject) == (challenge.id, "ben@example.net", "Your code · Rapport")
    assert re.findall(r"\b\d{6}\b", letter.text) == [code]
    assert letter.text.splitlines().count(link) == 1
    for part in (letter.text, letter.html):
        assert code in part
        assert link in part
        for words in ("30 minutes", "in the browser where you asked", "If you did not ask for this, do nothing"):
            assert words in part
    assert code not in letter.subject


def test_the_letter_that_signs_an_account_in_holds_its_link_and_until_when(house: House) -> None:
    link = asking.for_a_link(house)
    letter = written(house)
    assert letter is not None
    assert (letter.id, letter.to) == (link, "ana@example.org")
    address = f"{house.settings.url}/desk/sign-in?token={proofs.sign_in_secret(house.keys, link)}"
    assert letter.text.splitlines().count(address) == 1
    assert address in letter.html
    assert re.search(r"until \d+ \w+ \d{4}, \d\d:\d\d \(UTC\)", letter.text)
    assert "Hello Ana Ferreira," in letter.text


def test_a_link_from_a_letter_opens_the_desk(house: House) -> None:
    asking.for_a_link(house)
    letter = written(house)
    assert letter is not None
    (secret,) = re.findall(r"token=(\w+)", letter.text)
    link = sessions.find_link(house.db, ids.digest(secret))
    assert link is not None
    assert link.opens(now=ids.now())
    assert link.account.id == house.author.account.id


def test_a_letter_that_has_become_pointless_is_not_written(either_house: House) -> None:
    house = either_house
    challenge = asking.for_a_code(house)
    errands.use_challenge(house.db, challenge.id, now=ids.now())
    assert written(house) is None
    house.db.execute("DELETE FROM challenges")
    assert written(house) is None
    house.db.execute("DELETE FROM jobs")
    asking.for_a_code(house)
    house.shift_clock(minutes=31)
    assert written(house) is None
    house.db.execute("DELETE FROM jobs")
    asking.for_a_link(house)
    assert written(house) is not None
    house.shift_clock(minutes=31)
    assert written(house) is None
    house.db.execute("DELETE FROM jobs")
    asking.for_a_link(house)
    sessions.end_all(house.db, house.author.account.id, now=ids.now())
    assert written(house) is None


def test_an_account_without_an_address_is_told_to_the_operator(house: House) -> None:
    asking.for_a_link(house, "")
    with pytest.raises(mail.Refused, match="no e-mail address"):
        written(house)


def test_a_fact_of_another_version_asks_for_no_letter(house: House) -> None:
    outbox.put(house.db, "letter.of_the_future", "x", lane=outbox.LETTERS)
    assert written(house) is None


def test_addressees_are_found_for_all_letters_at_once_and_missed_where_nobody_knows_them(either_house: House) -> None:
    house = either_house
    asking.for_a_code(house, "ben@example.net")
    asking.for_a_link(house)
    outbox.put(house.db, "letter.code", "gone", lane=outbox.LETTERS)
    jobs = [one.job for one in outbox.undone(house.db, outbox.LETTERS, limit=10)]
    found = notifying.addressees(house.db, jobs)
    assert sorted(found.values()) == ["ana@example.org", "ben@example.net"]
    assert found == {job.id: found[job.id] for job in jobs if job.subject != "gone"}
    assert notifying.addressees(house.db, []) == {}
    assert people.emails(house.db, [house.author.account.id, "nobody"]) == {house.author.account.id: "ana@example.org"}


@pytest.fixture
def letters(house: House) -> list[Letter]:
    """One of each kind."""
    telling.everything(house)
    asking.for_a_code(house)
    asking.for_a_link(house)
    authors.ask_to_move(house.db, house.author.account, "ana@new.example")
    about = {"person": house.author.account.id, "outcome": "empty", "said": "", "comment": "", "answers": "<a@b.org>"}
    outbox.put(house.db, notifying.RETURNED, ids.new_id(), lane=outbox.LETTERS, **about)
    told = Webhook(ids.new_id(), "https://a.example/hook", ("comment.held",), ids.now())
    webhooks.add(house.db, told)
    webhooks.switch_off(house.db, told.id, webhooks.FAILING, now=ids.now())
    outbox.put(house.db, notifying.WEBHOOK_OFF, told.id, lane=outbox.LETTERS, person=house.author.account.id)
    jobs = outbox.due(house.db, now=ids.now(), limit=20, lane=outbox.LETTERS)
    found = [notifying.letter(house.db, house.settings, house.keys, job) for job in jobs]
    outbox.done(house.db, jobs)
    return [one for one in found if one] + [notifying.trial(house.settings, "ben@example.net"), *_to_readers(house)]


def _to_readers(house: House) -> list[Letter]:
    """The question, all that a reader can be told at once, and an essay as its author sees it announced."""
    ben, cleo = house.reader("Ben", trusted=True), house.reader("Cleo", trusted=True)
    said = ben.says("Is that so?", email="ben@example.net", notify="thread", new_essays=True)
    (question,) = corresponding.post(house)
    corresponding.says_yes(house, "ben@example.net")
    cleo.says("It is. " * 200, to=said)
    house.author.answers(said, "It *is*.")
    notifying.announce(house.db, house.settings, "/b/")
    (news,) = corresponding.post(house, minutes=6)
    essay = pages.find(house.db, "/b/")
    assert essay is not None
    return [question, news, notifying.of_essay(house.db, house.settings, house.keys, essay)]


def test_every_kind_of_letter_leads_here_alone_and_fetches_nothing(letters: list[Letter], house: House) -> None:
    # And the trial, and an essay as its author sees it announced.
    assert len(letters) == len(notifying.LETTERS) + 2
    for letter in letters:
        links = _LINK.findall(letter.html)
        assert links
        assert all(link.startswith(f"{house.settings.url}/") for link in links), links
        assert all(link.startswith(f"{house.settings.url}/") for link in re.findall(r"\S*://\S*", letter.text))
        assert not re.search(r"<(img|script|link|iframe|object|form)|@import|@font-face", letter.html)
        assert set(_LINK.findall(letter.html)) <= set(letter.text.split()), "the text part is whole by itself"
        assert max(len(line) for line in letter.text.splitlines()) < 200
        assert letter.subject.endswith("· Rapport")


def test_the_html_of_every_kind_of_letter_is_valid(letters: list[Letter], tmp_path: Path) -> None:
    files = []
    for number, letter in enumerate(letters):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(letter.html, "utf-8")
    assert vnu.check(files) == []


def test_a_hostile_title_and_name_are_words_and_no_markup(tmp_path: Path) -> None:
    hostile = '<script>alert(1)</script> & "x"\r\nBcc: eve@example.com'
    with furnish(tmp_path, title=hostile, author="Ana <b>Ferreira</b> & Co") as house:
        asking.for_a_code(house)
        asking.for_a_link(house)
        house.work()
        for letter in house.letters:
            assert letter.subject.endswith('<script>alert(1)</script> & "x" Bcc: eve@example.com')
            assert '<script>alert(1)</script> & "x" Bcc' in letter.text
        asking.for_a_link(house)
        again = written(house)
        assert again is not None
        assert "<script" not in again.html
        assert "Ana &lt;b&gt;Ferreira&lt;/b&gt; &amp; Co" in again.html
        assert "Hello Ana <b>Ferreira</b> & Co," in again.text


def test_the_letter_to_a_new_address_goes_there_and_holds_a_link_for_who_is_signed_in(house: House) -> None:
    challenge = authors.ask_to_move(house.db, house.author.account, "ana@new.example")
    letter = written(house)
    assert letter is not None
    assert letter.to == "ana@new.example"
    link = f"{house.settings.url}/desk/address?token={proofs.token(house.keys, challenge.id)}"
    assert letter.text.splitlines().count(link) == 1
    assert link in letter.html
    jobs = outbox.due(house.db, now=ids.now(), limit=2, lane=outbox.LETTERS)
    assert list(notifying.addressees(house.db, jobs).values()) == ["ana@new.example"]
    house.shift_clock(minutes=31)
    assert written(house) is None


TEMPLATES = Path(mail.__file__).parents[1] / "templates" / "mail"


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.iterdir()))
def test_after_a_greeting_a_sentence_begins(template: str) -> None:
    said = re.sub(r"\{%.*?%\}", "", (TEMPLATES / template).read_text("utf-8"))
    assert re.findall(r"^Hello.*,\s+([a-z].*)", said, re.MULTILINE) == []
