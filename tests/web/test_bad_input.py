"""Whatever is sent, the answer is a sentence in the one shape, what was typed is kept, and nothing is stored half."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments_service import create_app
from tests.support.actors import furnish

FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"
REPLY = {"page": "/a/", "text": "Is it so?", "name": "Ben"}
# Of everything that one accepted reply writes, each once.
WRITTEN = ("comments", "events", "jobs", "conversations", "people", "devices")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request, tmp_path_factory):
    """One house without brakes for all that is refused, on each engine in turn: PostgreSQL keeps less than SQLite."""
    database = request.getfixturevalue("postgres_server").new_database() if request.param == "postgresql" else ""
    with furnish(tmp_path_factory.mktemp("house"), database=database, rate_limit=False) as made:
        yield made


@pytest.fixture
def client(house):
    return create_app(house.settings).test_client()


def refused(response, *statuses):
    """The problem, after it was found to have the one shape."""
    assert response.status_code in statuses
    assert response.mimetype == JSON
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json.keys() == {"error"}
    problem = response.json["error"]
    assert problem.keys() == {"code", "message", "fields"}
    assert problem["code"].isidentifier()
    assert problem["message"].endswith(".")
    assert all(sentence.endswith(".") for sentence in problem["fields"].values())
    return problem


def part(name, value, more=""):
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def multipart(**fields):
    return "".join(part(name, value) for name, value in fields.items()) + "--x--\r\n"


def in_json(**changes):
    return json.dumps(REPLY | changes)


WHOLE = multipart(**REPLY)
BODIES = {
    "nothing": (FORM, "", 422),
    "broken JSON": (JSON, '{"page": "/a/"', 400),
    "no object": (JSON, '["page", "text"]', 400),
    "nested 3,000 deep": (JSON, '{"text": ' + "[" * 3000 + "]" * 3000 + "}", 400),
    "nested without end": (JSON, "[" * 40_000, 400),
    "a list for a text": (JSON, in_json(text=["Is", "it"]), 400),
    "a number for a text": (JSON, in_json(text=2**63), 400),
    "a truth for a text": (JSON, in_json(text=True), 400),
    "a number beyond all": (JSON, '{"page": "/a/", "edition": ' + "9" * 5000 + "}", 400),
    "infinity": (JSON, '{"page": "/a/", "edition": 1e999}', 400),
    "no text at all": (JSON, in_json(text=None), 422),
    "half a character": (JSON, '{"page": "/a/", "name": "Ben", "text": "so \\ud800 so"}', 422),
    "half a character in a page": (JSON, '{"page": "\\udfff", "name": "Ben", "text": "so"}', 422),
    "no UTF-8 in JSON": (JSON, b'{"page": "/a/", "text": "\xff"}', 400),
    "no UTF-8 in a form": (FORM, b"page=/a/&name=Ben&text=%ff%fe", 400),
    "bare bytes in a form": (FORM, b"page=/a/&name=Ben&text=\xff\xfe", 400),
    "another charset": (FORM + "; charset=latin-1", b"page=/a/&name=Ben&text=caf%e9", 400),
    "too much": (FORM, b"page=/a/&name=Ben&text=" + b"x" * 200_000, 413),
    "too much JSON": (JSON, b'{"text": "' + b"x" * 200_000, 413),
    "no type": ("", "page=/a/", 415),
    "another type": ("text/plain; charset=klingon", "page=/a/", 415),
    "no type that anybody knows": (";;;=", "page=/a/", 415),
    "no boundary": ("multipart/form-data", WHOLE, 400),
    "another boundary": ("multipart/form-data; boundary=y", WHOLE, 400),
    "cut in the middle": (MULTIPART, WHOLE[:90], 400),
    "cut at the end": (MULTIPART, WHOLE[:-6], 400),
    "a thousand parts": (MULTIPART, part("a", "1") * 1100 + "--x--\r\n", 413),
    "a file for a text": (
        MULTIPART,
        part("page", "/a/") + part("text", "so", '; filename="so.txt"') + "--x--\r\n",
        422,
    ),
    "a file of bytes": (MULTIPART, (part("page", "/a/") + part("text", "")).encode() + b"\xff\x00\r\n--x--\r\n", 400),
    "an essay that is not here": (JSON, in_json(page="/nowhere/"), 404),
    "an answer to nobody": (JSON, in_json(parent="x" * 3000), 422),
    "an answer to a NUL": (JSON, in_json(parent="\0x\0"), 422),
    "too long": (JSON, in_json(text="é" * 10_001), 422),
    "nothing to see": (JSON, in_json(text="\u200b\u202e\x07"), 422),
    "nobody": (JSON, in_json(name="\u200b"), 422),
}


@pytest.mark.parametrize("address", ["/comments/", "/comments/preview"])
@pytest.mark.parametrize(("type_", "body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_reply_is_told_so_and_nothing_is_kept(house, client, address, type_, body, status):
    before = {table: house.count(table) for table in WRITTEN}
    problem = refused(client.post(address, data=body, content_type=type_, headers={"Accept": JSON}), status)
    assert set(problem["fields"]) <= {"text", "name", "parent", "page"}
    assert {table: house.count(table) for table in WRITTEN} == before


@pytest.mark.parametrize(("type_", "body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_person_reads_the_same_as_a_page(client, type_, body, status):
    response = client.post("/comments/", data=body, content_type=type_)
    assert response.status_code == status
    assert response.mimetype == (JSON if type_ == JSON else "text/html")


def test_what_was_typed_comes_back_even_where_it_could_not_be_taken(client):
    typed = b"page=/a/&name=Ben&text=A+long+thought+%ff"
    assert b"A long thought" in client.post("/comments/", data=typed, content_type=FORM).data
    elsewhere = client.post("/comments/", data=REPLY, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert REPLY["text"].encode() in elsewhere.data


KEPT = {
    "NUL everywhere": (JSON, in_json(text="O\0ne?", name="B\0en", page="/a/\0", key="\0"), "One?"),
    "fields that nobody knows": (JSON, in_json(text="Two?", é="\ud800", more="x", state="published"), "Two?"),
    "an edition of another kind": (JSON, in_json(text="Three?", edition=2**63), "Three?"),
    "a byte order mark": (JSON, "\ufeff" + in_json(text="Four?"), "Four?"),
    "another name for JSON": ("application/merge-patch+json; charset=x", in_json(text="Five?"), "Five?"),
    "a charset that nobody knows": (FORM + "; charset=klingon", "page=/a/&name=Ben&text=Six%3F", "Six?"),
    "parts": (MULTIPART, multipart(page="/a/", name="Ben", text="Is it\r\nseven?"), "Is it\nseven?"),
    "old line ends": (FORM, "page=/a/&name=Ben&text=Is+it%0deight?", "Is it\neight?"),
}


@pytest.mark.parametrize(("type_", "body", "text"), KEPT.values(), ids=KEPT.keys())
def test_what_is_only_odd_is_taken(house, client, type_, body, text):
    before = house.count("comments")
    response = client.post("/comments/", data=body, content_type=type_, headers={"Accept": JSON})
    assert response.status_code == 201
    assert (response.json["text"], response.json["name"]) == (text, "Ben")
    assert house.count("comments") == before + 1


ADDRESSES = [
    "/comments/thread?page=/nowhere/",
    "/comments/thread?page=%ff%fe",
    "/comments/thread?page=%ed%a0%80",
    "/comments/thread?page=/a/%00",
    "/comments/counts?page=%00",
    "/comments/feed.atom?page=%00",
    "/comments/feed.atom?page=%ff",
    "/comments/reply?page=%00&parent=%00",
    "/comments/%00/",
    "/comments/%ff/?key=%ff",
    f"/comments/{'x' * 3000}/",
    f"/{'x' * 300}",
    "/x/" * 1000,
    "/%00",
    "/desk/sign-in?token=%00",
    "/desk/sign-in?token=%ff",
    "/api/v1/",
    "/api/v1/nothing",
    "/api/v1/threads?page=%00",
    "/api/v1/threads?page=%ff",
    "/api/v1/comments/%00",
    "/api/v1/comments/%ff",
    "/api/v1/export",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_leads_nowhere_says_so_in_the_one_shape(client, address):
    refused(client.get(address, headers={"Accept": JSON}), 400, 401, 404, 410)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"])
@pytest.mark.parametrize(
    "address", ["/comments/", "/comments/thread", "/comments/x/edit", "/api/v1/threads", "/nowhere", "/healthz"]
)
def test_a_method_that_nobody_takes_says_which_are_taken(client, method, address):
    response = client.open(address, method=method, headers={"Accept": JSON})
    assert refused(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"]


ACCEPTS = {
    "application/json; charset=utf-8": True,
    "APPLICATION/JSON": True,
    "text/html;q=0.2, application/json": True,
    "application/json;q=0": False,
    "application/json;q=x, */*": False,
    "text/html, application/json;q=0.9": False,
    "*/*": False,
    ",;=,": False,
    "\xff" * 100: False,
}


@pytest.mark.parametrize(("accept", "as_json"), ACCEPTS.items())
def test_json_is_for_who_asks_for_it_by_name(client, accept, as_json):
    response = client.get("/comments/thread?page=/nowhere/", headers={"Accept": accept})
    assert (response.mimetype == JSON) is as_json


HEADERS = [
    {"Cookie": "rapport_device=\xff\xfe; rapport_session=\x01; ===;;"},
    {"If-None-Match": '"'},
    {"If-None-Match": "W/\xff, *"},
    {"Range": "bytes=9-1,x"},
    {"X-Forwarded-For": "\xff, 999.1.1.1, fe80::1%eth0"},
    {"Authorization": "Bearer \xff"},
    {"User-Agent": "\xff" * 1000},
    {"Content-Length": "many"},
    {"Host": "[::1"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
def test_no_header_brings_a_reader_away_from_the_words(house, headers):
    client = create_app(house.settings.with_(trusted_proxies=1)).test_client()
    for address in ("/comments/thread?page=/a/", "/comments/feed.atom", "/comments/counts?page=/a/"):
        assert client.get(address, headers=headers).status_code in {200, 304}
    assert client.post("/comments/", data=REPLY, headers=headers).status_code == 303


# ── what nobody thought of ──────────────────────────────────────────────────────────────────────────────────────────

ANY_TEXT = st.text(max_size=200) | st.sampled_from(
    ["/a/", "/b/", "yes", "no", "Ben", "Ana Ferreira", "*[_`>" * 30, "- " * 90, "a@b.c", "\ud800", "\0", "thread", "1"]
)
NAMES = [
    "page",
    "parent",
    "text",
    "name",
    "email",
    "website",
    "wants_answer",
    "private",
    "notify",
    "new_essays",
    "edition",
    "key",
]
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, ANY_TEXT))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
MIXED = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, ANY_JSON))


def encoded(fields):
    return {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}


REQUESTS = (
    st.tuples(st.just(FORM), FIELDS.map(encoded))
    | st.tuples(st.just("multipart/form-data"), FIELDS.map(encoded))
    | st.tuples(st.just(JSON), (FIELDS | MIXED | ANY_JSON).map(json.dumps))
    | st.tuples(st.sampled_from([FORM, MULTIPART, JSON, "x/y"]), st.binary(max_size=300))
)


def test_no_form_whatever_breaks_the_service_or_is_kept_half(house, client):
    acknowledged = kept(house)

    @settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(request=REQUESTS, good=st.booleans(), accept=st.sampled_from([JSON, "text/html"]))
    def send(request, good, accept):
        type_, body = request
        if good and isinstance(body, dict):
            body = encoded(REPLY) | body
        before = {table: house.count(table) for table in WRITTEN}
        for address in ("/comments/preview", "/comments/"):
            response = client.post(address, data=body, content_type=type_, headers={"Accept": accept})
            assert response.status_code < 500
            if response.status_code >= 400 and accept == JSON:
                refused(response, response.status_code)
        if "Location" in response.headers:
            acknowledged.add(response.headers["Location"].split("/")[2])
            client.delete_cookie("rapport_device")
        assert kept(house) == acknowledged
        assert len({house.count(table) - before[table] for table in WRITTEN}) == 1

    send()


def kept(house):
    return {row["id"] for row in house.db.rows("SELECT id FROM comments")}
