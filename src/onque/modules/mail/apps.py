"""The Django app of the mail module."""

from django.apps import AppConfig
from typing_extensions import override


class MailConfig(AppConfig):
    name = "onque.modules.mail"
    label = "mail"

    @override
    def ready(self) -> None:
        """Load the subscribers; add mail to the shell and to the ticket page."""
        from onque.kernel import metrics, sealed
        from onque.modules.mail import subscribers  # noqa: F401
        from onque.modules.mail.services import balance, keys
        from onque.modules.mail.web import places

        sealed.register("mail_mailbox", "sealed_password", purpose=keys.CREDENTIAL)
        sealed.register("mail_mailbox", "sealed_tokens", purpose=keys.CREDENTIAL)
        sealed.register("mail_intake", "sealed_secret", purpose=keys.CREDENTIAL)
        sealed.register("mail_setup", "sealed_password", purpose=keys.CREDENTIAL)
        sealed.register("mail_setup", "sealed_out_password", purpose=keys.CREDENTIAL)
        sealed.register("mail_setup", "sealed_tokens", purpose=keys.CREDENTIAL)
        for column in ("sealed_password", "sealed_api_key", "sealed_dkim_key"):
            sealed.register("mail_sender", column, purpose=keys.CREDENTIAL)
        metrics.register("mail", balance.measure)
        places.register()
