"""The settings: one frozen record; the only reader of the environment, `rapport.toml` and `data/private.toml`."""

import contextlib
import dataclasses
import os
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comments_service import outward

ROOT = Path(__file__).resolve().parent.parent
FILE = "rapport.toml"
# The same names, for what must stay out of a repository; in the data folder, so that every program here reads it.
PRIVATE_FILE = "private.toml"
# The services a reader may sign in with once their keys are set; any OpenID provider comes as a name of one's own.
SERVICES = ("facebook", "github", "google", "linkedin", "mastodon", "microsoft", "wordpress", "x")
# Mastodon's servers give keys to whoever asks them.
_KEYLESS = {"mastodon"}
_CHOICES = {"synchronous": ("full", "normal"), "figures": ("all", "marks", "none"), "log": ("debug", "info", "warning")}
_WORDS = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}

# A service's keys: `RAPPORT_GITHUB_CLIENT_ID`, `RAPPORT_OIDC_WORK_ISSUER`.
_KEY = re.compile(r"RAPPORT_(?:OIDC_([A-Z0-9_]+?)|([A-Z]+))_(ISSUER|CLIENT_ID|CLIENT_SECRET|BASE_URL|TITLE)")
_SERVICE_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,30}")


class SettingsError(Exception):
    """A setting that cannot be used, in a sentence that names it and says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that readers may sign in with: the keys that it gave this blog, or where to find it.

    `name` is one of `SERVICES`, or `oidc-<name>` of an OpenID provider, which has an `issuer` and may have a `title`.
    `base_url` is another address for it (a test server, a company's own); empty: the usual one.
    """

    name: str
    client_id: str = ""
    client_secret: str = ""
    issuer: str = ""
    base_url: str = ""
    title: str = ""


def _setting(default: object, help_: str, *, secret: bool = False) -> typing.Any:  # noqa: ANN401 -- a dataclass field is typed by its annotation
    return dataclasses.field(default=default, repr=not secret, metadata={"help": help_})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, with its default and its sentence. The environment's `RAPPORT_<NAME>` wins over the file."""

    title: str = _setting("Rapport", "The name of the blog.")
    tagline: str = _setting("Essays on networking, with answers", "One line under the name.")
    author: str = _setting("Ana Ferreira", "The author's name, as readers see it; names the first account.")
    author_email: str = _setting("", "The author's address; never shown. Empty: none.")
    profiles: str = _setting(
        "", "Where else the author can be found: addresses with spaces between, shown with `rel=me`."
    )
    language: str = _setting("en", "The language of the blog, as a BCP 47 tag.")
    timezone: str = _setting("UTC", "The time zone in which dates are printed, as an IANA name.")
    url: str = _setting(
        "http://localhost:8000", "The address under which readers reach the site, without a slash at the end."
    )
    port: int = _setting(8000, "The port to serve on (also `PORT`).")
    bind: str = _setting("127.0.0.1", "The address to serve on; `0.0.0.0` for every interface.")
    data: Path = _setting(ROOT / "data", "The folder of the database and the secrets.")
    output: Path = _setting(ROOT / "output", "The published site.")
    database: str = _setting("", "`postgresql://…`; empty: the SQLite file `comments.db` in the data folder.")
    synchronous: str = _setting("full", "SQLite's durability: `full` survives a power cut, `normal` is faster.")
    processes: int = _setting(2, "Processes that answer requests.")
    threads: int = _setting(8, "Threads in each of them.")
    answer_within: int | None = _setting(
        None,
        "Hours within which the author promises to answer, printed at the form; 0: no promise; unset: not chosen yet.",
    )
    figures: str = _setting(
        "all",
        "What readers see of how you answer: `all`, `marks` (only who was answered, and after how long) or `none`.",
    )
    figures_note: str = _setting("", "One public sentence of yours beside the figures; it moves none of them.")
    answer_first: bool = _setting(
        False,  # noqa: FBT003
        "Whether `make publish` refuses while a reader waits longer than promised, or a promise is overdue.",
    )
    hold_first: bool = _setting(True, "Whether a stranger's first reply waits for a look.")  # noqa: FBT003
    report_hides: int = _setting(
        3, "How many readers who proved who they are hide a reply by reporting it, until you look; 0: none do."
    )
    mastodon_sign_in: bool = _setting(
        True,  # noqa: FBT003
        "Whether readers may sign in with their account on any Mastodon server.",
    )
    website_sign_in: bool = _setting(True, "Whether readers may sign in with their own website (IndieAuth).")  # noqa: FBT003
    smtp_url: str = _setting(
        "",
        "Where letters are handed over: `smtp://user:password@host:587` (with STARTTLS), or `smtps://…:465`;"
        " empty: a blog on this machine writes them to `data/letters/`, a public one sends none.",
        secret=True,
    )
    mail_from: str = _setting("", "The address that letters come from; empty: `author_email`.")
    imap_url: str = _setting(
        "",
        "The mailbox in which answers by letter arrive: `imaps://user:password@host:993/INBOX`, or `imap://…:143` (with"
        " STARTTLS); empty: none is read.",
        secret=True,
    )
    mail_piped: bool = _setting(
        False,  # noqa: FBT003
        "Whether a mail server hands letters to `rapport receive`.",
    )
    reply_address: str = _setting(
        "",
        "The address that answers by letter are sent to, before a `+` and a mark are put into it; empty: that of"
        " `mail_from`.",
    )
    mail_authserv: str = _setting(
        "",
        "The name that your mail server signs its `Authentication-Results` with, if its word is to be believed; empty:"
        " DKIM is verified here.",
    )
    alerts: str = _setting(
        "",
        "The chat services that you are told by at once, as apprise addresses with spaces between; a secret."
        " Empty: none.",
        secret=True,
    )
    quiet_hours: str = _setting(
        "", "When no alert comes, by the blog's clock: `22-7`. What falls in them comes at their end. Empty: never."
    )
    websub_hub: str = _setting(
        "",
        "The WebSub hub that feeds name and that is told of changes, such as `https://hub.example/`; empty: none.",
    )
    deploy: str = _setting(
        "local",
        "Where `make publish` sends the site: `local` (readers get it from here), `rsync:user@host:/path`, or"
        " `git:remote#branch`.",
    )
    server: str = _setting(
        "",
        "On a laptop: the server that keeps the replies and publishes, as `ssh://user@host/srv/blog`. Empty: this"
        " machine does.",
    )
    close_after_days: int = _setting(0, "Days after which an essay takes no new threads; 0: never.")
    rate_limit: bool = _setting(True, "Whether floods are slowed; `off` for load tests only.")  # noqa: FBT003
    trusted_proxies: int = _setting(0, "How many reverse proxies in front of the service set `X-Forwarded-For`.")
    log: str = _setting("info", "How much is logged: `debug`, `info`, `warning`.")
    clock_file: Path | None = _setting(None, "Tests only: a file that holds an offset in seconds for the clock.")

    services: tuple[Service, ...] = dataclasses.field(default=(), metadata={"help": ""})

    @property
    def secure(self) -> bool:
        """Whether readers come over TLS."""
        return self.url.startswith("https://")

    @property
    def local(self) -> bool:
        """Whether this blog is reached on this machine only: somebody tries it, writes, or tests."""
        return urlsplit(self.url).hostname in outward.LOOPBACK

    @property
    def sender(self) -> str:
        """The address that letters come from, empty if there is none."""
        return self.mail_from or self.author_email or ("blog@localhost" if self.local else "")

    @property
    def sends_letters(self) -> bool:
        """Whether a letter leaves the house: by SMTP, or, on this machine only, into the folder `data/letters/`."""
        return bool(self.sender) if self.smtp_url else self.local

    @property
    def reads_letters(self) -> bool:
        """Whether letters come in here: from a mailbox, or through `rapport receive`."""
        return bool((self.imap_url or self.mail_piped) and self.answers_go_to)

    @property
    def answers_go_to(self) -> str:
        """The address that is marked for each answer by letter, empty if there is none."""
        return self.reply_address or self.sender

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which dates are printed."""
        return ZoneInfo(self.timezone)

    def with_(self, **changes: object) -> "Settings":
        """A copy with some settings changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def names() -> dict[str, dataclasses.Field[object]]:
    """Every setting a person may set, by its name."""
    return {field.name: field for field in dataclasses.fields(Settings) if field.metadata["help"]}


def load(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Read `rapport.toml`, then `private.toml` of the data folder, where there are any, and the environment over both.

    Unknown names and unusable values are refused with SettingsError.
    """
    env = os.environ if environ is None else environ
    given: dict[str, object] = {}
    services: dict[str, dict[str, str]] = {}
    _take_file(file or ROOT / FILE, given, services)
    named = _from_environment(env, services)
    if folder := _data_folder(given | named, file):
        _take_file(folder / PRIVATE_FILE, given, services)
    _from_environment(env, services)  # once more: a variable wins over either file
    given |= named
    if "PORT" in env:
        given["port"] = env["PORT"]
        given.setdefault("url", f"http://localhost:{env['PORT']}")
    converted = {key: _converted(key, value) for key, value in given.items()}
    return _checked(converted | {"services": _services(services)})


def places(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Where things are, as far as it can be told, for whoever looks at a house whose settings `load` refuses.

    Everything else in it is a default.
    """
    env = os.environ if environ is None else environ
    found: dict[str, object] = {}
    with contextlib.suppress(OSError, ValueError):
        found |= tomllib.loads((file or ROOT / FILE).read_text("utf-8"))
    found |= {
        name.removeprefix("RAPPORT_").lower(): value for name, value in env.items() if name.startswith("RAPPORT_")
    }
    kept = {name: _converted(name, found[name]) for name in ("data", "output", "database") if found.get(name)}
    return Settings(**kept)  # type: ignore[arg-type]


def _data_folder(given: Mapping[str, object], file: Path | None) -> Path | None:
    """Where `private.toml` may lie; nowhere if another file was asked for that names no folder of its own."""
    named = _converted("data", given.get("data", ""))
    return named if isinstance(named, Path) else None if file else ROOT / "data"


def _from_environment(env: Mapping[str, str], services: dict[str, dict[str, str]]) -> dict[str, object]:
    """The settings that the environment names; services' keys go to `services`."""
    given: dict[str, object] = {}
    for name, value in env.items():
        if not name.startswith("RAPPORT_"):
            continue
        key = name.removeprefix("RAPPORT_").lower()
        if key in names():
            given[key] = value
        elif (match := _KEY.fullmatch(name)) and (match[1] or match[2].lower() in SERVICES):
            service = f"oidc-{match[1]}".lower() if match[1] else match[2].lower()
            services.setdefault(service, {})[match[3].lower()] = value.strip()
        else:
            message = f"{name} is no setting. docs/settings.md lists them all; perhaps it is misspelt."
            raise SettingsError(message)
    return given


def _take_file(path: Path, given: dict[str, object], services: dict[str, dict[str, str]]) -> None:
    """Add what a TOML file sets; the tables in it are services' keys: `[github]`, `[oidc.work]`."""
    if not path.exists():
        return
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f'{path.name} cannot be read: {error}. It is a TOML file with lines such as: title = "My blog".'
        raise SettingsError(message) from error
    except PermissionError as error:
        message = f"{path} cannot be read: it belongs to somebody else. Run this as the user who owns the blog."
        raise SettingsError(message) from error
    for key, value in table.items():
        if key in names():
            given[key] = value
        elif key in SERVICES and isinstance(value, dict):
            services.setdefault(key, {}).update(_keys(path, key, value))
        elif key == "oidc" and isinstance(value, dict) and all(isinstance(one, dict) for one in value.values()):
            for name, one in value.items():
                services.setdefault(f"oidc-{name}", {}).update(_keys(path, f"oidc.{name}", one))
        else:
            message = (
                f"{path.name} sets {key}, which is no setting. docs/settings.md lists them all; perhaps it is misspelt."
            )
            raise SettingsError(message)


def _keys(path: Path, table: str, given: Mapping[str, object]) -> dict[str, str]:
    known = {field.name for field in dataclasses.fields(Service)} - {"name"}
    for key, value in given.items():
        if key not in known or not isinstance(value, str):
            message = f"{path.name} sets {key} in [{table}], which takes {', '.join(sorted(known))}, each as text."
            raise SettingsError(message)
    return {key: str(value).strip() for key, value in given.items()}


def _services(given: Mapping[str, Mapping[str, str]]) -> tuple[Service, ...]:
    """The services whose keys are whole. Raises SettingsError for half a pair, or an address that is none."""
    found = []
    for name, keys in sorted(given.items()):
        service = Service(name=name, **keys)
        title = name.removeprefix("oidc-")
        needed = {"client_id", "client_secret", *(["issuer"] if name.startswith("oidc-") else [])}
        missing = sorted(key for key in needed if not keys.get(key))
        if not _SERVICE_NAME.fullmatch(title):
            message = f"The OpenID provider “{title}” needs a name of small letters, digits and underscores."
            raise SettingsError(message)
        if missing and name not in _KEYLESS:
            message = (
                f"Signing in with {title} is half set up: {' and '.join(missing)} missing."
                " docs/operating.md says where they come from."
            )
            raise SettingsError(message)
        for address in filter(None, (service.issuer, service.base_url)):
            parts = urlsplit(address)
            if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in outward.LOOPBACK)):
                message = f"The address of {title}, “{address}”, has to begin with https://."
                raise SettingsError(message)
        found.append(service)
    return tuple(found)


def _converted(name: str, value: object) -> object:
    kinds = [kind for kind in _kinds(names()[name].type) if kind is not type(None)]
    kind = kinds[0]
    if isinstance(value, bool) or kind is bool:
        word = str(value).strip().lower()
        if kind is not bool or word not in _WORDS:
            raise SettingsError(_refusal(name, value, "`on` or `off`" if kind is bool else "text or a number"))
        return _WORDS[word]
    if kind is int:
        if str(value).strip() == "" and len(_kinds(names()[name].type)) > 1:
            return None
        try:
            number = int(str(value))
        except ValueError:
            raise SettingsError(_refusal(name, value, "a whole number")) from None
        if number < 0:
            raise SettingsError(_refusal(name, value, "a whole number that is not negative"))
        return number
    if kind is Path:
        return Path(str(value)).expanduser().absolute() if str(value) else None
    return str(value).strip()


def _kinds(annotation: object) -> tuple[type, ...]:
    if isinstance(annotation, types.UnionType):
        return typing.get_args(annotation)
    return (typing.cast("type", annotation),)


def _refusal(name: str, value: object, takes: str) -> str:
    return f"The setting {name} is “{value}”, but it takes {takes}."


def _check_choices(settings: Settings) -> None:
    for name, words in _CHOICES.items():
        if getattr(settings, name) not in words:
            *others, last = (f"`{word}`" for word in words)
            raise SettingsError(_refusal(name, getattr(settings, name), f"{', '.join(others)} or {last}"))
    for name in ("processes", "threads"):
        if not getattr(settings, name):
            raise SettingsError(_refusal(name, 0, "a whole number, at least 1"))


def _checked(given: dict[str, object]) -> Settings:
    settings = Settings(**given)  # type: ignore[arg-type]
    settings = settings.with_(url=settings.url.rstrip("/"))
    parts = urlsplit(settings.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise SettingsError(_refusal("url", settings.url, "an address such as https://example.org, without a path"))
    _check_choices(settings)
    marked = settings.answers_go_to if settings.reads_letters else ""
    for wrong in (
        *outward.wrong_mail(settings.smtp_url, settings.imap_url, marked),
        *outward.wrong_profiles(settings.profiles),
        *outward.wrong_calls(settings.websub_hub, settings.alerts, settings.quiet_hours),
    ):
        raise SettingsError(_refusal(*wrong))
    if settings.database and not settings.database.startswith(("postgresql://", "postgres://")):
        raise SettingsError(_refusal("database", settings.database, "`postgresql://…`, or nothing for SQLite"))
    if not settings.port or settings.port > 65535:  # noqa: PLR2004 -- ports end there
        raise SettingsError(_refusal("port", settings.port, "a number from 1 to 65535"))
    if settings.clock_file and not settings.local:
        message = "RAPPORT_CLOCK_FILE is for tests on this machine; with a public RAPPORT_URL it is refused."
        raise SettingsError(message)
    try:
        _ = settings.zone
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(_refusal("timezone", settings.timezone, "an IANA name such as Europe/Lisbon")) from None
    return settings
