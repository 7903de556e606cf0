"""The Django app of the notifications module."""

from django.apps import AppConfig
from typing_extensions import override


class NotificationsConfig(AppConfig):
    name = "onque.modules.notifications"
    label = "notifications"

    @override
    def ready(self) -> None:
        """Load the subscribers."""
        from onque.modules.notifications import subscribers  # noqa: F401
