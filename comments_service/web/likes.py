"""Likes: appreciation of an essay or a comment without an account, once per device; pressing again takes it back."""

from flask import Blueprint, Response, jsonify, make_response, redirect

from comments_service import ids
from comments_service.errors import forbidden, not_found
from comments_service.identity import guests
from comments_service.store import comments, hearts, outbox, pages
from comments_service.web import context, forms, guards

door = Blueprint("likes", __name__)

# Set only when somebody likes something on a device that has written nothing yet; it makes nobody a person.
COOKIE = "rapport_likes"
# A page that many like at once is brought up to date so many seconds after the first of them, once for all.
_GATHER_SECONDS = 10
# A fact that falls due sooner may be in somebody's hands already, who does not see this like any more.
_IN_HAND_SECONDS = 2
_YOUR_OWN = "These are your own words. It is for others to like them."


@door.post("/likes/")
def like_essay() -> Response:
    """Like an essay (`page`), or take that back: 303 to the essay's end for a form, the count for a program."""
    guards.slow_down("like")
    page = pages.find(context.db(), forms.fields().get("page", "").strip())
    if page is None:
        raise not_found("essay")
    account = context.account()
    if account and page.is_answered_by(account):
        raise forbidden(_YOUR_OWN)
    return _pressed(page.path, page.path, f"{page.path}#like")


@door.post("/comments/<id>/like")
def like_comment(id: str) -> Response:  # noqa: A002 -- the address's word
    """Like a comment that stands, or take that back."""
    guards.slow_down("like")
    forms.fields()
    comment = comments.find_public(context.db(), id)
    if comment is None:
        raise not_found("reply")
    speaker = context.speaker()
    writer = speaker.account or speaker.person
    if writer and comment.person == writer.id:
        raise forbidden(_YOUR_OWN)
    return _pressed(comment.id, comment.page, f"{comment.page}#comment-{comment.id}")


def _pressed(subject: str, page: str, place: str) -> Response:
    db, new = context.db(), ""
    secret = context.cookie(COOKIE) or context.cookie(context.DEVICE_COOKIE)
    if not secret:
        secret = new = ids.new_secret()
    device = hearts.print_of(secret)
    with db.transaction():
        liked = not hearts.unlike(db, subject, device)
        if liked:
            hearts.like(db, subject, device, at=ids.now())
        pages.touch(db, page)
        if not hearts.likes_are_announced(db, page, after=ids.now(seconds=_IN_HAND_SECONDS)):
            outbox.put(db, "page.liked", page, run_at=ids.now(seconds=_GATHER_SECONDS))
    response = _told(subject, place, liked=liked)
    if new:
        context.set_cookie(response, COOKIE, new, days=guests.DEVICE_DAYS)
    return response


def prints() -> list[str]:
    """Under which prints this browser may have liked something: its device's, and that of the cookie for likes."""
    return [hearts.print_of(secret) for name in (COOKIE, context.DEVICE_COOKIE) if (secret := context.cookie(name))]


def _told(subject: str, place: str, *, liked: bool) -> Response:
    if not context.wants_json():
        return make_response(redirect(place, 303))
    return jsonify({"likes": hearts.likes(context.db(), [subject]).get(subject, 0), "liked": liked})
