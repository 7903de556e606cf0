"""A customer writes by the form: stored first with the rights of the public role, filed later."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import system_actor
from onque.kernel.errors import NotFound, TooMany
from onque.kernel.storage import content_key, store
from onque.kernel.tenancy import current_tenant
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import NewAttachment, Status
from onque.modules.portal.contracts import GivenAnswer, InquiryFacts, InquirySubmitted
from onque.modules.portal.repositories import inquiries, types
from onque.modules.portal.rules import forms

CHANNEL = "portal"
MOST_PER_HOUR = 20
_HOUR = 3600


@dataclass(frozen=True)
class Upload:
    """A file as it was sent; `read` returns its bytes, once."""

    name: str
    content_type: str
    size_bytes: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class NewInquiry:
    """What a customer wrote; `answers` passed `rules.forms.check`."""

    brand_id: UUID
    type_id: UUID
    email: str
    subject: str
    body: str
    language: str
    name: str = ""
    answers: Sequence[forms.Answer] = ()
    is_suspect: bool = False


def count_try(*, brand_id: UUID, client_ip: str, email: str) -> None:
    """Count a try of somebody; raise `TooMany` after `MOST_PER_HOUR`.

    A store of counts that does not answer stops nobody.
    """
    for who in (client_ip, email.lower()):
        key = f"portal:inquiry:{brand_id.hex}:{who}"
        try:
            cache.add(key, 0, _HOUR)
            tries = cache.incr(key)
        except (ValueError, OSError):
            continue
        if tries > MOST_PER_HOUR:
            raise TooMany(retry_after_seconds=_HOUR)


@transaction.atomic
def submit(new: NewInquiry, uploads: Sequence[Upload]) -> UUID:
    """Store what a customer wrote and return its id; the ticket is made by a worker.

    The bytes of files are durable before the row. Raises `NotFound` for a type not offered.
    """
    found = types.find(new.type_id)
    if found is None or not found.is_open or found.brand_id != new.brand_id:
        raise NotFound(kind="inquiry_type", id=new.type_id)
    files = [_stored(upload) for upload in uploads]
    fields: Mapping[str, object] = {
        "brand_id": new.brand_id,
        "type": found,
        "type_name": forms.in_language(found.names, new.language)[:100],
        "email": new.email,
        "name": new.name[:200],
        "subject": new.subject,
        "body": new.body,
        "answers": [{"label": a.label, "value": a.value, "key": a.key} for a in new.answers],
        "language": new.language,
        "is_suspect": new.is_suspect,
        "received_at": clock.now(),
    }
    row = inquiries.hand_in(dict(fields), files)
    events.publish(InquirySubmitted(inquiry_id=row.id))
    return row.id


def _stored(upload: Upload) -> dict[str, object]:
    content = upload.read()
    key = content_key("files", current_tenant(), content)
    store().put(key, content, content_type=upload.content_type)
    return {
        "name": upload.name[:255] or "file",
        "content_type": upload.content_type[:127],
        "size_bytes": len(content),
        "object_key": key,
    }


@transaction.atomic
def file_inquiry(inquiry_id: UUID) -> None:
    """Make a ticket of a stored inquiry; safe to repeat: the same inquiry is one ticket."""
    row = inquiries.lock(inquiry_id)
    if row.ticket_id is not None:
        return
    actor = system_actor(current_tenant(), name="Portal")
    customer = customers.identify_by_email(email=row.email, name=row.name, locale=row.language)
    answers = [forms.Answer(one["key"], one["label"], one["value"]) for one in row.answers]
    received = desk.receive_customer_message(
        actor,
        desk.Inbound(
            brand_id=row.brand_id,
            customer_id=customer.id,
            channel=CHANNEL,
            subject=row.subject,
            text=forms.as_text(answers, row.body),
            request_key=row.id,
            written_at=row.received_at,
            author_name=row.name or customer.name,
            author_address=row.email,
            attachments=tuple(
                NewAttachment(file.name, file.content_type, file.size_bytes, file.object_key)
                for file in inquiries.files_of(row.id)
            ),
        ),
    )
    if row.is_suspect:
        desk.set_status(actor, ticket_id=received.ticket_id, status=Status.SPAM)
    row.ticket_id = received.ticket_id
    inquiries.save(row, "ticket_id")


def inquiry_facts(_actor: object, ticket_ids: Sequence[UUID]) -> Mapping[UUID, object]:
    """Return what the form told about some tickets, for the inspector; one query."""
    return {
        row.ticket_id: InquiryFacts(
            row.type_name,
            tuple(GivenAnswer(one["label"], one["value"]) for one in row.answers),
        )
        for row in inquiries.of_tickets(ticket_ids)
        if row.ticket_id is not None
    }
