"""Letters to a proven address: the way from "Who you are here" to the page where its owner chooses them."""

from flask import Response, make_response, redirect

from comments_service import proofs
from comments_service.errors import not_found
from comments_service.notifying import choosing
from comments_service.web import context, forms
from comments_service.web.identity.door import door
from comments_service.web.identity.who import proven_by


@door.post("/letters")
def letters() -> Response:
    """Open the page of letters to one of one's proven addresses (`identity`, its id). Raises Problem (404)."""
    chosen = forms.fields().get("identity", "")
    settings = context.settings()
    address = next((one.address for one in proven_by(context.speaker()) if one.id == chosen), "")
    if not address or not settings.sends_letters:
        raise not_found("address")
    one = choosing.of_owner(context.db(), address, settings.language)
    return make_response(redirect(f"/subscriptions/{proofs.subscription_token(context.secrets(), one.id)}", 303))
