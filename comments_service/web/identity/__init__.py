"""Identity's doors: who you are here, proving it, joining and parting, signing out, your data."""

from comments_service.web.identity import choosing, corresponding, federated, mailed, pictures, who, yours
from comments_service.web.identity.door import door

__all__ = ["choosing", "corresponding", "door", "federated", "mailed", "pictures", "who", "yours"]
