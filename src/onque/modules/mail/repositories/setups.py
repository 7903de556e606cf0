"""Queries on mailboxes being set up and on tests."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Q

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.modules.mail.models import Check, Setup


class SetupRepository(Repository[Setup]):
    """Mailboxes being set up."""

    model = Setup

    def unfinished(self) -> list[Setup]:
        """Return those that were begun and not finished, oldest first."""
        rows = self.rows.select_related("brand").filter(finished_at__isnull=True)
        return list(rows.filter(mailbox_id__isnull=True).order_by("made_at", "id"))

    def keep_tokens(self, setup_id: UUID, *, authority: str, sealed_tokens: str) -> None:
        """Let a set-up sign in by tokens; its password is forgotten."""
        self.rows.filter(pk=setup_id).update(
            auth="oauth2",
            authority=authority,
            sealed_tokens=sealed_tokens,
            sealed_password="",
            hint="",
            step="incoming",
        )

    def renew_tokens(self, setup_id: UUID, *, before: str, after: str) -> str:
        """Write renewed tokens unless somebody else renewed meanwhile; return what is stored."""
        rows = self.rows.filter(pk=setup_id)
        if rows.filter(sealed_tokens=before).update(sealed_tokens=after):
            return after
        return rows.values_list("sealed_tokens", flat=True).get()

    def remove(self, setup_id: UUID) -> None:
        """Delete one."""
        self.rows.filter(pk=setup_id).delete()


class CheckRepository(Repository[Check]):
    """Tests and their runs."""

    model = Check

    def latest(self, subject_id: UUID, kinds: Collection[str]) -> Check | None:
        """Return the last run of some kinds on a subject."""
        rows = self.rows.filter(subject_id=subject_id, kind__in=kinds)
        return rows.order_by("-asked_at", "-id").first()

    def by_token(self, token: str) -> Check | None:
        """Return the run that sent the mail with a token."""
        return self.rows.filter(token=token).first()

    def claim(self, check_id: UUID, key: UUID, *, now: datetime, lost_by: datetime) -> Check | None:
        """Take a run that waits or whose mail is to be looked for; None when another has it."""
        free = Q(claim_key__isnull=True) | Q(claimed_at__lte=lost_by)
        due = Q(state__in=["waiting", "awaiting"])
        taken = self.rows.filter(free, due, pk=check_id).update(claim_key=key, claimed_at=now)
        return self.get(check_id) if taken else None

    def write(self, check_id: UUID, key: UUID, **fields: Any) -> bool:
        """Write what a run has come to; False when it is no longer the caller's or has ended."""
        mine = self.rows.filter(pk=check_id, claim_key=key, ended_at__isnull=True)
        return bool(mine.update(**fields))

    def due(self, *, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, check) of all tenants' runs whose mail is to be looked for."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT tenant_id, id FROM onque_due_checks(%s, %s)", [now, limit])
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def put_off(self, check_id: UUID, *, now: datetime, pause: timedelta) -> bool:
        """Move the next look on, so that it is announced once."""
        due = self.rows.filter(pk=check_id, state="awaiting", look_at__lte=now)
        return bool(due.update(look_at=now + pause))
