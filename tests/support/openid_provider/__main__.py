"""Run the provider: `python -m tests.support.openid_provider PORT REDIRECT_URI`."""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from tests.support.openid import CLIENT, PASSWORD, SECRET, USER


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def main(port: int, redirect_uri: str) -> None:
    """Make the database with its one user and its one application, and serve."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.openid_provider.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    User.objects.create_user(USER, "ben@example.org", PASSWORD, first_name="Ben", last_name="Okri")
    Application.objects.create(
        name="A blog",
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=redirect_uri,
        algorithm=Application.RS256_ALGORITHM,
    )
    make_server("127.0.0.1", port, get_wsgi_application(), _Server, _Quiet).serve_forever(0.05)


main(int(sys.argv[1]), sys.argv[2])
