"""Second factors of a person as their account shows them, and an admin's reset."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import crypto
from onque.kernel.access import Actor
from onque.kernel.sealed import Count
from onque.modules.identity.contracts import SignInShared
from onque.modules.identity.repositories.members import members, roles
from onque.modules.identity.repositories.users import authenticators, users
from onque.modules.identity.services import auditing, sessions
from onque.modules.identity.services.members import require_at_least

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

TOTP, PASSKEY, RECOVERY = "totp", "webauthn", "recovery_codes"
FACTOR = "identity.factor"
"""The purpose under which secrets of factors are sealed."""
_SEALED = {"secret", "seed"}
"""Where the sign-in library keeps them in a factor's data."""
_BATCH = 200


@dataclass(frozen=True)
class Passkey:
    """A passkey by the name its owner gave it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """What protects an account beside the password."""

    has_totp: bool
    passkeys: tuple[Passkey, ...]
    has_recovery_codes: bool


def list_factors(user_id: UUID) -> Factors:
    """Return a person's second factors, by one query."""
    rows = authenticators.of_user(user_id)
    kinds = {str(row.type) for row in rows}
    keys = tuple(
        Passkey(row.pk, str(row.data.get("name", "")), row.created_at, row.last_used_at)
        for row in rows
        if row.type == PASSKEY
    )
    return Factors(TOTP in kinds, keys, RECOVERY in kinds)


def find_factor(user_id: UUID, kind: str, row_id: int | None = None) -> "Authenticator | None":
    """Return the person's factor of a kind, or that one, as the library keeps it."""
    return authenticators.find(user_id, kind, row_id)


@transaction.atomic
def reset_for(actor: Actor, *, member_id: UUID) -> None:
    """Take a member's lost second factors away; their sessions end. It is on the audit trail.

    Second factors protect the person everywhere, so a person who may enter another workspace
    keeps them; the refusal is logged by its code.

    Raises `Forbidden` (also for a member who holds more than the actor), `NotFound`,
    `SignInShared`.
    """
    actor.require("member.manage")
    member = members.lock(member_id)
    require_at_least(actor, roles.get(member.role_id))
    users.lock(member.user_id)
    if sessions.enters_elsewhere(member.user_id):
        raise SignInShared(member_id=member_id)
    removed = authenticators.remove_all(member.user_id)
    sessions.end_all(member.user_id)
    auditing.record_audit(
        actor=actor,
        action="member.second_factor_reset",
        object_kind="member",
        object_id=member_id,
        after={"removed": removed},
        source="identity.second_factors",
    )


def rewrap_secrets(count: Count) -> None:
    """Bring the sealed secrets of everybody's factors under today's key. Safe to repeat."""
    last = 0
    while rows := authenticators.with_secrets(after=last, limit=_BATCH):
        for row in rows:
            _rewrap(row, count)
        last = rows[-1].pk


def _rewrap(row: "Authenticator", count: Count) -> None:
    fresh = dict(row.data)
    for name in _SEALED & set(fresh):
        try:
            sealed = crypto.rewrap(str(fresh[name]), purpose=FACTOR)
        except crypto.SealBrokenError:
            count.broken += 1
            return
        fresh[name] = sealed or fresh[name]
    if fresh == row.data:
        count.current += 1
    else:
        count.changed += authenticators.replace_data(row, fresh)
