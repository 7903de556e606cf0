"""The Django app of the notifications module."""

from django.apps import AppConfig
from typing_extensions import override


class NotificationsConfig(AppConfig):
    name = "onque.modules.notifications"
    label = "notifications"

    @override
    def ready(self) -> None:
        """Load the subscribers; add the notifications centre to the shell."""
        from onque.modules.notifications import subscribers  # noqa: F401
        from onque.modules.notifications.web import places

        places.register()
