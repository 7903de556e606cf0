"""Queries on messages, their files and mentions."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from onque.kernel.repository import Repository
from onque.kernel.search import index
from onque.modules.desk.contracts import NewAttachment
from onque.modules.desk.models import Attachment, Mention, Message
from onque.modules.desk.repositories import kinds

Position = tuple[datetime, UUID]


class MessageRepository(Repository[Message]):
    """Messages of tickets."""

    model = Message

    def add_once(self, *, request_key: UUID, **fields: Any) -> tuple[Message, bool]:
        """Insert a message; the same key again returns the first and False."""
        row = Message(request_key=request_key, **fields)
        if not self.insert_once(row):
            return Message.objects.get(request_key=request_key), False
        index.mark(kinds.MESSAGE, row.id)
        return row, True

    def place_of_key(self, request_key: UUID) -> tuple[UUID, UUID] | None:
        """Return the ids of the message of a request key and of its ticket."""
        asked = "SELECT id, ticket_id FROM desk_message WHERE request_key = %s"
        return next(iter(self.tuples(asked, [request_key])), None)

    def find_by_key(self, request_key: UUID) -> Message | None:
        """Return the message stored under a request key."""
        return self.rows.filter(request_key=request_key).first()

    def latest(self, ticket_id: UUID, *, limit: int) -> list[Message]:
        """Return the last `limit` messages of a ticket, oldest first."""
        rows = self.rows.filter(ticket_id=ticket_id).defer("layout_html")
        rows = rows.order_by("-stored_at", "-id")[:limit]
        return list(reversed(rows))

    def before(self, ticket_id: UUID, position: Position, *, limit: int) -> list[Message]:
        """Return the last `limit` messages of a ticket before a position, oldest first."""
        at, last = position
        rows = self.rows.filter(Q(stored_at__lt=at) | Q(pk__lt=last), ticket_id=ticket_id)
        rows = rows.filter(stored_at__lte=at).defer("layout_html")
        return list(reversed(rows.order_by("-stored_at", "-id")[:limit]))

    def from_on(self, ticket_id: UUID, position: Position, *, limit: int) -> list[Message]:
        """Return the first `limit` messages of a ticket at a position or after it."""
        at, first = position
        rows = self.rows.filter(Q(stored_at__gt=at) | Q(pk__gte=first), ticket_id=ticket_id)
        rows = rows.filter(stored_at__gte=at).defer("layout_html")
        return list(rows.order_by("stored_at", "id")[:limit])

    def public_after(self, ticket_id: UUID, message: Message | None) -> list[Message]:
        """Return public messages stored after one, oldest first; all of them after None."""
        rows = self.rows.filter(ticket_id=ticket_id, visibility="public")
        if message is not None:
            rows = rows.filter(stored_at__gte=message.stored_at).exclude(pk=message.pk)
        return list(rows.order_by("stored_at", "id")[:20])

    def newest_public(self, ticket_id: UUID) -> Message | None:
        """Return the last message of a ticket that the customer can see."""
        rows = self.rows.filter(ticket_id=ticket_id, visibility="public")
        return rows.order_by("-stored_at", "-id").first()

    def has_any(self, ticket_id: UUID) -> bool:
        """Tell whether anything is said on a ticket."""
        return self.rows.filter(ticket_id=ticket_id).exists()

    def tickets_written_on(
        self, ticket_ids: Collection[UUID], *, address: str, customer_id: UUID | None
    ) -> set[UUID]:
        """Return those of the tickets on which a customer, or somebody at an address, wrote."""
        if not ticket_ids:
            return set()
        who = Q(author_address__iexact=address) if address else Q()
        if customer_id is not None:
            who |= Q(author_id=customer_id)
        if not who:
            return set()
        rows = self.rows.filter(who, ticket_id__in=ticket_ids, direction="in")
        return set(rows.values_list("ticket_id", flat=True).distinct())

    def openers(self, ticket_id: UUID) -> list[Message]:
        """Return the messages of a ticket that opened a side thread."""
        rows = self.rows.filter(ticket_id=ticket_id, side_id__isnull=True)
        return list(rows.exclude(side_address=""))

    def attachments_of(self, message_ids: Collection[UUID]) -> list[Attachment]:
        """Return the files of some messages, in one query."""
        return list(Attachment.objects.filter(message_id__in=message_ids).order_by("id"))

    def find_attachment(self, attachment_id: UUID) -> Attachment | None:
        """Return one file with its message, or None."""
        return Attachment.objects.select_related("message").filter(pk=attachment_id).first()

    def often_sent(
        self, object_keys: Collection[str], *, author_id: UUID, at_least: int
    ) -> frozenset[str]:
        """Return which of some objects an author has sent with that many messages before."""
        if not object_keys:
            return frozenset()
        sent = Attachment.objects.filter(object_key__in=object_keys, message__author_id=author_id)
        found = sent.values("object_key").annotate(times=Count("message_id", distinct=True))
        return frozenset(row["object_key"] for row in found if row["times"] >= at_least)

    def attach(
        self,
        message: Message,
        files: Iterable[NewAttachment],
        *,
        repeated: frozenset[str] = frozenset(),
    ) -> None:
        """Tie stored files to a message; `repeated` are the keys of those sent often before."""
        Attachment.objects.bulk_create(
            Attachment(
                message=message,
                name=item.name[:255],
                content_type=item.content_type[:127],
                size_bytes=item.size_bytes,
                object_key=item.object_key,
                content_id=item.content_id[:255],
                is_inline=item.is_inline,
                image_type=item.image_type,
                is_repeated=bool(item.image_type) and item.object_key in repeated,
            )
            for item in files
        )

    def replace_files(self, message: Message, files: Iterable[NewAttachment]) -> bool:
        """Tie exactly these files to a message; those it has already keep their rows.

        Tells whether any was added, dropped or named differently.
        """
        had = list(Attachment.objects.filter(message=message).order_by("pk"))
        new: list[NewAttachment] = []
        for item in files:
            same = next((row for row in had if _same_file(row, item)), None)
            if same is None:
                new.append(item)
            else:
                had.remove(same)
        Attachment.objects.filter(pk__in=[row.pk for row in had]).delete()
        self.attach(message, new)
        return bool(new or had)

    def save_words(self, message: Message, *fields: str) -> None:
        """Write the named fields of a locked message, to be found by its new words."""
        self.save(message, *fields)
        index.mark(kinds.MESSAGE, message.id)

    def clear_moved(self, message_ids: Collection[UUID]) -> None:
        """Forget that messages were moved: they are back."""
        self.rows.filter(pk__in=message_ids, moved__isnull=False).update(moved=None)

    def mention(self, message: Message, member_ids: Iterable[UUID], *, now: datetime) -> None:
        """Record who is named in a note; safe to repeat."""
        Mention.objects.bulk_create(
            [
                Mention(
                    ticket_id=message.ticket_id,
                    message=message,
                    member_id=member_id,
                    mentioned_at=now,
                )
                for member_id in member_ids
            ],
            ignore_conflicts=True,
        )


def _same_file(row: Attachment, item: NewAttachment) -> bool:
    return (
        row.object_key == item.object_key
        and row.name == item.name[:255]
        and row.content_id == item.content_id[:255]
        and row.is_inline == item.is_inline
    )
