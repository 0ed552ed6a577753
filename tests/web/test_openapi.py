"""The OpenAPI document is complete and true: who has read it, and no line of our code, gets no answer but those."""

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from comments_service import create_app, ids
from comments_service.settings import Settings
from comments_service.store import outbox
from comments_service.web import openapi
from tests.support.actors import furnish

DOCUMENT = openapi.document(Settings())
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
INPUT = {"parameters", "requestBody"}
ASKED = [(method, path, GenerationMode.POSITIVE) for method, path in OPERATIONS] + [
    (method, path, GenerationMode.NEGATIVE)
    for method, path in OPERATIONS
    if INPUT & DOCUMENT["paths"][path][method].keys()
]
# We drop unknown fields and take a missing one for an empty one; and what has the right shape may still be refused
# for what it says.
NOT_PROMISED = [negative_data_rejection, positive_data_acceptance]


@pytest.fixture
def house(tmp_path):
    """A house without brakes, whose worker is alive."""
    with furnish(tmp_path, rate_limit=False) as made:
        outbox.beat(made.db, "worker", now=ids.now())
        yield made


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    """The document as it is served, read once; for its examples, every constant of the application is gathered."""
    with furnish(tmp_path_factory.mktemp("document")) as made:
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(made.settings))


@pytest.fixture
def replies(house):
    """The ids and keys of a reply that is held, one that stands and was answered, and one that was withdrawn."""
    reader = house.reader()
    said = [(reader.says(words), reader.key) for words in ("Is anybody here?", "Hello!", "Never mind.")]
    (_held, _), (standing, _), (gone, _) = said
    house.author.publishes(standing)
    house.author.answers(standing, "I am.")
    reader.withdraws(gone)
    return [(reply.id, key) for reply, key in said]


def test_the_document_keeps_to_openapi_3_1():
    jsonschema_rs.meta.validate({"$defs": DOCUMENT["components"]["schemas"]})
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_every_address_of_readers_and_programs_is_in_the_document(house):
    served = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}"))
        for rule in create_app(house.settings).url_map.iter_rules()
        if rule.endpoint.startswith(("machine.", "readers."))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(OPERATIONS) == served


@pytest.mark.parametrize(("method", "path", "mode"), ASKED)
def test_whatever_is_asked_the_answer_was_promised(house, replies, schema, method, path, mode):
    app = create_app(house.settings)
    operation = schema[path][method]
    cases = operation.as_strategy(generation_mode=mode)
    tokens = [house.keys.api, house.keys.api, "wrong"] if "security" in operation.definition.raw else []

    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data):
        case = data.draw(cases)
        if mode is GenerationMode.POSITIVE or data.draw(st.booleans()):
            point_at_what_is_there(case, *data.draw(st.sampled_from(replies)))
        headers = {
            "Accept-Encoding": "identity",
            "Accept": data.draw(st.sampled_from(["application/json", "text/html"])),
        }
        if tokens:
            headers["Authorization"] = f"Bearer {data.draw(st.sampled_from(tokens))}"
        case.call_and_validate(app=app, headers=headers, excluded_checks=NOT_PROMISED)

    ask()


def point_at_what_is_there(case, reply, key):
    """Let the essay and the reply exist, so that more is tried than what happens when they don't."""
    there = {"page": "/a/", "key": key, "seen": "", "as": "Ana Ferreira"}
    if "id" in case.path_parameters:
        case.path_parameters["id"] = reply
    for part in (case.query, case.body):
        if isinstance(part, dict):
            part.update((name, there[name]) for name in part.keys() & there.keys())
