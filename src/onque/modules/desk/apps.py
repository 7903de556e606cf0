"""The Django app of the desk module."""

from django.apps import AppConfig
from typing_extensions import override


class DeskConfig(AppConfig):
    name = "onque.modules.desk"
    label = "desk"

    @override
    def ready(self) -> None:
        """Load the subscribers; add the desk to the shell, and its tickets to what can be found."""
        from onque.modules.desk import subscribers  # noqa: F401
        from onque.modules.desk.services import indexing
        from onque.modules.desk.web import places

        places.register()
        indexing.register()
