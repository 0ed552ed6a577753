"""Whether readers were told by letter: beside an answer at the desk, and on the reader's own page; never where to."""

from typing import Any

import pytest

from comments_service import delivering, ids
from comments_service.models import Comment, Role
from comments_service.store import correspondents, news, outbox
from tests.support import desk, proving
from tests.support.actors import House, Reader
from tests.support.browserless import Visitor
from tests.support.desk import page
from tests.support.post import open_office


def answered(house: House, **more: Any) -> tuple[Reader, Comment, Comment]:
    """Ben asked with an address, and the author answered."""
    ben = house.reader("Ben")
    asked = ben.says("How?", **({"email": "ben@example.net", "notify": "author"} | more))
    return ben, asked, house.author.answers(asked, "Like this, with patience.")


def to_be_told(house: House, answer: Comment, *, rhythm: str = "now", confirmed: bool = True) -> str:
    """Ben is to be told of the answer; returns which correspondent he is."""
    ben = correspondents.welcome(house.db, "ben@example.net", "en")
    correspondents.keep_rhythm(house.db, ben.id, rhythm)  # type: ignore[arg-type]
    if confirmed:
        correspondents.confirm(house.db, ben.id, now=ids.now())
    news.add(house.db, "answer", f"answer {answer.id}", correspondent=ben.id, comment=answer.id, letter="a-letter")
    return ben.id


def own(house: House, ben: Reader, asked: Comment) -> str:
    return Visitor(house).gets(f"/comments/{asked.id}/?key={ben.key}").get_data(as_text=True)


def on_the_desk(house: House, asked: Comment, answer: Comment, words: str) -> None:
    """These words stand at the reply and at its answer on the desk."""
    ana = Visitor(house).signs_in()
    for one in (asked, answer):
        assert f"<bdi>Ben</bdi>, of the answer: {words}." in page(ana, f"/desk/comments/{one.id}")


def both(house: House, ben: Reader, asked: Comment, answer: Comment, words: str, to_them: str) -> None:
    """The first words stand on the desk, the others on the page of whoever proved the address, and of nobody else."""
    on_the_desk(house, asked, answer, words)
    assert to_them not in own(house, ben, asked), "whoever typed an address learns nothing of what its owner said"
    owner = Visitor(house)
    proving.proves_address(owner, "ben@example.net")
    told = owner.gets(f"/comments/{asked.id}/?key={ben.key}").get_data(as_text=True)
    assert f'<p class="hint">{to_them}</p>' in told


def test_told_on_a_day(house: House) -> None:
    ben, asked, answer = answered(house)
    to_be_told(house, answer)
    both(house, ben, asked, answer, "is being told, in a few minutes", "A letter tells you of it in a few minutes.")
    news.told(house.db, ["a-letter"], at=ids.now())
    both(house, ben, asked, answer, "told today", "A letter told you of it today.")


def test_told_perhaps_twice_and_why(house: House) -> None:
    ben, asked, answer = answered(house)
    to_be_told(house, answer)
    news.told(house.db, ["a-letter"], at=ids.now(), remark="It may have come twice: the worker was stopped.")
    twice = "today; it may have come twice: the worker was stopped"
    both(house, ben, asked, answer, f"told {twice}", f"A letter told you of it {twice}.")


@pytest.mark.parametrize(("rhythm", "word"), [("day", "daily"), ("week", "weekly")])
def test_will_be_told_in_the_next_letter(house: House, rhythm: str, word: str) -> None:
    ben, asked, answer = answered(house)
    to_be_told(house, answer, rhythm=rhythm)
    both(
        house,
        ben,
        asked,
        answer,
        f"will be told in the next {word} letter",
        f"Your next {word} letter tells you of it.",
    )


def test_has_not_said_yes(house: House) -> None:
    ben, asked, answer = answered(house)
    to_be_told(house, answer, confirmed=False)
    none = "No letter tells you of it, since you have not said yes to letters."
    both(house, ben, asked, answer, "has not said yes to letters", none)


def test_could_not_be_delivered_and_why(house: House) -> None:
    ben, asked, answer = answered(house)
    reader = to_be_told(house, answer)
    news.drop(house.db, "a-letter", "The address does not exist (550 5.1.1).", at=ids.now())
    lost = "could not be delivered: the address does not exist (550 5.1.1)"
    both(house, ben, asked, answer, lost, f"The letter about it {lost}.")
    correspondents.bounced(house.db, reader, "550 5.1.1", now=ids.now())
    second = house.author.answers(asked, "And one more thing.")
    news.add(house.db, "answer", f"answer {second.id}", correspondent=reader, comment=second.id)
    ana = Visitor(house).signs_in()
    assert "letters there come back (550 5.1.1)" in page(ana, f"/desk/comments/{second.id}")


def test_wished_for_none_or_left_no_address(house: House) -> None:
    on_the_desk(house, *answered(house, notify="none")[1:], "wished for none")
    on_the_desk(house, *answered(house, email="")[1:], "left no address for one")


def test_many_who_listen_are_told_of_in_numbers_and_without_a_name(house: House) -> None:
    _, asked, answer = answered(house, notify="none")
    for name in ("amy", "cleo", "dan"):
        reader = correspondents.welcome(house.db, f"{name}@example.net", "en")
        correspondents.confirm(house.db, reader.id, now=ids.now())
        news.add(house.db, "thread", name, correspondent=reader.id, comment=answer.id, letter=name)
    news.told(house.db, ["amy", "cleo"], at=ids.now())
    told = page(Visitor(house).signs_in(), f"/desk/comments/{answer.id}")
    assert "2 others who listen here: told today." in told
    assert "1 other who listens here: is being told" in told
    assert "amy" not in told
    assert asked.id in told


def test_a_moderator_is_told_nothing_of_letters(house: House) -> None:
    _, asked, answer = answered(house)
    to_be_told(house, answer)
    mo = desk.signed_in(house, "Mo", Role.MODERATOR)
    assert "By letter" not in page(mo, f"/desk/comments/{asked.id}")


def test_a_letter_that_was_given_up_is_tried_again_from_the_desk_and_then_told(house: House) -> None:
    ben, asked, answer = answered(house)
    to_be_told(house, answer)
    outbox.put(house.db, "letter.code", "gone", lane=outbox.LETTERS)
    (job,) = [one.job for one in outbox.undone(house.db, outbox.LETTERS, limit=1)]
    house.db.execute("UPDATE news SET letter = :job", job=job.id)
    outbox.give_up(house.db, job, "The mail server refused the letter (554).")
    news.drop(house.db, job.id, "The mail server refused the letter (554).", at=ids.now())
    ana = Visitor(house).signs_in()
    assert "Try again" in page(ana, "/desk/letters")
    assert ana.client.post("/desk/letters/retry", data={"id": job.id}).status_code == 303
    assert "Tried again" in page(ana, "/desk/letters?done=again")
    both(house, ben, asked, answer, "is being told, in a few minutes", "A letter tells you of it in a few minutes.")
    assert outbox.given_up(house.db, lanes=outbox.BY_POST) == 0


def test_an_account_whose_address_is_nobodys_is_told_at_the_desk_until_a_letter_arrives(house: House) -> None:
    from tests.support import asking

    asking.for_a_link(house)
    settings = house.settings.with_(mail_from="blog@example.org")
    with open_office(at_rcpt=lambda: "550 5.1.1 nobody") as office:
        delivering.deliver_once(house.db, settings.with_(smtp_url=office.url), house.keys)
    ana = Visitor(house).signs_in()
    for address in ("/desk/", "/desk/letters"):
        assert "Letters to your own address come back" in page(ana, address)
    asking.for_a_link(house, "other@example.org")
    assert "come back" not in page(ana, "/desk/letters")
