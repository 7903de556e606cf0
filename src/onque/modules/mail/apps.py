"""The Django app of the mail module."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "onque.modules.mail"
    label = "mail"

    def ready(self) -> None:
        """Load the subscribers; add mail to the shell and to the ticket page."""
        from onque.modules.mail import subscribers  # noqa: F401
        from onque.modules.mail.web import places

        places.register()
