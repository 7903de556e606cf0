"""What providers say became of our mail, put on the mail it is about."""

import logging

from onque.modules.mail.contracts.setup import ProviderEvent
from onque.modules.mail.repositories import outbound

log = logging.getLogger(__name__)

FAILED = frozenset({"bounced", "rejected", "complained"})


def record_provider_event(event: ProviderEvent) -> None:
    """Put the event on the mail with that Message-ID; one we never sent is logged and left.

    Call inside the tenant's scope. Safe to repeat: the first failure of a mail stays.
    """
    row = outbound.find_by_rfc_id(event.message_id)
    if row is None:
        log.info("provider_event_about_nothing", extra={"kind": event.kind})
        return
    if event.kind in FAILED and row.bounced_at is None:
        row.bounced_at = event.at
        row.bounce_text = " ".join(filter(None, (f"{event.provider}: {event.kind}", event.reason)))
        outbound.save(row, "bounced_at", "bounce_text")
