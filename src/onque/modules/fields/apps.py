"""The Django app of the fields module."""

from django.apps import AppConfig
from typing_extensions import override


class FieldsConfig(AppConfig):
    name = "onque.modules.fields"
    label = "fields"

    @override
    def ready(self) -> None:
        """Add the page to the shell."""
        from onque.modules.fields.web import places

        places.register()
