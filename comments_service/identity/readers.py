"""Readers who proved who they are: signing in and out on a device, joining and parting, how they appear."""

from collections.abc import Collection
from contextlib import suppress

from comments_service import ids, names
from comments_service.database import Database
from comments_service.errors import conflict, forbidden, invalid, not_found
from comments_service.identity import guests
from comments_service.models import Errand, Identity, Speaker
from comments_service.providers import EMAIL, Claims
from comments_service.store import comments, correspondents, errands, facts, hearts, identities, people

_NOT_PROVEN = "Nobody is signed in on this device. Prove who you are first, then do this once more."


def sign_in(db: Database, claims: Claims, errand: Errand, *, device: str) -> tuple[Identity, str]:
    """Let a device speak for whoever proved these claims; returns the identity and the device's new secret.

    The secret that the device had before opens nothing any more: had somebody else planted it, it would not become
    proven with them. Who wrote from it as a guest stays a guest until they say that they are one.
    """
    now = ids.now()
    with db.transaction():
        identities.take_turns(db)
        identity = _known(db, claims, now)
        if claims.provider == EMAIL:
            correspondents.arrived(db, claims.address)
        former = identities.of_device(db, ids.digest(device)) if device else None
        guest = (former.guest if former.identity else former.person.id) if former else None
        if former and former.identity and errand.purpose == "add":
            identities.join(db, identity.person, former.identity.person, at=now)
        if errand.comment:
            _prove_reply(db, errand.comment, identity, now, here={former.person.id, former.guest} if former else set())
        if guest and identities.head_of(db, guest) == identities.head_of(db, identity.person):
            guest = None
        secret = ids.new_secret()
        if device:
            identities.drop_device(db, ids.digest(device))
            hearts.hand_on(db, device, secret)
        identities.add_device(db, ids.digest(secret), identity.person, now=now, identity=identity.id, guest=guest)
        if errand.purpose == "reply":
            errands.outlive(db, errand.id)
        else:
            errands.end(db, errand.id)
    return identity, secret


def _known(db: Database, claims: Claims, now: str) -> Identity:
    """The identity that was proven, begun if it is new; what its issuer says of it is renewed, not a chosen name."""
    found = identities.vouched_for(db, claims.issuer, claims.subject)
    if found is None:
        return _begin(db, claims, now)
    identities.change(
        db,
        found.id,
        name=found.name or claims.name,
        label=claims.label,
        url=claims.url,
        address=claims.address,
        picture_url=claims.picture_url,
        proven_at=now,
    )
    return identities.find(db, found.id) or found


def _begin(db: Database, claims: Claims, now: str) -> Identity:
    identity = Identity(
        id=ids.new_id(),
        person=guests.begin(db, now).id,
        provider=claims.provider,
        issuer=claims.issuer,
        subject=claims.subject,
        name=claims.name,
        label=claims.label,
        url=claims.url,
        address=claims.address,
        picture_url=claims.picture_url,
        picture="",
        created=now,
        proven_at=now,
    )
    identities.add(db, identity)
    return identity


def _prove_reply(db: Database, id_: str, identity: Identity, now: str, *, here: Collection[str | None]) -> None:
    """Mark a reply that was sent by a guest as theirs who proved it since.

    On the device that speaks for that guest (`here`), the guest is the same person from now on. Elsewhere a private
    link led to the reply; it speaks for that reply, and for nothing else that its writer said.
    """
    comment = comments.find(db, id_)
    if comment is None or comment.person is None or comment.identity or comment.by_author:
        return
    if comments.prove(db, comment.id, identity.id, proven=identity.label, picture=identity.picture):
        if comment.person in here:
            identities.join(db, comment.person, identity.person, at=now)
        _take_name(db, identity, comment.name)
        facts.happened(db, "comment.edited", comment, seen=comment.standing)


def _take_name(db: Database, identity: Identity, name: str) -> None:
    """Let an identity without a name go by the one that stands with its words, unless that would mislead."""
    if identity.name or not name:
        return
    mine = identities.self_of(db, identity.person).ids
    with suppress(ValueError):
        refuse_misleading(db, name, besides=mine, vouched=is_told_apart(identity))
        known_by(db, identity, name)


def sign_out(db: Database, speaker: Speaker, *, device: str, everywhere: bool = False) -> str:
    """Let a device be nobody's who proved anything; returns the secret of the guest who wrote from it before, or "".

    `everywhere` ends what any other device may do in their name as well.
    """
    with db.transaction():
        found = identities.of_device(db, ids.digest(device)) if device else None
        if found is None or found.identity is None:
            return ""
        identities.drop_device(db, ids.digest(device))
        if everywhere:
            identities.drop_devices_of(db, speaker.identities)
        if found.guest is None:
            return ""
        secret = ids.new_secret()
        identities.add_device(db, ids.digest(secret), found.guest, now=ids.now())
        hearts.hand_on(db, device, secret)
        return secret


def appear_as(db: Database, speaker: Speaker, identity: str, *, device: str) -> None:
    """Appear as another of one's identities from now on, or, with none, as a guest. Raises Problem (403, 404)."""
    known_by = _proven(speaker)
    with db.transaction():
        found = identities.of_device(db, ids.digest(device))
        if found is None or found.identity is None:
            raise forbidden(_NOT_PROVEN)
        identities.take_turns(db)
        person = own(db, speaker, identity).person if identity else found.guest or _as_a_guest(db, known_by.person)
        identities.appear(db, ids.digest(device), person, guest=found.guest)


def _as_a_guest(db: Database, proven: str) -> str:
    """A guest's person for somebody who proved more, so that nobody else can tell that they are one."""
    me = identities.self_of(db, proven)
    proving = {one.person for one in me.identities}
    guest = next((one.id for one in me.people if one.id not in proving), None)
    if guest is None:
        now = ids.now()
        guest = guests.begin(db, now).id
        identities.join(db, guest, me.head, at=now)
    return guest


def former_guest(db: Database, *, device: str) -> str | None:
    """Who wrote from a device as a guest before somebody proved an identity on it, if that was not said to be them."""
    found = identities.of_device(db, ids.digest(device)) if device else None
    return found.guest if found and found.identity else None


def join_guest(db: Database, speaker: Speaker, *, device: str) -> None:
    """Say that the guest who wrote from this device before was oneself. Raises Problem (403, 409)."""
    known_by = _proven(speaker)
    with db.transaction():
        identities.take_turns(db)
        found = identities.of_device(db, ids.digest(device))
        if found is None or found.guest is None:
            raise conflict("Nobody else wrote from this device before.")
        identities.join(db, found.guest, known_by.person, at=ids.now())
        identities.appear(db, ids.digest(device), found.person.id, guest=None)


def part(db: Database, speaker: Speaker, identity: str) -> None:
    """Take one identity apart from the others: its words and its page are its own again.

    Raises Problem (403, 404, 409). Every device stays with the identity that it proved, and appears as that one if it
    appeared as somebody from whom that was taken apart.
    """
    known_by = _proven(speaker)
    with db.transaction():
        identities.take_turns(db)
        parted = own(db, speaker, identity)
        me = identities.self_of(db, known_by.person)
        if len(me.identities) == 1:
            raise conflict("This is all that you have proven here, so there is nothing to part it from.")
        identities.part(db, parted.person, at=ids.now())
        identities.appear_as_proven(db, parted, [one.id for one in me.identities if one != parted])


def rename(db: Database, speaker: Speaker, identity: str, typed: str) -> Identity:
    """Let one of one's identities appear under another name from now on. Raises Problem (403, 404, 422)."""
    with db.transaction():
        found = own(db, speaker, identity)
        try:
            name = names.clean(typed)
            refuse_misleading(db, name, besides=identities.self_of(db, found.person).ids)
        except ValueError as error:
            raise invalid({"name": str(error)}) from None
        known_by(db, found, name)
    return identities.find(db, identity) or found


def known_by(db: Database, identity: Identity, name: str) -> None:
    """Remember by which name an identity appears here, so that nobody else takes it. Belongs into a transaction."""
    if identity.name != name:
        identities.change(db, identity.id, name=name)
    if identities.shapes_of(db, identity.person) != names.shapes(name):
        identities.known_by(db, identity.person, names.shapes(name))


def refuse_misleading(db: Database, name: str, *, besides: frozenset[str] = frozenset(), vouched: bool = False) -> None:
    """Raise ValueError, with a sentence, for a name that readers would take for an author's or a proven person's.

    `besides` are the bearer's own persons. A mark that tells them apart (`vouched`) is enough beside another reader;
    beside an author nothing is.
    """
    for account in people.accounts(db):
        if names.looks_like(name, account.name):
            message = (
                f"{account.name} writes here, and readers would take you for one another."
                " Please add something to your name."
            )
            raise ValueError(message)
    if not vouched and identities.bearer(db, names.shapes(name), besides=besides):
        message = (
            f"Somebody here has proven who they are and goes by {name}, or by a name that looks like it."
            " If that is you, prove it below; otherwise please add something to your name."
        )
        raise ValueError(message)


def goes_by(db: Database, identity: Identity, name: str) -> bool:
    """Whether an identity has a word here under a name already: it keeps it, whoever came to share it later."""
    return identities.bears(db, names.shapes(name), identity.person)


def is_told_apart(identity: Identity) -> bool:
    """Whether what stands beside a name belongs to nobody else: `github.com/ben` does, "by e-mail" and "by Google" not.

    Then two may be called the same; otherwise the name is all that tells them apart.
    """
    return bool(identity.url)


def own(db: Database, speaker: Speaker, identity: str) -> Identity:
    """One of the identities that a speaker proved, as it stands now. Raises Problem (403, 404)."""
    me = identities.self_of(db, _proven(speaker).person)
    found = next((one for one in me.identities if one.id == identity), None)
    if found is None:
        raise not_found("identity")
    return found


def _proven(speaker: Speaker) -> Identity:
    if speaker.account or speaker.known_by is None:
        raise forbidden(_NOT_PROVEN)
    return speaker.known_by
