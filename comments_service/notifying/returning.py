"""The letter to an author whose answer by letter was not taken, or not whole: why, and what to do. One for each."""

from collections.abc import Mapping

from comments_service import mail
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.notifying import writing
from comments_service.settings import Settings
from comments_service.store import people

FACT = "letter.returned"
_NOT_TAKEN, _TAKEN = "Your answer was not taken", "Your answer stands, without what came along"

# What became of the letter -> what its writer is told, and what they can do.
WHY: Mapping[str, tuple[str, str]] = {
    "empty": (
        "No words of yours were found in your letter, only what it quotes or what a program adds.",
        "Write above the quoted lines, or between them, and send it once more.",
    ),
    "only_files": (
        "Your letter held no words, only something attached. An answer is made of words.",
        "Write them into the letter itself and send it once more; a picture can be linked to.",
    ),
    "files_left": (
        "Your words were taken, and stand. What was attached to your letter was left out: an answer is made of words.",
        "If they speak of a picture, you can edit them at the desk, and link to it.",
    ),
    "gone": (
        "The reply that you answered no longer stands: it was withdrawn or removed since you were told of it.",
        "Your words stand nowhere. If others should read them, write under the essay.",
    ),
    "changed": (
        "The reply that you answered was changed since the letter to you was written, and answering would publish it.",
        "Read it at the desk, and answer it there.",
    ),
    "too_large": (
        "Your letter is larger than ten megabytes, so nothing of it was read.",
        "Send it once more without what is attached to it; a picture can be linked to.",
    ),
    "not_taken": ("", "You can answer at the desk."),
}


def letter(db: Database, settings: Settings, _keys: Keys, job: Job) -> Letter:
    """The letter to the account `job.data["person"]` about their letter; `job.subject` is the id of its note.

    Raises mail.Refused for an account without an address.
    """
    data = job.data
    address = people.emails(db, [str(data["person"])]).get(str(data["person"]))
    if address is None:
        raise mail.Refused("This account has no e-mail address.")
    outcome = str(data["outcome"])
    why, do = WHY[outcome]
    comment = str(data["comment"])
    answers = str(data["answers"])
    threading = (
        {"In-Reply-To": answers, "References": answers}
        if answers == mail.line(answers) and answers.isascii() and answers
        else {}
    )
    return writing.letter(
        settings,
        "returned",
        id_=job.subject,
        to=address,
        subject=_TAKEN if outcome == "files_left" else _NOT_TAKEN,
        why=why or str(data["said"]),
        do=do,
        link=f"{settings.url}/desk/comments/{comment}" if comment else f"{settings.url}/desk/",
        # RFC 3834, 5: an answer that no person wrote says so, and none is given to it.
        headers={"Auto-Submitted": "auto-replied", **threading},
    )
