"""A conversation in which everything happens that a conversation can show."""

from comments_service import ids
from comments_service.moderation import acts
from tests.support.actors import House

LAST_WORDS = "أين الملح؟"


def held(house: House, path: str) -> None:
    """It took six hours; every reply was looked at, and the author was in no hurry."""
    house.shift_clock(hours=-6)
    ben, chloe, dalia = (house.reader(name) for name in ("Ben", "Chloé", "داليا"))
    asked = ben.says("Who *washes up* afterwards?\n\n> Nobody is late to a kitchen.\n\nWe are, at ours.", on=path)
    house.author.publishes(asked)
    house.shift_clock(hours=5)
    answer = house.author.answers(asked, "Whoever spoke last:\n\n- first the glasses,\n- then the rest.")
    linked = chloe.says("Then I would never speak.", on=path, to=answer, website="https://example.org/")
    house.author.publishes(linked)
    house.shift_clock(minutes=1)
    chloe.edits(linked, "Then I would never speak. See https://example.org/silence for why, and `whisper` for how.")
    house.author.answers(linked, "You would be missed.")
    _deeper(house, path)
    taken_back = dalia.says("This was too hasty.", on=path)
    house.author.answers(taken_back, "Hasty is fine at a table.")
    dalia.withdraws(taken_back)
    house.author.publishes(house.reader("داليا").says(LAST_WORDS, on=path))
    ids.use_clock(None)


def _deeper(house: House, path: str) -> None:
    """Six levels, of which four are shown as such."""
    last = None
    for name, words in (
        ("Edda", "Is there a list of the guests?"),
        ("Finn", "On the door of the larder."),
        ("Edda", "I see no larder."),
        ("Finn", "Behind the coats."),
        ("Gesine of the Long and Winding Family Name", "There are no coats in June, you fool."),
        ("Edda", "Then there is no list."),
    ):
        last = house.reader(name).says(words, on=path, to=last)
        house.author.publishes(last)
        if "you fool" in last.text:
            acts.edit(house.db, last.id, "There are no coats in June.", house.author.account, seen="")


def waiting(house: House, path: str) -> None:
    """Replies that nobody has looked at yet, of every kind."""
    house.reader("Hal").says("My first words here.", on=path, email="hal@example.org", wants_answer="yes")
    links = " ".join(f"https://example.org/{number}" for number in range(5))
    house.reader("Ida").says(f"Five links: {links}", on=path, website="https://example.org/ida")
    house.reader("Ida").says("Another one of that name.", on=path)
    house.reader("Jon").says("Just between you and me.", on=path, private=True, wants_answer="no")
