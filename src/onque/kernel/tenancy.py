"""The scope of one tenant: one database alias, one transaction, one setting.

Row-level security reads `app.tenant_id`. It is set with `set_config(..., is_local => true)`, so it
ends with the transaction and is safe behind a transaction pooler. Without a scope the setting is
empty: every tenant table looks empty and refuses writes.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db import connections, transaction

from onque.kernel import replica
from onque.kernel.replica import PRIMARY, REPLICA

T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """The tenant and the database alias of the running transaction.

    `before` is called once all is done, inside the transaction: for writes that many parts of it
    gather into one. `afterwards` is called when the scope is over, once the commit's own callbacks
    have run; also after a rollback. Those calls may not raise.
    """

    tenant_id: UUID
    alias: str
    afterwards: list[Callable[[], None]] = field(default_factory=list, compare=False)
    before: list[Callable[[], None]] = field(default_factory=list, compare=False)


_SET_TENANT = "SELECT set_config('app.tenant_id', %s, true)"
_SET_TENANT_LAZILY = f"{_SET_TENANT}, set_config('synchronous_commit', 'off', true)"
_scope: ContextVar[Scope | None] = ContextVar("tenant_scope", default=None)


class NoTenantError(RuntimeError):
    """Code that needs one tenant ran outside `tenant_scope`, or inside another tenant's."""


def current_scope() -> Scope | None:
    """Return the open scope, or None."""
    return _scope.get()


def current_tenant() -> UUID:
    """Return the tenant of the open scope; raise `NoTenantError` without one."""
    if (scope := _scope.get()) is None:
        raise NoTenantError("Open a tenant_scope first.")
    return scope.tenant_id


def current_alias() -> str:
    """Return the database alias of the open scope, else the primary."""
    return scope.alias if (scope := _scope.get()) else PRIMARY


@contextmanager
def tenant_scope(
    tenant_id: UUID,
    *,
    read_only: bool = False,
    min_lsn: str | None = None,
    durable: bool = True,
) -> Iterator[Scope]:
    """Open one transaction for one tenant and yield its scope.

    A read-only scope runs on the replica when that is fresh and has replayed `min_lsn` (a WAL
    position as `pg_current_wal_lsn()` prints it), else on the primary; the database then refuses
    writes. Inside a scope of the same tenant it joins that one as a savepoint; inside another
    tenant's it raises `NoTenantError`. Where not `durable` the commit does not wait for the disk:
    for what may be lost with the database's machine and is simply done again then.
    """
    outer = _scope.get()
    if outer is not None:
        if outer.tenant_id != tenant_id:
            raise NoTenantError("A scope of another tenant is open.")
        with transaction.atomic(using=outer.alias):
            yield outer
        return
    afterwards: list[Callable[[], None]] = []
    with ExitStack() as stack:
        stack.callback(_call_all, afterwards)  # pushed first, so it runs after the commit
        alias = PRIMARY
        if read_only and _begin_on_replica(stack, tenant_id, min_lsn):
            alias = REPLICA
        else:
            _begin_on_primary(stack, tenant_id, read_only=read_only, durable=durable)
        scope = Scope(tenant_id, alias, afterwards)
        token = _scope.set(scope)
        try:
            yield scope
            _call_all(scope.before)
        finally:
            _scope.reset(token)


def on_primary(call: Callable[[], T]) -> T:
    """Return the call's result from the primary, where the open scope may be on the replica.

    For what the replica may not know yet. The call sees the same tenant, in a transaction of its
    own beside the replica's. Raises `NoTenantError` outside a scope.
    """
    tenant_id = current_tenant()
    if current_alias() == PRIMARY:
        return call()
    token = _scope.set(None)
    try:
        with tenant_scope(tenant_id):
            return call()
    finally:
        _scope.reset(token)


def _call_all(calls: list[Callable[[], None]]) -> None:
    for call in calls:
        call()


def _begin_on_primary(stack: ExitStack, tenant_id: UUID, *, read_only: bool, durable: bool) -> None:
    nested = connections[PRIMARY].in_atomic_block
    if nested:  # the setting would outlive a savepoint
        stack.callback(_forget_tenant)
    stack.enter_context(transaction.atomic(using=PRIMARY))
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute(_SET_TENANT if durable else _SET_TENANT_LAZILY, [str(tenant_id)])
        if read_only and not nested:
            cursor.execute("SELECT set_config('transaction_read_only', 'on', true)")


def _forget_tenant() -> None:
    if not connections[PRIMARY].needs_rollback:
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', '', true)")


def _begin_on_replica(stack: ExitStack, tenant_id: UUID, min_lsn: str | None) -> bool:
    """Open the transaction on the replica and keep it open only if its data is fresh enough."""
    if not replica.usable():
        return False
    with ExitStack() as attempt, replica.resting_on_failure():
        attempt.enter_context(transaction.atomic(using=REPLICA))
        if replica.enter(tenant_id, min_lsn):
            stack.push(attempt.pop_all())
            return True
    return False
