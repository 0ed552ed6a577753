"""What a house has outside of its database: its letters' way, its backups, the pages that readers see."""

from collections.abc import Iterator

from comments_service import ids, mail, publishing, wording
from comments_service.backups import folders
from comments_service.backups.errors import Failed
from comments_service.database import Database
from comments_service.examining.finding import Finding, State, Watch
from comments_service.publishing import files
from comments_service.settings import Settings
from comments_service.store import outbox

_DAY = 86_400
# A nightly backup that failed once is seen at the next; two in a row are not.
_OLD_SECONDS = 2.5 * _DAY


def letters(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server is there and lets us in; no letter is sent."""
    if not settings.smtp_url and settings.local:
        said = "No mail server is set; a blog on this machine puts its letters into a folder."
        yield Finding("letters", State.OK, said)
        return
    try:
        mail.reach(settings)
    except mail.NotSent as error:
        state = State.BROKEN if settings.smtp_url else State.LOOK
        do = "Mend smtp_url and mail_from in data/private.toml (docs/operating.md), then: rapport letters test ADDRESS"
        said = str(error) if settings.smtp_url else f"{error} Its forms promise none."
        yield Finding("letters", state, said, do)
    else:
        said = f"The mail server is there and takes letters from {settings.sender}; none was sent."
        yield Finding("letters", State.OK, said)


def backups(settings: Settings) -> Iterator[Finding]:
    """How old the newest backup is."""
    folder = settings.data / "backups"
    kept = folders.kept(folder) if folder.exists() else []
    do = "rapport backup, every night by cron (docs/operating.md). Of others, kept elsewhere, nothing is known here."
    if not kept:
        yield Finding("backups", State.LOOK, f"There is none in {folder}.", do)
        return
    now = ids.now()
    try:
        made = folders.read_about(kept[-1]).made
    except Failed as failed:
        yield Finding("backups", State.BROKEN, str(failed), "rapport backup makes another one.")
        return
    said = f"The newest of {len(kept)} was made {wording.duration(wording.between(made, now))} ago."
    old = wording.between(made, now) > _OLD_SECONDS
    yield Finding("backups", State.LOOK if old else State.OK, said, do if old else "")


def site(db: Database, settings: Settings, watch: Watch) -> Iterator[Finding]:
    """Whether the pages that readers see say what the database does."""
    manifest = files.read_manifest(settings.output)
    if manifest is None:
        said = f"No site stands at {settings.output}."
        yield Finding("site", State.BROKEN, said, "make publish, or `make serve` while you write.")
        return
    number = len({file for held in manifest.islands.values() for file in held})
    with watch("Reading the pages", number) as advance:
        behind = publishing.behind(db, settings, advance)
    pages = wording.count(number, "page", "pages")
    if not behind:
        yield Finding("site", State.OK, f"{pages}: each says what the database does.")
    elif outbox.waiting(db, now=ids.now(seconds=60)):
        said = f"{len(behind)} of {pages} are behind the database, and the worker has still something to do."
        yield Finding("site", State.LOOK, said, "Look again in a minute.")
    else:
        said = f"{len(behind)} of {pages} say something else than the database, such as {behind[0]}."
        yield Finding("site", State.BROKEN, said, "rapport bake")
