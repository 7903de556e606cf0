"""Tickets of the cast: customer Cy writes to Acme."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from onque.kernel.access import Actor, system_actor
from onque.modules.customers import public as customers
from onque.modules.desk import public
from onque.modules.desk.contracts import Received
from onque.modules.identity import public as identity


def receive(
    tenant_id: UUID,
    *,
    email: str = "cy@customer.test",
    subject: str = "Broken lid",
    text: str = "The lid is broken.",
    ticket_id: UUID | None = None,
    key: UUID | None = None,
    automatic: bool = False,
    **more: Any,
) -> Received:
    """Let a customer write; call inside the tenant's scope."""
    customer = customers.identify_by_email(email=email, name="Cy")
    return public.receive_customer_message(
        system_actor(tenant_id),
        public.Inbound(
            brand_id=identity.default_brand().id,
            customer_id=customer.id,
            channel="mail",
            subject=subject,
            text=text,
            request_key=key or uuid4(),
            written_at=datetime(2026, 11, 3, tzinfo=UTC),
            author_name="Cy",
            author_address=email,
            ticket_id=ticket_id,
            automatic=automatic,
            **more,
        ),
    )


def reply(actor: Actor, ticket_id: UUID, **given: object) -> UUID:
    """Let an agent reply; return the message's id."""
    fields: dict[str, object] = {"body": "We send a new one.", "request_key": uuid4(), **given}
    return public.post_reply(actor, ticket_id=ticket_id, **fields).id  # type: ignore[arg-type]  # a test's own words
