"""Rules as tests lay them down, and reports of readers who proved who they are."""

from typing import Any

from comments_service.models import Comment
from comments_service.moderation import reporting, ruling
from comments_service.moderation.reporting import Reported
from comments_service.screening import Action
from comments_service.screening.rules import Conditions, Rule
from tests.support import claims
from tests.support.actors import House, Reader
from tests.support.proving import signed_in


def draft(action: Action = Action.HOLD, *, name: str = "A rule", sentence: str = "", **conditions: Any) -> Rule:
    """A rule that is nowhere yet."""
    asked = Conditions(**conditions)
    return Rule(id="", name=name, action=action, sentence=sentence, conditions=asked, place=0, on_at=None, made_by="",
                made_at="")  # fmt: skip


def laid_down(house: House, action: Action = Action.HOLD, *, on: bool = True, **more: Any) -> Rule:
    """A rule of the house, switched on."""
    rule = ruling.make(house.db, draft(action, **more), house.author.account)
    return ruling.switch(house.db, rule.id, house.author.account, on=True) if on else rule


def proven(house: House, name: str) -> Reader:
    """Somebody who proved who they are, in a way of their own."""
    return signed_in(house, name, claims=claims.github(name.lower()))


def reports(reader: Reader, comment: Comment, reason: str = "abuse", words: str = "") -> Reported:
    """What comes of a reader's report."""
    house = reader.house
    return reporting.report(house.db, house.settings, reader.speaker, comment.id, reason, words)


def reported_by(house: House, comment: Comment, number: int) -> list[Reported]:
    """What comes of reports by so many people, each proven."""
    return [reports(proven(house, f"Witness{one}"), comment) for one in range(number)]
