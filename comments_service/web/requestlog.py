"""The request log: one line of JSON a request, with its id; no address, no query, no cookie, no word of anybody."""

import logging
import time

from flask import Flask, Response, g, request

from comments_service import ids

_log = logging.getLogger("rapport.request")


def keep(app: Flask) -> None:
    """Note every request when it is answered."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        g.request_id = ids.new_id()

    @app.after_request
    def finish(response: Response) -> Response:
        # A request that was refused before it had an id has none to tell.
        request_id = g.get("request_id", "")
        response.headers.add("X-Request-Id", request_id)
        if _log.isEnabledFor(logging.INFO):
            took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
            route = request.url_rule.rule if request.url_rule else None
            _log.info(
                "%s %s %s",
                request.method,
                route or "-",
                response.status_code,
                extra={"fields": {"request": request_id, "status": response.status_code, "ms": took}},
            )
        return response
