"""Programs that are told of what happens at a house, what they heard, and how they check whom it comes from."""

import json
import re
from typing import Any

from comments_service import webhooks
from comments_service.settings import ROOT
from comments_service.store import webhooks as store
from comments_service.store.webhooks import Webhook
from tests.support.actors import House
from tests.support.receiver import Heard, Receiver

OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")


def told(receiver: Receiver) -> list[dict[str, Any]]:
    """What a receiver was told, in the order in which it came."""
    return [json.loads(heard.body) for heard in receiver.heard]


def types(receiver: Receiver) -> list[str]:
    """Of which kinds of facts a receiver was told."""
    return [one["type"] for one in told(receiver)]


def telling(house: House, receiver: Receiver, *facts: str) -> Webhook:
    """Let a receiver be told of these facts, or of all."""
    return webhooks.register(house.db, house.settings, receiver.url, facts or webhooks.FACTS)


def outcomes(house: House, webhook: Webhook) -> list[str]:
    """What became of each message to it, the newest first."""
    return [one.outcome for one in store.log(house.db, webhook.id, limit=50)]


def now_of(house: House, webhook: Webhook) -> Webhook:
    """It as it stands now."""
    found = store.find(house.db, webhook.id)
    assert found
    return found


def checked(secret: str, heard: Heard) -> bool:
    """What docs/operating.md tells a receiver to do, done by its own lines."""
    (block,) = re.findall(r"```python\n(import base64.*?)```", OPERATING, re.DOTALL)
    told: dict[str, Any] = {}
    exec(block, told)  # noqa: S102 -- our own document
    return bool(told["is_from_the_blog"](secret, heard.headers, heard.body))
