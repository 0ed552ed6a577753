"""Your data: everything held about you, to see, to take along, to correct, to object to, and to erase."""

from collections.abc import Iterable, Mapping
from functools import partial

from flask import Response, jsonify, make_response, redirect, request

from comments_service import ids, posting, wording
from comments_service.engagement import forgetting
from comments_service.errors import Problem, forbidden, invalid
from comments_service.holding import correcting, documents, saying
from comments_service.store import notes, subjects
from comments_service.store.subjects import Subject
from comments_service.web import context, forms, likes, problems, remembering
from comments_service.web.identity.door import ERRAND_COOKIE, KNOWN_COOKIE, current, door

# On the page; the files hold all of it.
_MOST_SHOWN, _MOST_FORMS = 20, 20
_CORRECTED = "Corrected. Pages that show it follow in a moment."
_NOBODY = (
    "Nothing here can be told to be yours: this device remembers no reply, and nobody is signed in on it."
    " Prove your e-mail address at /identity/data, and you see what was sent with it."
)


@door.get("/data")
def data() -> str:
    """What is held about whoever asks, and what they can do about it; for nobody known, how to prove an address."""
    return _page(_subject(), done=_CORRECTED if request.args.get("done") == "corrected" else "")


def _subject() -> Subject:
    """Whom this device speaks for, with what only this browser can tell to be its own."""
    errand = current()
    return subjects.of_speaker(
        context.db(),
        context.speaker(),
        device=ids.digest(context.cookie(context.DEVICE_COOKIE)),
        likes=likes.prints(),
        errand=errand.id if errand else "",
    )


def _somebody() -> Subject:
    """The same. Raises Problem (403) if nothing can be told to be theirs, as with an author."""
    found = _subject()
    if not found.somebody:
        raise forbidden(_NOBODY)
    return found


def _page(
    subject: Subject,
    *,
    done: str = "",
    forgotten: bool = False,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> str:
    db, settings = context.db(), context.settings()
    return context.rendered(
        "readers/data.html",
        speaker=context.speaker(),
        known=subject.somebody,
        letters=settings.sends_letters,
        parts=documents.shown(db, settings, subject, most=_MOST_SHOWN) if subject.somebody else [],
        given=correcting.given(db, subject)[:_MOST_FORMS],
        typed=typed or {},
        history=bool(set(subject.people) - notes.refused(db, list(subject.people))),
        not_told=saying.NOT_TOLD,
        done=done,
        forgotten=forgotten,
        problem=problem,
    )


# ── to take along ───────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/data.json")
def data_for_programs() -> Response:
    """All of it as JSON, in the form that `holding.documents` describes, sent while it is read."""
    found = _somebody()
    lines = documents.lines(context.db(), context.settings(), found)
    return _file((f"{line}\n" for line in lines), "application/json", "json")


@door.get("/data.html")
def data_to_read() -> Response:
    """All of it as one HTML file that needs no network to be read."""
    return _file(documents.html(context.db(), context.settings(), _somebody()), "text/html; charset=utf-8", "html")


def _file(pieces: Iterable[str], type_: str, ending: str) -> Response:
    response = Response(pieces, content_type=type_)
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{ids.now()[:10]}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response


# ── to correct ──────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/correct")
def correct() -> Response:
    """Correct the address (`email`) and `website` of one's reply `from`, and of all that were sent with the same.

    A field that is left out stays as it is; an empty one is taken away. What was typed comes back when it can't be.
    """
    found, given = _somebody(), forms.fields()
    typed: dict[str, str] = {name: given[name] for name in ("from", "email", "website") if name in given}
    try:
        number = correcting.correct(
            context.db(),
            found,
            typed.get("from", ""),
            email=typed.get("email"),
            website=typed.get("website"),
            judge=partial(posting.link_elsewhere, context.db(), context.secrets()),
        )
    except Problem as problem:
        if not problem.fields:
            raise
        return problems.with_form(problem, partial(_page, found, typed=typed, problem=problem))
    if context.wants_json():
        return jsonify({"corrected": number})
    return make_response(redirect("/identity/data?done=corrected", 303))


# ── to be forgotten ─────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/object")
def object_to_history() -> Response | str:
    """Keep no history of whoever this is: their words stay, what was noted about them goes."""
    found = _somebody()
    forgetting.object_to_history(context.db(), found.people)
    done = "No history of you is kept any more: no page about you, no notes. Your replies stand as they did."
    return jsonify({"done": done}) if context.wants_json() else _page(found, done=done)


@door.post("/erase")
def erase() -> Response | str:
    """Forget whoever this is altogether, once they say that they are sure; the cookies of this device go as well."""
    found = _somebody()
    if not forms.checked(forms.fields().get("sure", "")):
        problem = invalid({"sure": "Tick the box if you are sure: what is erased can't be brought back."})
        return problems.with_form(problem, partial(_page, found, problem=problem))
    emptied = forgetting.erase(context.db(), found)
    words = f" {wording.count(emptied, 'reply was', 'replies were')} emptied." if emptied else ""
    done = f"You are forgotten here: your words, your name, your addresses are gone.{words} Answers keep their place."
    context.forget_speaker()
    response = (
        jsonify({"done": done}) if context.wants_json() else make_response(_page(Subject(), done=done, forgotten=True))
    )
    for cookie in (context.DEVICE_COOKIE, KNOWN_COOKIE, ERRAND_COOKIE, likes.COOKIE, remembering.COOKIE):
        context.drop_cookie(response, cookie)
    return response
