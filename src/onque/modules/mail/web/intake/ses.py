"""Amazon SES by way of SNS: Amazon's signature, and the topic the workspace named.

Mails come inside the notice (receipt rule action "SNS", best in Base64). The action "S3" is not
followed: the notice would name an object, and our role would read it for whoever asks.
"""

import base64
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailCoreWebhookView

from onque.kernel.errors import Invalid
from onque.modules.mail.contracts.setup import ProviderMail
from onque.modules.mail.rules import sns
from onque.modules.mail.services import certificates
from onque.modules.mail.web.intake.incoming import Incoming


class SesView(AnymailCoreWebhookView):  # type: ignore[misc]  # the library is untyped
    """Checks the signature and the topic; the library's view reads the reports."""

    esp_name = "Amazon SES"

    def check(self, incoming: Incoming, topic: str) -> None:
        """Raise `AnymailWebhookValidationFailure` unless Amazon signed it for this topic."""
        said = _said(incoming)
        url = sns.certificate_url(said)
        if said.get("TopicArn") != topic or not url:
            raise AnymailWebhookValidationFailure("another topic, or another's certificate")
        if not sns.is_genuine(said, certificates.certificate(url)):
            raise AnymailWebhookValidationFailure("the signature is wrong")

    def parse_events(self, request: Any) -> list[Any]:
        """What a notice reports."""
        reader = AmazonSESTrackingWebhookView(
            webhook_secret=["-"],
            auto_confirm_sns_subscriptions=False,
            session_params={},
            client_params={},
        )
        events: list[Any] = reader.parse_events(request)
        return events


def confirmation(incoming: Incoming) -> str:
    """The address that confirms a subscription, empty when the call asks for none."""
    said = _said(incoming)
    return sns.confirm_url(said) if said.get("Type") == "SubscriptionConfirmation" else ""


def mails(incoming: Incoming) -> list[ProviderMail]:
    """The mails of a notice, one for each recipient of ours. Raises `Invalid`, `ValueError`."""
    said = _said(incoming)
    if said.get("Type") != "Notification":
        return []
    notice = Incoming(str(said.get("Message", "")).encode(), "application/json").json()
    receipt = notice.get("receipt", {})
    if notice.get("notificationType") != "Received" or receipt["action"].get("type") != "SNS":
        raise Invalid(field="kind", reason="wrong_kind")
    raw = str(notice["content"]).encode("utf-8", "surrogateescape")
    if receipt["action"].get("encoding") == "BASE64":
        raw = base64.b64decode(raw)
    sender, name = notice["mail"].get("source"), str(notice["mail"].get("messageId", ""))
    return [ProviderMail(raw, str(to), sender, name) for to in receipt.get("recipients") or [""]]


def _said(incoming: Incoming) -> dict[str, Any]:
    try:
        said = incoming.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise AnymailWebhookValidationFailure("not a notice")
    return said
