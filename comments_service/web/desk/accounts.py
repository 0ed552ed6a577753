"""Who has an account, and who came in or tried: the owner's list."""

from comments_service import ids
from comments_service.errors import forbidden
from comments_service.models import Role
from comments_service.store import people, sessions, sign_ins
from comments_service.web import context
from comments_service.web.desk import views
from comments_service.web.desk.door import door, me, page

_LINES = 50


@door.get("/accounts")
def accounts_page() -> str:
    """Every account with its role and how many sessions it has open, and everybody's sign-ins; for the owner."""
    if me().role is not Role.OWNER:
        raise forbidden("Only the owner of this blog sees its accounts. Ask them, if you need something changed.")
    db, now = context.db(), ids.now()
    accounts = people.accounts(db)
    names = {account.id: account.name for account in accounts}
    return page(
        "accounts.html",
        "/desk/accounts",
        accounts=[(account, len(sessions.open_of(db, account.id, now=now))) for account in accounts],
        log=[
            (names.get(line.person, "Somebody"), views.sign_in(context.settings(), line))
            for line in sign_ins.latest(db, limit=_LINES)
        ],
    )
