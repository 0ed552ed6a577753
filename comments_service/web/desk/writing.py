"""Answers, with everything that an author undertakes with one; what was typed comes back when it can't be sent."""

from collections.abc import Mapping, Sequence

from flask import Response, request

from comments_service import answering, ids
from comments_service.engagement import letters
from comments_service.engagement.waiting import ALSO
from comments_service.errors import Problem, forbidden, invalid, not_found
from comments_service.models import Comment, Undertaking
from comments_service.store import comments, pages, promises, saved_replies
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import answers, deciding, notices, replies
from comments_service.web.desk.door import door, me, sees_private

_MODERATION = "/desk/moderation"
_LONGEST_NUMBER = 12


@door.post("/comments/<id>/answer")
def answer(id: str) -> Response:  # noqa: A002 -- the address's word
    """Answer a comment as the author; a held one is published with it. What was typed comes back when it fails."""
    given, also = forms.fields(), _also()
    try:
        refuse_who_does_not_answer(id)
        return send(id, given, also)
    except Problem as problem:
        return _told(problem, id, given, also)


def send(id_: str, given: Mapping[str, str], also: Sequence[str]) -> Response:
    """Send an answer that was typed into the desk's form, and lead on. Raises Problem."""
    comment = comments.find(context.db(), id_)
    if comment and not forms.checked(given.get("as_it_is", "")):
        refuse_form_letter(comment, given.get("text", ""))
    undertaking = _undertaking(given, also)
    stored = answering.answer_to(
        context.db(), context.settings(), context.secrets(), me(), id_, given.get("text", ""), undertaking
    )
    done = notices.PUBLISHED if stored.published_parent else notices.ANSWERED
    return notices.onward(given, done, stored.accepted.comment, otherwise=_MODERATION)


def refuse_who_does_not_answer(id_: str) -> None:
    """Raise Problem (403) for an account that is no author of the comment's essay; 404 when there is no comment."""
    if not me().writes_as_author:
        raise forbidden(
            "A moderator decides, and leaves the answers to the author. Under the essay you can reply as yourself."
        )
    comment = comments.find(context.db(), id_)
    if comment is None:
        raise not_found("reply")
    essay = pages.find(context.db(), comment.page)
    if essay and not essay.is_answered_by(me()):
        raise forbidden("You are a reader of this essay: its author answers here. Under it you can reply as yourself.")


def refuse_form_letter(comment: Comment, text: str) -> None:
    """Raise Problem (422) where the same words went to somebody else, or are those of a saved reply as they are."""
    other = letters.said_to_another(context.db(), context.secrets(), comment, text)
    if other is not None:
        message = f"You sent these words to {other or 'somebody else'}. Make them {comment.name}’s."
        raise Problem(answers.FORM_LETTER, 422, message)
    saved = [replies.filled_in(one.text, comment) for one in saved_replies.every(context.db())]
    if letters.says_the_same(context.secrets(), comment, text, saved):
        message = f"These are the words that you saved, as they are. Make them {comment.name}’s."
        raise Problem(answers.FORM_LETTER, 422, message)


def _undertaking(given: Mapping[str, str], also: Sequence[str]) -> Undertaking:
    if len(also) > ALSO or not all(map(ids.is_id, also)):
        raise invalid({"also": f"Tick at most {ALSO} replies that this answers as well."})
    keeps, seen = given.get("keeps", ""), given.get("seen", "")
    if keeps and (not ids.is_id(keeps) or promises.find(context.db(), keeps) is None):
        raise invalid({"keeps": "There is no such promise. Open the desk again and choose it once more."})
    number = seen.isascii() and seen.isdigit() and len(seen) < _LONGEST_NUMBER
    return Undertaking(
        also=tuple(also),
        promise=given.get("promise", ""),
        due=given.get("due", ""),
        keeps=keeps,
        seen=int(seen) if number else None,
    )


def _also() -> list[str]:
    """The further comments ticked: of a form all boxes, of JSON one text with spaces between them."""
    if request.is_json:
        return forms.fields().get("also", "").split()
    return [value.replace("\0", "") for value in request.form.getlist("also")]


def _told(problem: Problem, id_: str, given: Mapping[str, str], also: Sequence[str]) -> Response:
    """The problem on the comment's own page, as it stands now, with everything that was typed."""
    text = given.get("text", "")
    comment = comments.find(context.db(), id_)
    unseen = comment is None or (comment.private_at is not None and not sees_private())
    if comment is None or unseen or (text and not _takes_an_answer(comment)):
        return problems.with_words(problem, text)
    typed = answers.Typed(given, also, problem)
    next_ = guards.local_path(given.get("next") or _MODERATION)
    return problems.with_form(problem, lambda: deciding.comment_page_of(id_, next_, typed=typed, problem=problem))


def _takes_an_answer(comment: Comment) -> bool:
    return deciding.desk_of().answers(comment) and answers.can_be_answered(comment)
