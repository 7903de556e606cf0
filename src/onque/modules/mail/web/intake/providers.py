"""What each provider posts: its proof, its mails, its reports. Raw MIME is preferred everywhere.

The library checks proofs and reads reports and parsed mails; raw mails are taken from the body as
bytes, since a mail in an old charset does not survive being decoded.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView, MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView, SparkPostTrackingWebhookView

from onque.kernel import clock
from onque.kernel.errors import Forbidden, Invalid
from onque.modules.mail.contracts.setup import ProviderEvent, ProviderMail
from onque.modules.mail.services.intakes import USER
from onque.modules.mail.web.intake import ses
from onque.modules.mail.web.intake.incoming import Incoming, as_request

View: TypeAlias = AnymailCoreWebhookView
KINDS: Mapping[str, str] = {
    "delivered": "delivered",
    "deferred": "deferred",
    "bounced": "bounced",
    "rejected": "rejected",
    "failed": "rejected",
    "complained": "complained",
}
_LONGEST_REASON = 500


class SendGridView(AnymailBaseWebhookView):  # type: ignore[misc]  # the library is untyped
    """The password alone: the library no longer supports SendGrid, whose raw form is plain."""

    esp_name = "SendGrid"


@dataclass(frozen=True)
class Provider:
    """How to check and read one provider.

    `options` makes the view's settings of the secret; `raw` returns the mails as bytes, or None
    when the provider sent parsed fields, which the view then puts together.
    """

    options: Callable[[str], dict[str, Any]]
    mail_view: type[View]
    raw: Callable[[Incoming], list[ProviderMail] | None]
    event_view: type[View] | None = None


def _password(secret: str) -> dict[str, Any]:
    return {"webhook_secret": [f"{USER}:{secret}"]}


def _signing_key(secret: str) -> dict[str, Any]:
    return {"webhook_signing_key": secret, "webhook_secret": []}


def _mailgun(incoming: Incoming) -> list[ProviderMail] | None:
    raw = incoming.form.get("body-mime")
    if raw is None:
        return None
    text = incoming.form.text
    return [ProviderMail(raw, text("recipient"), text("sender"), text("token"))]


def _sendgrid(incoming: Incoming) -> list[ProviderMail] | None:
    raw = incoming.form.get("email")
    if raw is None:
        raise Invalid(field="email", reason="raw_needed")
    envelope = json.loads(incoming.form.get("envelope") or b"{}")
    recipients = envelope.get("to") or [""]
    return [ProviderMail(raw, str(to), envelope.get("from"), "") for to in recipients]


def _postmark(incoming: Incoming) -> list[ProviderMail] | None:
    said = incoming.json()
    if "RawEmail" not in said:
        return None
    head = (said.get("Headers") or [{}])[0]
    sender = head.get("Value", "") if head.get("Name", "").lower() == "return-path" else None
    raw = str(said["RawEmail"]).encode("utf-8", "surrogateescape")
    recipient = str(said.get("OriginalRecipient") or "")
    bare = sender.strip("<>") if sender is not None else None
    return [ProviderMail(raw, recipient, bare, str(said.get("MessageID") or ""))]


def _sparkpost(incoming: Incoming) -> list[ProviderMail] | None:
    found = [item["msys"]["relay_message"] for item in incoming.json() if item.get("msys")]
    mails = []
    for item in found:
        content = item["content"]
        raw = str(content["email_rfc822"]).encode("utf-8", "surrogateescape")
        if content.get("email_rfc822_is_base64"):
            raw = base64.b64decode(raw)
        mails.append(ProviderMail(raw, str(item.get("rcpt_to") or ""), item.get("msg_from"), ""))
    return mails


def _parsed_only(_incoming: Incoming) -> None:
    return None


PROVIDERS: Mapping[str, Provider] = {
    "mailgun": Provider(
        _signing_key, MailgunInboundWebhookView, _mailgun, MailgunTrackingWebhookView
    ),
    "postmark": Provider(
        _password, PostmarkInboundWebhookView, _postmark, PostmarkTrackingWebhookView
    ),
    "sparkpost": Provider(
        _password, SparkPostInboundWebhookView, _sparkpost, SparkPostTrackingWebhookView
    ),
    "mailjet": Provider(
        _password, MailjetInboundWebhookView, _parsed_only, MailjetTrackingWebhookView
    ),
    "sendgrid": Provider(_password, SendGridView, _sendgrid),
    "ses": Provider(lambda _secret: {}, ses.SesView, ses.mails, ses.SesView),
}


def read_mails(provider: str, incoming: Incoming, secret: str) -> list[ProviderMail]:
    """Check the call and return its mails. Raises `Forbidden` for a wrong proof, `Invalid`.

    A genuine call whose mail cannot be found in it is kept whole as a mail, so that nothing the
    provider has accepted is lost.
    """
    kind = PROVIDERS[provider]
    view, request = _checked(kind.mail_view, kind, incoming, secret)
    try:
        raw = kind.raw(incoming)
        return raw if raw is not None else [_mail(event) for event in view.parse_events(request)]
    except AnymailConfigurationError as error:
        raise Invalid(field="kind", reason="wrong_kind") from error
    except (ValueError, LookupError, TypeError, AttributeError):
        return [ProviderMail(incoming.body, "", None, "")]


def read_events(provider: str, incoming: Incoming, secret: str) -> list[ProviderEvent]:
    """Check the call and return what it reports. Raises `Forbidden`, `Invalid`."""
    kind = PROVIDERS[provider]
    if kind.event_view is None:
        raise Invalid(field="kind", reason="wrong_kind")
    view, request = _checked(kind.event_view, kind, incoming, secret)
    try:
        found = [_event(provider, event) for event in view.parse_events(request)]
    except (AnymailConfigurationError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Invalid(field="kind", reason="wrong_kind") from error
    return [event for event in found if event is not None]


def _checked(
    view_kind: type[View], kind: Provider, incoming: Incoming, secret: str
) -> tuple[Any, Any]:
    request = as_request(incoming)
    view = view_kind(**kind.options(secret))
    try:
        if isinstance(view, ses.SesView):
            view.check(incoming, secret)
        else:
            view.run_validators(request)
    except (AnymailWebhookValidationFailure, UnicodeError) as error:
        raise Forbidden(permission="webhook") from error
    return view, request


def _mail(event: Any) -> ProviderMail:
    message = event.message
    return ProviderMail(
        raw=message.as_bytes(),
        recipient=message.envelope_recipient or "",
        sender=message.envelope_sender,
        event_id=event.event_id or "",
    )


def _event(provider: str, event: Any) -> ProviderEvent | None:
    kind = KINDS.get(str(event.event_type))
    if kind is None or not event.recipient:
        return None
    at: datetime = event.timestamp or clock.now()
    said = event.mta_response or event.description or ""
    return ProviderEvent(
        kind=kind,
        provider=provider,
        recipient=str(event.recipient),
        message_id=_own_id(event),
        at=at,
        reason=str(said)[:_LONGEST_REASON],
        mail_name=str((event.metadata or {}).get("mail", "")),
    )


def _own_id(event: Any) -> str:
    """Our Message-ID where the provider repeats it, else the provider's own id."""
    said = event.esp_event if isinstance(event.esp_event, dict) else {}
    for head in said.get("mail", {}).get("headers", ()):
        if str(head.get("name", "")).lower() == "message-id":
            return str(head.get("value", "")).strip("<> ")
    return str(event.message_id or "").strip("<> ")
