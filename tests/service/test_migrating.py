"""A house of before the ledger moves in: its events are told in the new form, and nobody who waited is forgotten."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from comments_service import ids, ledger, migrations
from comments_service.database import Database, opened
from comments_service.engagement import doctor
from comments_service.store import conversations
from tests.support.actors import House

_AT = "2026-11-03T14:30:00.000Z"


@pytest.fixture
def old_house(either_house: House, tmp_path: Path) -> Iterator[Database]:
    """A database as the version before the ledger left it, on the same engine."""
    if either_house.settings.database:
        for row in either_house.db.rows("SELECT relname FROM pg_stat_user_tables ORDER BY relname"):
            either_house.db.execute(f"DROP TABLE {row['relname']} CASCADE")
    with opened(either_house.settings.with_(data=tmp_path / "old")) as db:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrations, "STEPS", migrations.STEPS[:2])
            migrations.migrate(db)
        yield db


def _old_data(text: str, **more: object) -> str:
    features = ledger.features(text, key=b"key").as_data()
    return json.dumps(features | {"page": "/a/", "within": 48, "promised": True, "private": False} | more)


def _add(db: Database, table: str, **row: object) -> None:
    db.insert(table, row)


def _comment(db: Database, id_: str, person: str, text: str, **more: object) -> None:
    empty = dict.fromkeys(
        ("html", "email", "website", "wants_answer", "notify", "new_essays", "network", "print", "key", "reasons"), ""
    )
    row = {
        "id": id_, "page": "/a/", "parent": None, "root": "question", "conversation": "c1", "person": person,
        "author": None, "state": "published", "text": text, "html_version": 1, "name": person, "edition": 1,
        "created": _AT, "edit_until": _AT, "edited": None, "published_at": _AT, "private_at": None,
        "withdrawn_at": None,
    }  # fmt: skip
    _add(db, "comments", **(empty | row | more))


def test_what_was_said_before_waits_as_it_did(old_house: Database) -> None:
    db = old_house
    page = {"title": "A", "question": "", "summary": "", "language": "en", "published": _AT, "modified": _AT,
            "edition": 1, "conversation": "open", "version": 1, "facts": "{}"}  # fmt: skip
    _add(db, "pages", path="/a/", **page)
    for person, role in (("ben", None), ("eve", None), ("ana", "owner")):
        _add(db, "people", id=person, created=_AT, name=person, email="", role=role, trusted_at=_AT)
    _add(db, "conversations", id="c1", page="/a/", root="question", person="ben", last_seq=2)
    _add(db, "conversations", id="c2", page="/a/", root="question", person="eve", last_seq=1)
    _comment(db, "question", "ben", "How do you do it?")
    _comment(db, "answer", "ana", "With patience.", parent="question", author="ana")
    _comment(db, "thanks", "eve", "And how long does it take?", parent="answer", conversation="c2")
    event = {"at": _AT, "type": "comment"}
    _add(db, "events", conversation="c1", seq=1, comment="question", person="ben", actor="ben",
         data=_old_data("How do you do it?", state="held", by_author=False), **event)  # fmt: skip
    _add(db, "events", conversation="c1", seq=2, comment="answer", person="ana", actor="ana",
         data=_old_data("With patience.", state="published", by_author=True), **event)  # fmt: skip
    _add(db, "events", conversation="c2", seq=1, comment="thanks", person="eve", actor="eve",
         data=_old_data("And how long does it take?", state="published", by_author=False), **event)  # fmt: skip
    assert migrations.migrate(db)[0] == "the_ledger"
    answered, waiting = conversations.find(db, "c1"), conversations.find(db, "c2")
    assert answered is not None
    assert waiting is not None
    assert (answered.state, waiting.state) == ("answered", "needs_answer")
    assert waiting.due_at == ids.as_text(ids.as_moment("2026-11-05T14:30:00.000Z"))
    assert conversations.badges(db, "/a/")["question"].answer == "answer"
    assert doctor.examine(db).differing == {}
