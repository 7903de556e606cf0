"""The Django app of the portal module."""

from django.apps import AppConfig
from typing_extensions import override


class PortalConfig(AppConfig):
    name = "onque.modules.portal"
    label = "portal"

    @override
    def ready(self) -> None:
        """Hear of inquiries, show their facts beside tickets, add the settings to the shell."""
        from onque.modules.portal import subscribers
        from onque.modules.portal.services import inquiring
        from onque.modules.portal.web import places
        from onque.ui import slots

        slots.register(
            slots.TICKET_PANELS,
            "portal.inquiry",
            template="portal/_facts.html",
            provider=inquiring.inquiry_facts,
            order=20,
        )
        places.register()
        del subscribers
