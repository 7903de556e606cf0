"""The commands on mail that concern every workspace, until operators have a screen for them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from onque.kernel.access import system_actor
from onque.kernel.errors import AppError
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.mail import public as mail
from onque.modules.mail.public import LedgerFilter


class RefusedError(RuntimeError):
    """The act was refused; the text says why."""


def quarantine_lines(*, slug: str, limit: int) -> Iterator[str]:
    """Yield a line for each mail that waits for a person, newest first. Raises RefusedError."""
    tenant_id = tenants(slug)[0] if slug else None
    for held in mail.list_held(tenant_id=tenant_id, limit=limit):
        item = held.item
        yield "\t".join(
            (
                str(item.id),
                held.workspace,
                item.state,
                item.reason,
                item.received_at.isoformat(timespec="seconds"),
                item.sender or "-",
                item.subject,
            )
        )


def retry(mail_id: UUID) -> str:
    """Have a mail read again; what is said tells of which workspace. Raises RefusedError."""
    held = mail.find_held(mail_id=mail_id)
    if held is None:
        raise RefusedError(f"No mail {mail_id} waits for a person.")
    tenant = identity.tenant_by_slug(held.workspace)
    try:
        if tenant is not None:
            with tenant_scope(tenant.id):
                mail.retry(system_actor(tenant.id, "Operator"), mail_id=mail_id)
    except AppError as refusal:
        raise RefusedError(f"{refusal.code}: {dict(refusal.facts)}") from refusal
    return f"{mail_id} of {held.workspace} is read again."


def reparse_lines(
    *, slug: str, since: datetime | None, state: str, older_than: int, dry_run: bool
) -> Iterator[str]:
    """Read matching mail of one or all workspaces anew; yield a line as each goes on.

    Raises RefusedError for an unknown workspace or state.
    """
    if state not in mail.LEDGER_TABS:
        raise RefusedError(f"There is no state {state!r}. There are: {', '.join(mail.LEDGER_TABS)}")
    wanted = LedgerFilter(
        tab=state,
        since=since.date() if since else None,
        read_before_version=older_than or None,
    )
    for tenant_id in tenants(slug):
        actor = system_actor(tenant_id, "Operator")
        if dry_run:
            with tenant_scope(tenant_id):
                yield f"{tenant_id}: {mail.count_mails(actor, wanted)} mails"
            continue
        for run in mail.reparse_all(actor, wanted):
            yield f"{tenant_id}: {run.done} of {run.total} mails, {run.failed} could not be"


def tenants(slug: str) -> list[UUID]:
    """Return the ids of one workspace or, without a slug, of all. Raises RefusedError."""
    if not slug:
        return list(identity.tenant_ids())
    tenant = identity.tenant_by_slug(slug)
    if tenant is None:
        raise RefusedError(f"There is no workspace {slug!r}.")
    return [tenant.id]
