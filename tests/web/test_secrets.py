"""The walk for planted secrets: nothing private ever reaches a page, a feed, the open API, an export or a log."""

import dataclasses
import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pelican import Pelican, signals
from pelican.settings import read_settings
from werkzeug.routing import Rule

from comments_service import answering, create_app, engagement, ids, pictures, publishing
from comments_service.engagement import away, figures, people
from comments_service.models import Comment, Undertaking, Verb
from comments_service.publishing import files
from comments_service.store import comments, identities
from comments_service.store import pictures as copies
from comments_service.web import context
from plugins import baked_comments
from tests.plugins.building import CONFIGURATION
from tests.service.test_pictures import as_file, halves
from tests.support.actors import House, furnish, page
from tests.support.browserless import Visitor
from tests.support.proving import GITHUB, signed_in

ESSAY = """Title: One
Date: 2026-01-02 08:00
Slug: one
Tags: tables
Question: And you?
Authors: Ana Ferreira

First words.
"""
ACCOUNT = """Title: How I answer
Slug: how-i-answer

Good or bad.

<!--rapport:figures all-->
<!--/rapport-->
"""
ON = "/one/"
# The ledger's words for how a conversation ended; people are never told them.
LEDGERS = r"answered_elsewhere|answered_by_reader|thanks_only|acknowledged|declined|stale|snoozed|promoted|lapsed"


@dataclass
class Planted:
    """The secrets of a house, each under the name of what it is; `ids` are those of every comment, public or not.

    `known_by_token`: what a program with the token may learn.
    """

    secrets: dict[str, str] = field(default_factory=dict)
    known_by_token: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    due: str = ""

    def words(self, name: str) -> str:
        """New words that nobody would write by chance."""
        return self.keep(name, f"Quetzal{name.title().replace(' ', '')}{len(self.secrets)}")

    def keep(self, name: str, secret: str) -> str:
        """Something that is secret by itself."""
        assert len(secret) >= 8, f"{name} is too short to be found"
        self.secrets[name] = secret
        return secret

    def found_in(self, text: str, *, token: bool = False) -> list[str]:
        """The names of the secrets that a text holds."""
        looked_for = {name: one for name, one in self.secrets.items() if not (token and name in self.known_by_token)}
        return [name for name, one in looked_for.items() if one in text]


@pytest.fixture
def walked_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house with a site built by Pelican and our theme, whose settings stand in the environment."""
    monkeypatch.setenv("RAPPORT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RAPPORT_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("RAPPORT_ANSWER_WITHIN", "72")
    with furnish(
        tmp_path, essays=(page(ON),), answer_within=72, rate_limit=False, author_email="ana-quetzal@mail.example"
    ) as house:
        publishing.put_live(house.settings, built(tmp_path, "first"))
        yield house
    signals.article_generator_finalized.disconnect(baked_comments.remember)
    signals.finalized.disconnect(baked_comments.bake)


def built(folder: Path, name: str) -> Path:
    content = folder / "content"
    for path, text in {"essays/one.md": ESSAY, "pages/how-i-answer.md": ACCOUNT}.items():
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_text(text, "utf-8")
    Pelican(read_settings(str(CONFIGURATION), override={"PATH": str(content), "OUTPUT_PATH": str(folder / name)})).run()
    return folder / name


@pytest.fixture
def every_line(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that is logged, down to the smallest. Pelican would let each line pass only once in a process's life."""
    ours = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith("rapport")]
    filters = {logger: logger.filters[:] for logger in ours}
    for logger in ours:
        logger.filters.clear()
    caplog.set_level(logging.DEBUG)
    yield caplog
    for logger, kept in filters.items():
        logger.filters[:] = kept


@pytest.fixture
def planted(walked_house: House, every_line: pytest.LogCaptureFixture) -> Planted:
    """Everything private there is, put there by the acts that people do."""
    house, made = walked_house, Planted()
    made.keep("author's address", house.settings.author_email)
    for name, key in (("API token", house.keys.api), ("key of prints", house.keys.fingerprints.decode())):
        made.keep(name, key)
    made.keep("account", house.author.account.id)
    said = {name: _says(house, made, name) for name in ("held", "spam", "rejected", "removed", "withdrawn", "edited")}
    _private(house, made)
    _decided(house, made, said)
    _between_author_and_reader(house, made)
    _proven_with_a_picture(house, made)
    _stored_hashes(house, made)
    _hashes_of_addresses(made)
    made.ids = [row["id"] for row in house.db.rows("SELECT id FROM comments ORDER BY id")]
    made.known_by_token = {name for name in made.secrets if name.startswith(("account", "person"))}
    figures.take_site(house.db, house.settings)
    house.shift_clock(seconds=60)
    house.work()
    return made


def _says(house: House, made: Planted, name: str, **more: str) -> tuple[Visitor, Comment]:
    visitor = Visitor(house, f"198.51.{100 + len(made.secrets)}.7")
    email = made.keep(f"address of {name}", f"quetzal-{name.replace(' ', '-')}@mail.example")
    answered = visitor.says(made.words(f"{name} words"), page=ON, name=made.words(f"{name} name"), email=email, **more)
    key = made.keep(f"key of {name}", answered.headers["Location"].partition("key=")[2])
    device = visitor.client.get_cookie("rapport_device")
    assert device
    made.keep(f"device of {name}", device.value)
    id_ = answered.headers["Location"].split("/")[2]
    assert visitor.gets(f"/comments/{id_}/?key={key}").status_code == 200
    found = comments.find(house.db, id_)
    assert found
    return visitor, found


def _private(house: House, made: Planted) -> None:
    """A word for the author alone, and what she answers to it."""
    visitor, private = _says(house, made, "private", private="yes", wants_answer="yes")
    house.author.answers(private, made.words("private answer"))
    assert made.secrets["private answer"] in visitor.gets(f"/comments/{private.id}/").get_data(as_text=True)


def _decided(house: House, made: Planted, said: dict[str, tuple[Visitor, Comment]]) -> None:
    house.author.decides(said["spam"][1], Verb.SPAM)
    house.author.decides(said["rejected"][1], Verb.REJECT)
    house.author.publishes(said["removed"][1])
    house.author.answers(said["removed"][1], "An answer keeps the place of what was removed.")
    house.author.decides(said["removed"][1], Verb.REMOVE)
    house.author.answers(said["withdrawn"][1], "An answer keeps the place of what was withdrawn.")
    house.work()
    said["withdrawn"][0].client.post(f"/comments/{said['withdrawn'][1].id}/withdraw")
    visitor, edited = said["edited"]
    visitor.client.post(f"/comments/{edited.id}/edit", data={"text": "Better words.", "seen": ""})
    house.author.publishes(edited)
    made.secrets.pop("edited name")


def _between_author_and_reader(house: House, made: Planted) -> None:
    """Closings, promises, notes, joins, what is put aside, who went away, who likes what."""
    db, settings, me = house.db, house.settings, house.author.account
    ben, eve, kim = (house.reader(name, trusted=False) for name in ("Ben", "Eve", "Kim"))
    asked = {name: one.says(f"How do you do it, asks {one.name}?", on=ON) for name, one in
             (("ben", ben), ("eve", eve), ("kim", kim))}  # fmt: skip
    for one in asked.values():
        house.author.publishes(one)
        assert one.person
        made.keep(f"person {one.name}", one.person)
    engagement.close(db, asked["ben"].id, "declined", me)
    engagement.close(db, asked["eve"].id, "answered_elsewhere", me, channel="in person")
    undertaking = Undertaking(promise=made.words("promise"), due=ids.now(days=40)[:10])
    answering.answer_to(db, settings, house.keys, me, asked["kim"].id, "I’ll see.", undertaking)
    made.keep("day of the promise", ids.now(days=40)[:10])
    late = kim.says("And when do you do it?", on=ON)
    engagement.snooze(db, late.id, made.keep("day it is put aside to", ids.now(days=50)[:10]), me, settings)
    made.keep(
        "when it is due", str(db.value("SELECT due_at FROM conversations WHERE id = :id", id=late.conversation))[:19]
    )
    assert asked["ben"].person
    assert asked["eve"].person
    people.note(db, asked["ben"].person, made.words("note"), me)
    people.join(db, asked["ben"].person, asked["eve"].person, me)
    made.keep("join", str(db.value("SELECT id FROM joins")))
    away.announce(db, settings, me, ids.now(days=1)[:10], ids.now(days=2)[:10])
    liker = Visitor(house)
    liker.client.post("/likes/", data={"page": ON})
    liker.client.post(f"/comments/{asked['ben'].id}/like")
    cookie = liker.client.get_cookie("rapport_likes")
    assert cookie
    made.keep("cookie of likes", cookie.value)
    session = Visitor(house).signs_in().client.get_cookie("rapport_session")
    assert session
    made.keep("session", session.value)


def _proven_with_a_picture(house: House, made: Planted) -> None:
    """Somebody whose provider told of an address and a picture; they chose to show a copy of it."""
    email = made.keep("address at the provider", "Quetzal-Zoe@mail.example")
    url = made.keep("where the provider has the picture", "https://pictures.quetzal.example/u/42.png?s=64")
    claims = dataclasses.replace(GITHUB, address=email, picture_url=url, subject="quetzal-subject-42")
    made.keep("what the provider calls them", claims.subject)
    visitor = Visitor(house, "198.51.99.7")
    visitor.client.set_cookie(context.DEVICE_COOKIE, signed_in(house, claims=claims).device)
    identity = identities.vouched_for(house.db, claims.issuer, claims.subject)
    assert identity
    made.keep("identity", identity.id)
    visitor.client.post("/identity/picture", data={"identity": identity.id, "use": "yes"})
    wish = copies.wish(house.db, identity.id)
    assert wish
    copies.show(house.db, wish, pictures.drawn_anew(as_file(halves(), "PNG")))
    said = visitor.says("You see my face.", page=ON)
    found = comments.find(house.db, said.headers["Location"].split("/")[2])
    assert found
    house.author.publishes(found)
    house.work()
    assert f'src="/identity/pictures/{wish.id}"' in house.fragment(ON)


def _hashes_of_addresses(made: Planted) -> None:
    """By these other services find a picture for an address, and whoever guesses the address finds out its owner."""
    for name in [name for name in made.secrets if "address" in name]:
        for written in {made.secrets[name], made.secrets[name].lower()}:
            for way in ("md5", "sha1", "sha256"):
                made.keep(f"{way} of {name}, {written}", hashlib.new(way, written.encode()).hexdigest())


def _stored_hashes(house: House, made: Planted) -> None:
    """What is stored of networks, words, keys and devices tells nobody anything either."""
    for name, sql in {
        "network": "SELECT DISTINCT network AS one FROM comments WHERE network <> ''",
        "print": "SELECT print AS one FROM comments WHERE print <> ''",
        "digest of a key": "SELECT key AS one FROM comments WHERE key <> ''",
        "digest of a device": "SELECT secret AS one FROM devices",
        "device that likes": "SELECT DISTINCT device AS one FROM likes",
        "fingerprint of words": "SELECT DISTINCT words AS one FROM sayings",
        "conversation": "SELECT id AS one FROM conversations",
    }.items():
        rows = house.db.rows(sql)
        assert rows, name
        for number, row in enumerate(rows):
            made.keep(f"{name} {number}", row["one"])


# ── the walk ────────────────────────────────────────────────────────────────────────────────────────────────────────


def surfaces(house: House, made: Planted) -> Iterator[tuple[str, str]]:
    """Everything that somebody without a session or a token can get, by where they get it."""
    site = house.settings.output.resolve()
    for path in sorted(site.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(site)), path.read_bytes().decode("utf-8", "replace")
    app = create_app(house.settings)
    # A visitor without anything: each request as if it were the first.
    stranger = app.test_client(use_cookies=False)
    for rule in [rule for rule in app.url_map.iter_rules() if rule.rule != "/<path:path>"]:
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            body = {"page": ON, "parent": made.ids[0], "text": "x", "name": "Y"} if method == "POST" else None
            for address in addresses(rule, made):
                for accept in ("text/html", "application/json"):
                    with stranger.open(address, method=method, data=body, headers={"Accept": accept}) as told:
                        yield f"{method} {address} as {accept}", f"{told.headers}\n{told.get_data(as_text=True)}"


def addresses(rule: Rule, made: Planted) -> list[str]:
    """A route's addresses: with every comment in its path, and bare, with the page and with every comment asked for."""
    if "id" in rule.arguments:
        paths = [rule.rule.replace("<id>", id_) for id_ in made.ids]
        return [re.sub(r"<[^>]+>", "x", path) for path in paths]
    path = re.sub(r"<[^>]+>", "x", rule.rule)
    asked = ["", f"?page={ON}", "?page=/nowhere/", *(f"?page={ON}&parent={id_}" for id_ in made.ids)]
    return [path + query for query in (asked if "GET" in (rule.methods or set()) else asked[:1])]


def leaks(house: House, made: Planted) -> Iterator[str]:
    """Where a secret was found, and which, found while one walks."""
    return (f"{where}: {name}" for where, text in surfaces(house, made) for name in made.found_in(text))


def test_no_public_surface_holds_a_planted_secret(
    walked_house: House, planted: Planted, every_line: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    assert len(planted.secrets) > 50
    assert list(leaks(walked_house, planted)) == []
    fresh = built(tmp_path, "second")
    for path in sorted(fresh.rglob("*.html")):
        assert planted.found_in(files.read(path)) == [], path
    exported = Visitor(walked_house).gets("/api/v1/export", Authorization=f"Bearer {walked_house.keys.api}")
    assert "How do you do it, asks Ben?" in exported.get_data(as_text=True)
    assert planted.found_in(exported.get_data(as_text=True), token=True) == []
    lines = [*every_line.get_records("setup"), *every_line.records]
    logged = "\n".join(f"{line.getMessage()} {line.__dict__}" for line in lines)
    assert "POST /comments/ 303" in logged
    assert "GET /comments/<id>/ 200" in logged
    assert planted.found_in(logged) == []


def test_no_public_surface_tells_how_the_author_set_something_aside(walked_house: House, planted: Planted) -> None:
    told = [
        (where, found[0]) for where, text in surfaces(walked_house, planted) if (found := re.findall(LEDGERS, text))
    ]
    assert told == []


@pytest.mark.parametrize(
    ("plant", "found_at"),
    [
        (lambda house, _made: _into_a_page(house, "held words"), "one/index.html"),
        (lambda house, made: _published(house, made, "held words"), "GET /comments/feed.atom as text/html"),
        (lambda house, made: _published(house, made, "held words"), f"GET /api/v1/threads?page={ON} as text/html"),
        (lambda house, made: _in_the_note(house, made, "note"), "GET /responsiveness as text/html"),
    ],
    ids=["a page", "a feed", "the API", "the figures"],
)  # fmt: skip
def test_the_walk_finds_what_leaks(
    walked_house: House, planted: Planted, plant: Callable[[House, Planted], str], found_at: str
) -> None:
    name = plant(walked_house, planted)
    assert f"{found_at}: {name}" in leaks(walked_house, planted)


def _into_a_page(house: House, name: str) -> str:
    path = house.settings.output.resolve() / "one/index.html"
    secret = house.db.value("SELECT text FROM comments WHERE state = 'held' AND private_at IS NULL ORDER BY id")
    path.write_text(f"{files.read(path)}<!-- {secret} -->", "utf-8")
    return name


def _published(house: House, made: Planted, name: str) -> str:
    """As if a mistake had let it stand."""
    house.db.execute(
        "UPDATE comments SET state = 'published', published_at = created WHERE text = :text", text=made.secrets[name]
    )
    house.db.execute("UPDATE pages SET version = version + 1")
    return name


def _in_the_note(house: House, made: Planted, name: str) -> str:
    house.settings = house.settings.with_(figures_note=made.secrets[name])
    return name


def test_the_writer_alone_is_let_in(walked_house: House, planted: Planted) -> None:
    """What strangers never get is there for its writer, so that the walk looks for what can be had."""
    key = planted.secrets["key of private"]
    writer = Visitor(walked_house)
    let_in = [told for id_ in planted.ids if (told := writer.gets(f"/comments/{id_}/?key={key}")).status_code == 200]
    assert len(let_in) == 1
    own = let_in[0].get_data(as_text=True)
    assert planted.secrets["private words"] in own
    assert planted.secrets["private answer"] in own
