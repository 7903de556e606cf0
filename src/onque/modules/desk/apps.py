"""The Django app of the desk module."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "onque.modules.desk"
    label = "desk"

    def ready(self) -> None:
        """Add the desk to the shell."""
        from onque.modules.desk.web import places

        places.register()
