"""Identity's doors: who you are here, proving it, joining and parting, signing out, and being forgotten."""

from comments_service.web.identity import choosing, federated, mailed, pictures, who
from comments_service.web.identity.door import door

__all__ = ["choosing", "door", "federated", "mailed", "pictures", "who"]
