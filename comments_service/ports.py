"""The port to serve on: asked for before anything else is done, so that nobody waits for a refusal."""

import errno
import socket

from comments_service.settings import Settings, SettingsError

_NEXT, _AFTER = 8080, 8090


def insist_on(settings: Settings) -> None:
    """Raise SettingsError, with a sentence, if the port can't be had.

    Processes that share a port would share its readers as well, without a word: so somebody else's is not joined.
    """
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.bind, settings.port))
        except OSError as error:
            why = f"on {settings.bind} can't be opened ({error.strerror}). Mend that"
            if error.errno == errno.EADDRINUSE:
                why = "is in use, perhaps by an earlier start. Stop that one"
            another = _NEXT if settings.port != _NEXT else _AFTER
            message = f"Port {settings.port} {why}, or choose another one, such as PORT={another}."
            raise SettingsError(message) from error
