"""The Django app of the mail module."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "onque.modules.mail"
    label = "mail"

    def ready(self) -> None:
        """Load the subscribers; fill the slots of other modules' pages."""
        from onque.modules.mail import subscribers  # noqa: F401
