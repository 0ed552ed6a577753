"""Rapport's comments service: replies are taken, moderated, answered, and stand in the published page."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from comments_service.settings import Settings


def create_app(settings: "Settings") -> "Flask":
    """Build the web application: this is the table of contents of everything that answers a request.

    The libraries of the web are imported here and not above, so that a build or a shell command need not pay for them.
    """
    from flask import Flask

    from comments_service import ids
    from comments_service.web import (
        caching,
        context,
        desk,
        guards,
        identity,
        machine,
        problems,
        readers,
        requestlog,
        site,
        subscriptions,
    )

    app = Flask(__name__, static_folder=None)
    ids.use_clock(settings.clock_file)
    context.furnish(app, settings)
    requestlog.keep(app)
    caching.stand_ahead(app)
    guards.stand(app)
    problems.answer(app)
    for door in (readers, identity, subscriptions, desk, machine, site):
        app.register_blueprint(door.door)
    return app
