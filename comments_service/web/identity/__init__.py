"""Identity's doors: who you are here, proving it, joining and parting, signing out, your data."""

from comments_service.web.identity import choosing, federated, mailed, pictures, who, yours
from comments_service.web.identity.door import door

__all__ = ["choosing", "door", "federated", "mailed", "pictures", "who", "yours"]
