"""What providers say became of our mail, put on the mail it is about."""

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from onque.modules.mail.contracts.setup import ProviderEvent
from onque.modules.mail.repositories import outbound
from onque.modules.mail.rules.refusals import Fault, fault_of
from onque.modules.mail.services import bouncing, silence

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail

log = logging.getLogger(__name__)


def record_provider_event(event: ProviderEvent) -> None:
    """Put the event on the mail it is about; one about no mail of ours is logged and left.

    Call inside the tenant's scope. Safe to repeat and in any order: the first failure of a mail
    stays, and a delay never hides an end. Who complained gets no automatic mail any more.
    """
    row = _find(event)
    if row is None:
        log.info("provider_event_about_nothing", extra={"kind": event.kind})
    elif event.kind == "delivered":
        bouncing.record_delivered(row)
    elif event.kind == "complained":
        silence.silence(row.to_address, ticket_id=row.ticket_id)
    elif event.kind != "deferred":
        _fail(row, event)
    elif row.delivered_at is None:
        bouncing.record_bounce(row, fault=Fault.DELAYED, words=_words(event))


def _fail(row: "OutboundMail", event: ProviderEvent) -> None:
    if row.bounced_at is None:
        fault = fault_of(event.reason, permanent=True)
        bouncing.record_bounce(row, fault=fault, words=_words(event))


def _words(event: ProviderEvent) -> str:
    return " ".join(filter(None, (f"{event.provider}: {event.kind}", event.reason)))


def _find(event: ProviderEvent) -> "OutboundMail | None":
    """By the name we gave the mail, else by our Message-ID and the address it went to."""
    if event.mail_name:
        try:
            return outbound.find(UUID(event.mail_name))
        except ValueError:
            log.info("provider_event_misnamed", extra={"kind": event.kind})
    named = outbound.find_by_rfc_id(event.message_id, to_address=event.recipient)
    return named or outbound.find_by_rfc_id(event.message_id)
