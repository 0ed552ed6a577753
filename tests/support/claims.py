"""What was proven, and proving it without the letters and providers that bring the proof."""

from comments_service import ids
from comments_service.identity import readers
from comments_service.models import Comment, Errand, Identity
from comments_service.providers import Claims
from comments_service.store import errands
from tests.support.actors import House, Reader
from tests.support.browserless import Visitor
from tests.support.proving import signs_in


def github(name: str, *, email: str = "") -> Claims:
    """What GitHub says of somebody."""
    return Claims(
        "github",
        "github",
        f"subject-{name}",
        f"github.com/{name}",
        name=name.title(),
        url=f"https://github.com/{name}",
        address=email,
        picture_url=f"https://pictures.example/{name}.png",
    )


def begun(house: House, purpose: str = "yours", *, comment: str = "", **fields: str) -> tuple[Errand, str]:
    """An errand, and the secret of the browser that is on it."""
    secret = ids.new_secret()
    errand = Errand(ids.digest(secret), fields, purpose, comment, ids.now(), ids.now(hours=2))
    errands.add(house.db, errand)
    return errand, secret


def proves(reader: Reader, claims: Claims, *, purpose: str = "yours", reply: Comment | None = None) -> Identity:
    """Prove something on a reader's device; with `add`, as one more of what they are; `reply` is marked with it."""
    return signs_in(reader, claims=claims, purpose=purpose, comment=reply.id if reply else "")


def proves_in(visitor: Visitor, claims: Claims, *, purpose: str = "yours") -> Identity:
    """Prove something in a visitor's browser."""
    errand, _ = begun(visitor.house, purpose)
    cookie = visitor.client.get_cookie("rapport_device")
    identity, secret = readers.sign_in(visitor.house.db, claims, errand, device=cookie.value if cookie else "")
    visitor.client.set_cookie("rapport_device", secret)
    return identity
