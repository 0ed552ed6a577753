"""Choosing how one appears, from the form and with what was typed kept: by a proof, as another identity, as a guest."""

from collections.abc import Mapping

from flask import Response, make_response, redirect

from comments_service import posting, providers
from comments_service.errors import Problem, not_found
from comments_service.identity import addresses, readers
from comments_service.models import Errand
from comments_service.web import context, forms
from comments_service.web.identity.door import begin, begun, door, remember, way_back
from comments_service.web.identity.mailed import send

GUEST = "guest"


@door.post("/choose")
def choose() -> Response:
    """Go where the chosen way begins, or appear as chosen and go on with the form.

    `way` is a way in (`email`, `github` …), `guest`, or the id of an identity that one has proven. What else the form
    holds is kept meanwhile; with `purpose=add` what is proven is joined to what one has proven before; `comment` is a
    reply of one's own that is to be marked as proven.
    """
    given, speaker = forms.fields(), context.speaker()
    way = given.get("way", "")
    offered = {one.key for one in providers.ways(context.settings())}
    if way != GUEST and way not in offered and way not in speaker.identities:
        raise not_found("way to appear here")
    errand, secret = _errand(given)
    if way in offered:
        return remember(make_response(redirect(_begun(errand, way), 303)), secret)
    if way != GUEST or speaker.known_by is not None:
        chosen = "" if way == GUEST else way
        readers.appear_as(context.db(), speaker, chosen, device=context.cookie(context.DEVICE_COOKIE))
    return remember(make_response(redirect(way_back(errand), 303)), secret)


def _errand(given: Mapping[str, str]) -> tuple[Errand, str]:
    """What somebody is in the middle of, by the form that they send."""
    if not given.get("comment"):
        purpose = "add" if given.get("purpose") == "add" else "reply" if given.get("page") else "yours"
        return begin(given, purpose)
    speaker = context.speaker()
    comment = posting.owned(context.db(), speaker, given["comment"], given.get("key", ""))
    if comment is None:
        raise not_found("reply of yours")
    # A private link is told no address that its reply was sent with.
    kept = {"email": comment.email, "website": comment.website} if speaker.wrote(comment) else {}
    return begin(kept, "yours", comment=comment.id)


def _begun(errand: Errand, way: str) -> str:
    """Where proving it begins; a letter is sent at once if the form holds an address to send it to."""
    if way != providers.EMAIL:
        return f"/identity/{way}/login?begun={begun(errand)}"
    try:
        _send_to_the_typed(errand, errand.fields)
    except Problem:
        return "/identity/email?other=1"  # which says what is wrong, once it is pressed there
    return "/identity/email"


def _send_to_the_typed(errand: Errand, typed: Mapping[str, str]) -> None:
    if typed.get("email", "").strip():
        send(errand, addresses.cleaned(typed["email"]))
