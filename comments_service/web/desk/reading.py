"""The author's morning, the essays with their conversations, and the panel that stands under an essay itself."""

from flask import Response, make_response, request

from comments_service import ids, moderation, templating, threads, wording
from comments_service.errors import not_found
from comments_service.models import Page, State
from comments_service.publishing import views as public
from comments_service.store import comments, listings, pages
from comments_service.web import context
from comments_service.web.desk import cases, words
from comments_service.web.desk.deciding import essays, log_lines, notice, on_desk
from comments_service.web.desk.door import door, me, page, sees_private

_FIRST = 5
_UNANSWERED = 10
_DECISIONS = 8


@door.get("/")
def home() -> str:
    """Who waits for a look, whom nobody has answered, what was decided lately."""
    db, known, private = context.db(), essays(), sees_private()
    held = listings.waiting(db, private=private, limit=_FIRST)
    number = listings.counts(db, private=private).get(State.HELD, 0)
    unanswered = listings.unanswered(db, private=private, limit=_UNANSWERED + 1)
    return page(
        "home.html",
        "/desk/",
        headline=_headline(number, held[0].created if held else ""),
        waiting=[cases.said(context.settings(), known, comment) for comment in held],
        further=number - len(held),
        unanswered=[cases.said(context.settings(), known, comment) for comment in unanswered[:_UNANSWERED]],
        more_unanswered=len(unanswered) > _UNANSWERED,
        log=log_lines(moderation.log(db, private=private, limit=2 * _DECISIONS))[:_DECISIONS],
        notice=notice(),
    )


def _headline(number: int, oldest: str) -> str:
    if not number:
        return "Nobody waits for a look"
    since = words.since(oldest, ids.now(), context.settings().zone)
    if number == 1:
        return f"1 reply waits for a look, {since}"
    return f"{wording.count(number, 'reply', 'replies')} wait for a look, the oldest {since}"


@door.get("/essays")
def essays_page() -> str:
    """All essays with their conversations' figures; with `page`, one essay's conversation."""
    path = request.args.get("page", "")
    if path:
        return _essay_page(_known(path))
    db, found = context.db(), pages.every(context.db())
    standing = comments.standing_counts(db, [essay.path for essay in found])
    held = listings.waiting_by_page(db, private=sees_private())
    rows = [(essay, standing.get(essay.path, 0), held.get(essay.path, 0), _published(essay)) for essay in found]
    return page("essays.html", "/desk/essays", essays=rows)


def _published(essay: Page) -> str:
    return wording.date(essay.published, context.settings().zone)


def _essay_page(essay: Page) -> str:
    said = comments.of_page(context.db(), essay.path)
    back = f"/desk/essays?page={essay.path}"
    return page(
        "essay.html",
        "/desk/essays",
        essay=essay,
        count=threads.visible_count(said),
        cases=on_desk(moderation.queue(context.db(), page=essay.path, private=sees_private()), back, in_place=True),
        roots=public.nodes(context.settings(), essay, said),
        back=back,
        notice=notice(),
    )


@door.get("/inline")
def inline() -> Response:
    """The panel for a published essay's page: who you are, what waits there, and the tools for what stands."""
    essay = _known(request.args.get("page", ""))
    html = templating.render(
        "desk/inline.html",
        me=me(),
        essay=essay,
        cases=on_desk(
            moderation.queue(context.db(), page=essay.path, private=sees_private()), essay.path, in_place=True
        ),
        notice=notice(),
    )
    return make_response(html)


def _known(path: str) -> Page:
    essay = pages.find(context.db(), path)
    if essay is None:
        raise not_found("essay")
    return essay
