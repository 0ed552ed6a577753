"""Letters that prove an address or open the desk. Their codes and links stand nowhere: they are made once more here."""

from comments_service import catalogue, ids, mail, proofs, wording
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.notifying import writing
from comments_service.settings import Settings
from comments_service.store import comments, errands, pages, people, sessions
from comments_service.store.errands import Challenge


def code(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The letter of a challenge, as long as it proves anything; `job.subject` is the challenge's id."""
    challenge = _open(db, job)
    if challenge is None:
        return None
    words = catalogue.of(_language(db, settings, challenge.errand))
    return writing.letter(
        settings,
        "code",
        id_=challenge.id,
        to=challenge.address,
        subject=words.text("code.subject"),
        language=words.language,
        headers=writing.languages(words.language),
        code=proofs.code(keys, challenge.id),
        link=f"{settings.url}/identity/email/{proofs.token(keys, challenge.id)}",
        minutes=proofs.MINUTES,
    )


def _language(db: Database, settings: Settings, errand: str) -> str:
    """That of the essay at whose form the code was asked for, or of the reply that it proves; else the blog's."""
    known = errands.find(db, errand, now=ids.now())
    reply = comments.find(db, known.comment) if known and known.comment else None
    path = reply.page if reply else known.fields.get("page", "") if known else ""
    page = pages.find(db, path) if path else None
    return page.language if page else settings.language


def address(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The letter to an account's new address, as long as it proves anything; `job.subject` is the challenge's id."""
    challenge = _open(db, job)
    account = people.find(db, str(job.data["person"]))
    if challenge is None or account is None:
        return None
    return writing.letter(
        settings,
        "address",
        id_=challenge.id,
        to=challenge.address,
        subject="Your new address",
        account=account.name,
        link=f"{settings.url}/desk/address?token={proofs.token(keys, challenge.id)}",
        minutes=proofs.MINUTES,
    )


def _open(db: Database, job: Job) -> Challenge | None:
    challenge = errands.find_challenge(db, job.subject)
    return challenge if challenge and challenge.proves(now=ids.now()) else None


def sign_in(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The letter with an account's one-time link, as long as it opens the desk; `job.subject` is the link's id.

    Raises mail.Refused for an account without an address.
    """
    secret = proofs.sign_in_secret(keys, job.subject)
    link = sessions.find_link(db, ids.digest(secret))
    if link is None or not link.opens(now=ids.now()):
        return None
    address = people.emails(db, [link.account.id]).get(link.account.id)
    if address is None:
        raise mail.Refused("This account has no e-mail address.")
    return writing.letter(
        settings,
        "sign_in",
        id_=job.subject,
        to=address,
        subject="Your way to the desk",
        account=link.account.name,
        link=f"{settings.url}/desk/sign-in?token={secret}",
        until=wording.date_and_time(link.expires, settings.zone),
        zone=settings.timezone,
    )
