"""Tables of notifications."""

from onque.modules.notifications.models.notice import Notice

__all__ = ["Notice"]
