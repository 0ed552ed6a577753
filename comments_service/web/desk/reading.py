"""The essays with their conversations, and the panel that stands under an essay itself."""

from flask import Response, make_response, request

from comments_service import moderation, templating, threads, wording
from comments_service.errors import not_found
from comments_service.models import Page
from comments_service.publishing import views as public
from comments_service.store import comments, listings, pages
from comments_service.web import context
from comments_service.web.desk.deciding import on_desk
from comments_service.web.desk.door import door, me, page, sees_private
from comments_service.web.desk.notices import notice


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
