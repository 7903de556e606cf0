"""The ledger across workspaces, for operators: what waits for a person, and reading anew."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.mail.contracts.ledger import HeldMail, LedgerFilter, RunItem
from onque.modules.mail.repositories import inbound, ledger
from onque.modules.mail.rules.states import SET_ASIDE_INBOUND
from onque.modules.mail.services import running
from onque.modules.mail.services.reading import MAY_SEE, as_item, narrow

_CHUNK = 500
_LAST = UUID(int=2**128 - 1)


def list_held(*, tenant_id: UUID | None = None, limit: int = 100) -> list[HeldMail]:
    """Return what waits for a person, newest first, of one workspace or of all."""
    found: list[HeldMail] = []
    for owner, mail_id in _held():
        if tenant_id in {None, owner} and len(found) < limit:
            found.append(_load(owner, mail_id))
        if len(found) >= limit:
            break
    return found


def find_held(*, mail_id: UUID) -> HeldMail | None:
    """Return a mail that waits for a person, of whichever workspace."""
    owner = next((owner for owner, held_id in _held() if held_id == mail_id), None)
    return _load(owner, mail_id) if owner else None


def count_mails(actor: Actor, wanted: LedgerFilter) -> int:
    """Return how many mails a filter matches, counted up to 10,000."""
    actor.require(MAY_SEE)
    return ledger.count(narrow(actor, wanted), cap=running.COUNTED)


def reparse_all(actor: Actor, wanted: LedgerFilter) -> Iterator[RunItem]:
    """Read every mail that a filter matches anew, here and now; yield after each chunk.

    Call with no scope open. When it is stopped, a worker goes on after two minutes.
    """
    with tenant_scope(actor.tenant_id):
        run = running.start_run(actor, act=running.REPARSE, wanted=wanted, announce=False)
    while run.ended_at is None:
        run = running.work_on_run(actor.tenant_id, run.id, announce=False)
        yield run


def _held() -> Iterator[tuple[UUID, UUID]]:
    """Every held mail of all workspaces, newest first."""
    after = (clock.now() + timedelta(days=1), _LAST)
    while True:
        rows = ledger.held(SET_ASIDE_INBOUND, after=after, limit=_CHUNK)
        yield from rows
        if len(rows) < _CHUNK:
            return
        owner, mail_id = rows[-1]
        with tenant_scope(owner):
            after = (inbound.get(mail_id).received_at, mail_id)


def _load(owner: UUID, mail_id: UUID) -> HeldMail:
    with tenant_scope(owner):
        return HeldMail(identity.tenant_card().slug, as_item(inbound.get(mail_id)))
