"""Who has an account: the owner's list."""

from comments_service import ids
from comments_service.errors import forbidden
from comments_service.models import Role
from comments_service.store import people, sessions
from comments_service.web import context
from comments_service.web.desk.door import door, me, page


@door.get("/accounts")
def accounts_page() -> str:
    """Every account with its role and how many sessions it has open; for the owner."""
    if me().role is not Role.OWNER:
        raise forbidden("Only the owner of this blog sees its accounts. Ask them, if you need something changed.")
    db, now = context.db(), ids.now()
    accounts = [(account, len(sessions.open_of(db, account.id, now=now))) for account in people.accounts(db)]
    return page("accounts.html", "/desk/accounts", accounts=accounts)
