"""The Django app of the identity module."""

from django.apps import AppConfig
from typing_extensions import override


class IdentityConfig(AppConfig):
    name = "onque.modules.identity"
    label = "identity"

    @override
    def ready(self) -> None:
        """Offer the module's pages to the shell, and words for its refusals."""
        from onque.modules.identity.web import places

        places.register()
