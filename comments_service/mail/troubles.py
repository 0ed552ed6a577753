"""What can go wrong on the way to a mail server, whichever protocol it speaks, in sentences for the operator."""

import socket


def in_words(error: OSError) -> str:
    """What went wrong, in a sentence that holds neither an address nor a password."""
    import ssl

    match error:
        case ssl.SSLCertVerificationError():
            return "The mail server’s certificate could not be verified, so nothing was sent to it."
        case ssl.SSLError():
            return "The mail server and this blog found no encryption in common."
        case socket.gaierror():
            return "The name of the mail server could not be found."
        case ConnectionRefusedError():
            return "The mail server could not be reached."
        case _ if is_late(error):
            return "The mail server did not answer in time."
        case _:
            return "The connection to the mail server broke off."


def is_late(error: OSError) -> bool:
    """Whether a server did not answer in time; also where a library wraps what it met while it read."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
