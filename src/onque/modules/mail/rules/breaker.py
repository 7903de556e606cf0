"""How much may be sent by itself: budgets for an address, a ticket, a brand, the workspace.

Two programs that answer each other would never end. RFC 3834, 2 asks for limits on the answering
side, since the other side may bear no mark at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

WINDOW = timedelta(minutes=10)
HOUR = 3600
DAY = 24 * HOUR
DAY_FACTOR = 4
"""Over a day this many times what an hour allows."""


class Scope(StrEnum):
    """Whose budget it is."""

    ADDRESS = "address"
    TICKET = "ticket"
    BRAND = "brand"
    TENANT = "tenant"
    ACCOUNT = "account"
    """A person's own account mails: password, invitation."""


@dataclass(frozen=True)
class Budget:
    """A limit of one key: at most `an_hour` mails in the last hour, four times that in a day."""

    scope: Scope
    key: str
    label: str
    an_hour: int


def budgets(
    limits: Mapping[Scope, int],
    *,
    to_address: str,
    ticket_id: UUID | None,
    brand_id: UUID | None,
    tenant_id: UUID,
) -> tuple[Budget, ...]:
    """The budgets one automatic mail counts against, in the order of their keys.

    Mail in the platform's own name, about a person's account, has a budget of its own, so that no
    flood keeps anybody from a new password. The order is one all callers share: they lock by it.
    """
    if ticket_id is None and brand_id is None:
        scopes = [(Scope.ACCOUNT, to_address, to_address)]
    else:
        scopes = [
            (Scope.ADDRESS, to_address, to_address),
            (Scope.TENANT, tenant_id.hex, ""),
        ]
        scopes += [(Scope.TICKET, ticket_id.hex, "")] if ticket_id else []
        scopes += [(Scope.BRAND, brand_id.hex, "")] if brand_id else []
    found = (
        Budget(scope, f"{scope}:{key}"[:340], label, limits[scope]) for scope, key, label in scopes
    )
    return tuple(sorted(found, key=lambda budget: budget.key))


def window_of(moment: datetime) -> datetime:
    """The beginning of the window a moment lies in."""
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, tz=UTC)


def overrun(budget: Budget, *, last_hour: int, last_day: int) -> tuple[int, int] | None:
    """The limit and its span in seconds that the counts exceed, None where there is room."""
    if last_hour > budget.an_hour:
        return budget.an_hour, HOUR
    most = budget.an_hour * DAY_FACTOR
    return (most, DAY) if last_day > most else None
