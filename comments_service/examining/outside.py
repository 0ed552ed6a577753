"""What a house has outside of its database: its letters' and alerts' ways, its backups, the pages that readers see."""

from collections.abc import Iterator

from comments_service import chat, ids, mail, publishing, wording
from comments_service.backups import folders
from comments_service.backups.errors import Failed
from comments_service.database import Database
from comments_service.examining.finding import Finding, State, Watch
from comments_service.notifying import alerts as asking
from comments_service.publishing import files
from comments_service.settings import Settings
from comments_service.store import inbox as notes
from comments_service.store import outbox

_DAY = 86_400
# A nightly backup that failed once is seen at the next; two in a row are not.
_OLD_SECONDS = 2.5 * _DAY
# It is read twice a minute, and a server that is away is tried every ten minutes.
_UNREAD_SECONDS = 1200


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


def inbox(db: Database, settings: Settings) -> Iterator[Finding]:
    """Whether letters that come in can be read, and when they were last; none is."""
    if not settings.reads_letters:
        set_ = settings.imap_url or settings.mail_piped
        said = "No letters are read here, so nobody answers by mail."
        do = "Set mail_from or reply_address: without an address none can be answered." if set_ else ""
        yield Finding("inbox", State.LOOK if set_ else State.OK, said, do)
        return
    if settings.imap_url:
        yield _mailbox(db, settings)
    if settings.mail_piped:
        last = next(iter(notes.newest(db, limit=1)), None)
        when = f"the last one came {_ago(last.at)}" if last else "none has come yet"
        yield Finding("inbox", State.OK, f"Letters come in through `rapport receive`; {when}.")


def _mailbox(db: Database, settings: Settings) -> Finding:
    from comments_service.mail import imap

    try:
        number = imap.reach(settings)
    except imap.Away as away:
        do = "Mend imap_url in data/private.toml (docs/operating.md), and restart the service."
        return Finding("inbox", State.BROKEN, str(away), do)
    last = outbox.last_beat(db, outbox.MAILBOX)
    letters_ = wording.count(number, "letter lies", "letters lie")
    said = f"The mailbox can be read, and {letters_} there; it was last read {_ago(last) if last else 'never'}."
    if last is None or wording.between(last, ids.now()) > _UNREAD_SECONDS:
        return Finding(
            "inbox", State.LOOK, said, "See whether the worker runs, and its log: it reads it twice a minute."
        )
    return Finding("inbox", State.OK, said)


def _ago(at: str) -> str:
    return f"{wording.duration(wording.between(at, ids.now()))} ago"


def alerts(settings: Settings) -> Iterator[Finding]:
    """Whether the chat services are such as can be told something; nothing is sent."""
    if not settings.alerts:
        yield Finding("alerts", State.OK, "No chat service is set, so you are told by letter alone.")
        return
    services = asking.services(settings)
    strange = [chat.name(one.address) for one in services if not chat.understood(one.address)]
    for name in strange:
        said = f"The address {name}://… is none that a chat service can be reached by."
        yield Finding("alerts", State.BROKEN, said, "Mend alerts in data/private.toml (docs/operating.md).")
    if not strange:
        names = ", ".join(f"{chat.name(one.address)}://…" for one in services)
        said = f"The addresses are whole ({names}); nothing was sent."
        yield Finding("alerts", State.OK, f"{said} rapport alerts test sends something.")


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
