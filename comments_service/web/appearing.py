"""As whom somebody replies, told on the form's own pages, and the form as they left it to prove who they are."""

from typing import Any

from comments_service.models import Errand, Identity, Page, Speaker
from comments_service.publishing.views import Appearing
from comments_service.store import identities
from comments_service.web import context
from comments_service.web.identity.choosing import GUEST
from comments_service.web.identity.door import current


def form_fields(speaker: Speaker) -> dict[str, Any]:
    """What a form is told of whoever it is for: `appearing`, and `ways` if they have no use for them."""
    if speaker.account:
        return {"appearing": Appearing(speaker.account.name, ""), "ways": ()}
    if speaker.known_by is None:
        return {}
    now = speaker.identity
    others = [
        (one.id, f"As {one.name or 'yourself'}, {one.label}") for one in _proven(speaker) if now is None or one != now
    ]
    if now is not None:
        others.append((GUEST, "As a guest"))
    return {"appearing": Appearing(now.name if now else "", now.label if now else "", tuple(others))}


def _proven(speaker: Speaker) -> tuple[Identity, ...]:
    return identities.self_of(context.db(), speaker.known_by.person).identities if speaker.known_by else ()


def typed_before(page: Page) -> Errand | None:
    """What this browser's errand kept of the form under an essay; None if it is on none, or came from elsewhere."""
    errand = current()
    return errand if errand is not None and errand.fields.get("page") == page.path else None
