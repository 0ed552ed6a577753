"""A program reads what everybody may read; with the token it reads all and decides; without it, it gets no further."""

import pytest

from comments_service import create_app, ids
from comments_service.identity import authors
from comments_service.models import Role, State, Verb
from comments_service.store import outbox

API = "/api/v1"
CLOSED = [
    ("GET", f"{API}/comments"),
    ("GET", f"{API}/decisions"),
    ("GET", f"{API}/export"),
    ("POST", f"{API}/comments/{'0' * 26}/decisions"),
]
WRONG = ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer \xff\xe9", "Token {token}", "Bearer {token}x", "{token}"]


@pytest.fixture
def app(either_house):
    return create_app(either_house.settings)


@pytest.fixture
def stranger(app):
    return app.test_client()


@pytest.fixture
def program(app, either_house):
    """A client that sends the token with whatever it asks."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {either_house.keys.api}"
    return client


def test_no_door_but_the_public_ones_opens_without_the_token(app, stranger):
    public = {"/openapi.json", "/threads", "/comments/<id>"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(API)]
    assert {rule.rule.removeprefix(API) for rule in rules} >= public
    for rule in rules:
        if rule.rule.removeprefix(API) in public:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            response = stranger.open(rule.rule.replace("<id>", "x"), method=method)
            assert response.status_code == 401
            assert response.headers["WWW-Authenticate"] == "Bearer"
            assert response.json["error"]["code"] == "unauthorized"


@pytest.mark.parametrize("given", WRONG)
@pytest.mark.parametrize(("method", "address"), [*CLOSED, ("GET", f"{API}/comments/{'0' * 26}")])
def test_a_wrong_token_is_no_token(house, method, address, given):
    client = create_app(house.settings).test_client()
    response = client.open(address, method=method, headers={"Authorization": given.format(token=house.keys.api)})
    assert response.status_code == 401
    assert response.headers["Cache-Control"] == "no-store"


def test_a_session_at_the_desk_is_no_token(house):
    client = create_app(house.settings).test_client()
    link = authors.new_link(house.db, house.settings, house.author.account)
    assert client.post("/desk/sign-in", data={"token": link.partition("token=")[2]}).status_code == 303
    assert client.get(f"{API}/comments").status_code == 401


def test_a_public_comment_is_everybodys_and_a_held_or_private_one_the_tokens(either_house, stranger, program):
    reader = either_house.reader("Ben", trusted=True)
    standing = reader.says("Hello.", email="ben@mail.example")
    held, private = either_house.reader().says("May I?"), reader.says("Between us.", private=True)
    assert stranger.get(f"{API}/comments/{standing.id}").json["html"] == "<p>Hello.</p>"
    for comment in (held, private):
        assert stranger.get(f"{API}/comments/{comment.id}").status_code == 404
        assert program.get(f"{API}/comments/{comment.id}").json["text"] == comment.text
    assert program.get(f"{API}/comments/{private.id}").json["private"] is True
    assert program.get(f"{API}/comments/{ids.new_id()}").status_code == 404


def test_nothing_that_a_program_gets_holds_an_address_a_key_or_a_network(either_house, program):
    reader = either_house.reader("Ben", trusted=True)
    said = reader.says("Hello.", email="ben@mail.example")
    secrets = [said.email, said.key, reader.key, said.network, said.print]
    assert all(secrets)
    for address in (f"/comments/{said.id}", "/comments", "/export", "/threads?page=/a/"):
        assert not [secret for secret in secrets if secret in program.get(API + address).text]


def test_a_public_answer_is_revalidated_and_any_other_kept_nowhere(either_house, stranger, program):
    said = either_house.reader("Ben", trusted=True).says("Hello.")
    for address in ("/openapi.json", "/threads?page=/a/", f"/comments/{said.id}"):
        first = stranger.get(API + address)
        assert first.headers["Cache-Control"] == "no-cache"
        again = stranger.get(API + address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    for address in (f"/comments/{said.id}", "/comments", "/decisions", "/export"):
        assert program.get(API + address).headers["Cache-Control"] == "no-store"


def test_a_thread_is_the_one_that_readers_get(either_house, stranger):
    either_house.author.answers(either_house.reader().says("Is it so?"), "It is.")
    ours = stranger.get(f"{API}/threads?page=/a/")
    theirs = stranger.get("/comments/thread?page=/a/", headers={"Accept": "application/json"})
    assert ours.json == theirs.json
    assert ours.json["count"] == 2
    assert stranger.get(f"{API}/threads?page=/nowhere/").status_code == 404


def test_comments_come_by_state_and_page_portion_by_portion(either_house, program):
    reader = either_house.reader("Ben", trusted=True)
    said = [reader.says(f"Word {number}").id for number in range(5)]
    held = either_house.reader().says("May I?").id
    assert listed(program, "comments", "page=/a/&limit=2") == [*said, held]
    assert listed(program, "comments", "page=/a/&state=published&limit=5") == said
    assert listed(program, "comments", "state=held") == [held]
    assert listed(program, "comments", "page=/nowhere/") == []


def listed(program, name, query):
    portion = program.get(f"{API}/{name}?{query}").json
    found = [item["id"] for item in portion[name]]
    while portion["next"]:
        portion = program.get(f"{API}/{name}?{query}&after={portion['next']}").json
        found += [item["id"] for item in portion[name]]
    return found


def test_a_program_decides_as_the_owner_or_as_the_account_it_names(either_house, program):
    house = either_house
    authors.add(house.db, "Eva Moderator", Role.MODERATOR)
    first, second = house.reader().says("May I?"), house.reader().says("And I?")
    assert decide(program, first, verb="approve").json["state"] == "published"
    assert decide(program, second, verb="spam", **{"as": "eva moderator"}).json["state"] == "spam"
    log = program.get(f"{API}/decisions").json["decisions"]
    assert [(line["verb"], line["by"]) for line in log] == [("approve", "Ana Ferreira"), ("spam", "Eva Moderator")]
    assert decide(program, second, verb="undo").json["state"] == "held"
    assert house.now_of(first).state is State.PUBLISHED


def decide(program, comment, **body):
    return program.post(f"{API}/comments/{comment.id}/decisions", json=body)


def test_a_decision_that_can_not_be_made_says_why_and_changes_nothing(either_house, program):
    said = either_house.reader().says("May I?")
    for body, status, field in (
        ({"verb": "remove"}, 409, None),
        ({"verb": "eat"}, 422, "verb"),
        ({}, 422, "verb"),
        ({"verb": "approve", "as": "Nobody"}, 422, "as"),
        ({"verb": ["approve"]}, 400, None),
    ):
        refused = decide(program, said, **body)
        assert refused.status_code == status
        assert set(refused.json["error"]["fields"]) == ({field} if field else set())
    assert either_house.now_of(said).state is State.HELD
    assert either_house.count("decisions") == 0


def test_the_log_of_decisions_is_told_from_a_moment_on(either_house, program):
    house = either_house
    first, second = house.reader().says("May I?"), house.reader().says("And I?")
    house.author.publishes(first)
    house.shift_clock(minutes=10)
    since = ids.now()
    house.author.decides(second, Verb.REJECT)
    late = listed(program, "decisions", f"since={since}")
    assert listed(program, "decisions", "limit=1")[1:] == late
    assert len(late) == 1


def test_an_export_is_sent_line_by_line_and_is_one_document(either_house, program):
    either_house.reader("Ben", trusted=True).says("Hello.")
    response = program.get(f"{API}/export")
    assert response.is_streamed
    assert [record["text"] for record in response.json["comments"]] == ["I was here before.", "Hello."]
    assert program.get(f"{API}/export?since={response.json['next']}").json["pages"] == response.json["pages"]
    assert program.get(f"{API}/export?since=2999-01-01").json["comments"] == []


def test_the_service_says_that_it_is_well_while_its_worker_lives(either_house, stranger):
    assert stranger.get("/healthz").status_code == 503
    outbox.beat(either_house.db, "worker", now=ids.now())
    well = stranger.get("/healthz")
    assert (well.status_code, well.json["ok"], well.json["database"]) == (200, True, either_house.db.engine)
    either_house.shift_clock(minutes=5)
    assert stranger.get("/healthz").json["ok"] is False


def test_a_health_check_needs_no_token_and_minds_no_other(stranger):
    assert stranger.get("/healthz", headers={"Authorization": "Basic eDp5"}).status_code == 503
