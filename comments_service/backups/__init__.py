"""Backups: the database and the secrets, copied beside the traffic, verified, and put back without what is gone."""

from comments_service.backups.errors import Failed
from comments_service.backups.making import make, verify
from comments_service.backups.replaying import Replayed
from comments_service.backups.restoring import Restored, restore

__all__ = ["Failed", "Replayed", "Restored", "make", "restore", "verify"]
