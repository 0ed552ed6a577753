"""What can go wrong, in words that a reader may see."""

from collections.abc import Mapping


class Problem(Exception):
    """Something the person at the other end can understand and act on.

    `code` is a stable word for programs, `status` an HTTP status, `message` one sentence that says what to do, and
    `fields` holds a sentence for each form field that needs another look. `retry_after` is in seconds.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.fields = dict(fields or {})
        self.retry_after = retry_after

    def as_data(self) -> dict[str, object]:
        """The one shape in which every error leaves: `{"error": {"code", "message", "fields"}}`."""
        return {"error": {"code": self.code, "message": self.message, "fields": self.fields}}


def not_found(what: str) -> Problem:
    """404: `what` names the thing in a reader's words ("reply", "essay")."""
    return Problem(
        "not_found", 404, f"There is no such {what} here. It may have been withdrawn, or the address is incomplete."
    )


def unreadable(message: str) -> Problem:
    """400: the request itself could not be understood."""
    return Problem("malformed", 400, message)


def forbidden(message: str) -> Problem:
    """403: understood, and not allowed."""
    return Problem("forbidden", 403, message)


def conflict(message: str) -> Problem:
    """409: somebody or something was faster."""
    return Problem("conflict", 409, message)


def gone(message: str) -> Problem:
    """410: it was possible once, and is no longer."""
    return Problem("gone", 410, message)


def invalid(fields: Mapping[str, str]) -> Problem:
    """422: the fields named need another look; nothing was stored and nothing that was typed is lost."""
    return Problem("invalid", 422, " ".join(fields.values()), fields=fields)


def too_fast(seconds: int) -> Problem:
    """429: come back in `seconds`."""
    wait = f"{seconds} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"  # noqa: PLR2004 -- two minutes
    return Problem(
        "too_fast",
        429,
        f"That was a lot in a short time. Please try again in {wait}; what you typed is still here.",
        retry_after=seconds,
    )
