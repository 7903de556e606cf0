"""The Django app of the customers module."""

from django.apps import AppConfig
from typing_extensions import override


class CustomersConfig(AppConfig):
    name = "onque.modules.customers"
    label = "customers"

    @override
    def ready(self) -> None:
        """Load the subscribers; let customers be found."""
        from onque.modules.customers import subscribers  # noqa: F401
        from onque.modules.customers.services import searching

        searching.register()
