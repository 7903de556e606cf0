"""Queries on addresses and mailboxes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F, Q

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.modules.mail.models import Address, Mailbox, MailboxFolder


class AddressRepository(Repository[Address]):
    """Addresses customers write to."""

    model = Address

    def route(self, address: str) -> tuple[UUID, UUID] | None:
        """Return the tenant and brand an address leads to, whichever tenant; needs no scope."""
        return self._one("SELECT tenant_id, brand_id FROM onque_route_address(%s)", address)

    def route_workspace(self, tenant_id: UUID) -> tuple[UUID, UUID] | None:
        """Return a tenant with its first brand, None when there is no such tenant or brand."""
        return self._one("SELECT tenant_id, brand_id FROM onque_route_workspace(%s)", tenant_id)

    def _one(self, query: str, value: str | UUID) -> tuple[UUID, UUID] | None:
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(query, [value])
            row = cursor.fetchone()
        return (row[0], row[1]) if row else None

    def add_once(self, *, address: str, brand_id: UUID, is_main: bool) -> tuple[Address, bool]:
        """Insert, or return the one of this tenant; `IntegrityError` when another tenant has it."""
        return Address.objects.get_or_create(
            address=address, defaults={"brand_id": brand_id, "is_main": is_main}
        )

    def main_of(self, brand_id: UUID) -> Address | None:
        """Return the brand's main address, else its first."""
        rows = self.rows.filter(brand_id=brand_id)
        return rows.order_by("-is_main", "is_forwarding", "created_at", "id").first()

    def of_brand(self, brand_id: UUID) -> list[str]:
        """Return the addresses customers write to a brand at, the main one first."""
        rows = self.rows.filter(brand_id=brand_id, is_forwarding=False)
        return list(rows.order_by("-is_main", "created_at", "id").values_list("address", flat=True))

    def mains(self) -> dict[UUID, str]:
        """Return the address each brand sends from unless it chose another."""
        rows = self.rows.order_by("brand_id", "-is_main", "is_forwarding", "created_at", "id")
        return dict(rows.distinct("brand_id").values_list("brand_id", "address"))

    def owned(self, found: Collection[str]) -> set[str]:
        """Return those of the addresses that are this tenant's."""
        asked = "SELECT address FROM mail_address WHERE address = ANY(%s)"
        return {row[0] for row in self.tuples(asked, [list(found)])}

    def all_in_order(self) -> list[Address]:
        """Return the tenant's addresses with their brands, by brand."""
        return list(
            self.rows.select_related("brand")
            .filter(is_forwarding=False)
            .order_by("brand__name", "-is_main", "address")
        )

    def add_forwarding(self, *, brand_id: UUID, address: str) -> Address:
        """Insert a forwarding address."""
        return Address.objects.create(brand_id=brand_id, address=address, is_forwarding=True)

    def forwarding_for(self, brand_id: UUID) -> Address | None:
        """Return the brand's forwarding address."""
        return self.rows.filter(brand_id=brand_id, is_forwarding=True).order_by("id").first()

    def forwarding_of(self, address: str) -> Address | None:
        """Return the forwarding address, None when it is no such address of this tenant."""
        return self.rows.filter(address=address, is_forwarding=True).first()

    def all_forwarding(self) -> list[Address]:
        """Return the tenant's forwarding addresses with their brands."""
        rows = self.rows.select_related("brand").filter(is_forwarding=True)
        return list(rows.order_by("brand__name", "id"))


_MOST = 1_000_000
_MOST_FAILING = 1000


class MailboxRepository(Repository[Mailbox]):
    """Mailboxes that are polled."""

    model = Mailbox

    def all_in_order(self) -> list[Mailbox]:
        """Return the tenant's mailboxes with address and brand."""
        return list(
            self.rows.select_related("address__brand")
            .filter(removed_at__isnull=True)
            .order_by("address__address", "folder")
        )

    def failing(self, *, passing: Collection[str]) -> list[Mailbox]:
        """Return the mailboxes in use that cannot be fetched, but for what passes by itself."""
        rows = self.rows.filter(state=Mailbox.State.FAILING, is_enabled=True)
        rows = rows.filter(removed_at__isnull=True).exclude(reason__in=passing)
        return list(rows.select_related("address")[:_MOST_FAILING])

    def removed_twin(self, *, host: str, user_name: str, folder: str) -> Mailbox | None:
        """Return the removed mailbox of the same account and folder."""
        rows = self.rows.filter(host=host, user_name=user_name, folder=folder)
        return rows.filter(removed_at__isnull=False).first()

    def with_address(self, mailbox_id: UUID) -> Mailbox:
        """Return one with its address. Raises `NotFound`."""
        row = self.rows.select_related("address__brand").filter(pk=mailbox_id).first()
        return row or self.get(mailbox_id)

    def change(self, mailbox_id: UUID, fields: dict[str, Any], *, now: datetime) -> Mailbox:
        """Write how a mailbox is reached; it is polled at once. Raises `NotFound`.

        Another folder or account begins anew behind what lies in it.
        """
        row = self.lock(mailbox_id)
        moved = any(getattr(row, name) != fields[name] for name in ("host", "user_name", "folder"))
        if moved:
            row.uid_validity, row.last_uid = None, 0
        if any(getattr(row, name) != fields[name] for name in ("host", "user_name")):
            MailboxFolder.objects.filter(mailbox=row).delete()
        for name, value in fields.items():
            setattr(row, name, value)
        row.failures, row.next_poll_at, row.removed_at = 0, now, None
        row.is_enabled = True
        row.lease_key = row.leased_until = None  # whoever has it lets go of the old server
        row.save()
        return row

    def due(self, *, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, mailbox) of all tenants' mailboxes that nobody polls and are due."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT tenant_id, id FROM onque_due_mailboxes(%s, %s)", [now, limit])
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def lease(
        self, mailbox_id: UUID, key: UUID, *, now: datetime, until: datetime
    ) -> Mailbox | None:
        """Take the mailbox for one poller until a moment; None when another has it."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(lease_key=key)
        taken = self.rows.filter(free, pk=mailbox_id, is_enabled=True).update(
            lease_key=key, leased_until=until
        )
        return self.rows.select_related("address").get(pk=mailbox_id) if taken else None

    def renew(self, keys: Collection[UUID], *, now: datetime, until: datetime) -> set[UUID]:
        """Keep mailboxes for longer; return which were still the caller's."""
        kept = self.rows.filter(lease_key__in=keys, is_enabled=True)
        ids = set(kept.values_list("pk", flat=True))
        kept.update(leased_until=until, checked_at=now)
        return ids

    def count_enabled(self) -> int:
        """Return how many mailboxes of all tenants are fetched."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT found FROM onque_count_mailboxes(%s)", [_MOST])
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def lock_host(self, host: str) -> None:
        """Let nobody else take a mailbox at a server until the transaction ends."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('mail.imap:' || %s, 0))", [host]
            )

    def host_load(self, host: str, *, now: datetime) -> tuple[int, int]:
        """Return how many mailboxes of all tenants at a server are held, and are to be fetched."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT held, wanted FROM onque_imap_load(%s, %s)", [host, now])
            held, wanted = cursor.fetchone()
        return int(held), int(wanted)

    def put_off(self, mailbox_id: UUID, *, next_poll_at: datetime) -> None:
        """Let a mailbox wait for its turn; nothing is wrong with it."""
        self.rows.filter(pk=mailbox_id).update(next_poll_at=next_poll_at)

    def succeed(
        self,
        box: Mailbox,
        key: UUID,
        *,
        now: datetime,
        next_poll_at: datetime,
        leased_until: datetime | None,
        has_mail: bool,
    ) -> None:
        """Write that all is well; give the mailbox back unless it is kept until a moment."""
        since = box.state_since if box.state == Mailbox.State.OK else None
        self.rows.filter(pk=box.pk, lease_key=key).update(
            state=Mailbox.State.OK,
            state_since=since or now,
            reason="",
            error="",
            failures=0,
            checked_at=now,
            succeeded_at=now,
            is_live=leased_until is not None,
            next_poll_at=next_poll_at,
            lease_key=key if leased_until else None,
            leased_until=leased_until,
            **({"last_mail_at": now} if has_mail else {}),
        )

    def let_go(self, mailbox_id: UUID, key: UUID, *, now: datetime) -> None:
        """Give a mailbox that was kept back; it is due at once."""
        self.rows.filter(pk=mailbox_id, lease_key=key).update(
            is_live=False, next_poll_at=now, lease_key=None, leased_until=None
        )

    def fail(
        self,
        box: Mailbox,
        key: UUID,
        *,
        reason: str,
        error: str,
        now: datetime,
        next_poll_at: datetime,
    ) -> None:
        """Give the mailbox back after a failed poll, with the reason."""
        since = box.state_since if box.state == Mailbox.State.FAILING else None
        self.rows.filter(pk=box.pk, lease_key=key).update(
            state=Mailbox.State.FAILING,
            state_since=since or now,
            reason=reason,
            error=error[:500],
            failures=F("failures") + 1,
            checked_at=now,
            is_live=False,
            next_poll_at=next_poll_at,
            lease_key=None,
            leased_until=None,
        )

    def keep_tokens(
        self, mailbox_id: UUID, *, provider: str, sealed_tokens: str, now: datetime
    ) -> None:
        """Let a mailbox sign in by tokens; it is due at once. Raises `NotFound`."""
        row = self.lock(mailbox_id)
        row.auth, row.provider, row.sealed_tokens = "oauth2", provider, sealed_tokens
        row.failures, row.next_poll_at = 0, now
        self.save(row, "auth", "provider", "sealed_tokens", "failures", "next_poll_at")

    def renew_tokens(self, mailbox_id: UUID, *, before: str, after: str) -> str:
        """Write renewed tokens unless somebody else renewed meanwhile; return what is stored."""
        rows = self.rows.filter(pk=mailbox_id)
        if rows.filter(sealed_tokens=before).update(sealed_tokens=after):
            return after
        return rows.values_list("sealed_tokens", flat=True).get()
