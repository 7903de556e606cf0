"""Letting a customer be forgotten, while what was done for them still counts."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.search import index
from onque.modules.customers.contracts import CustomerAnonymised
from onque.modules.customers.repositories import customers, identities, notes
from onque.modules.customers.repositories.customers import KIND
from onque.modules.customers.services.recording import record
from onque.modules.fields import public as fields
from onque.modules.identity import public as identity

MAY = "tenant.settings"
"""It cannot be undone, so it asks for more than changing a customer."""
_EMPTIED = ("name", "email", "note", "locale", "version", "anonymised_at")


@transaction.atomic
def anonymise(actor: Actor, *, customer_id: UUID) -> None:
    """Forget who a customer is: name, addresses, ids, notes and own fields, for good.

    Those merged into them are forgotten with them. Tickets stay, and other modules take the name
    out of what they keep by `customers.customer_anonymised`. Whoever writes from the address again
    is somebody new. Safe to repeat. Raises `Forbidden`, `NotFound`. Locks the customers.
    """
    actor.require(MAY)
    row = customers.get(customer_id)
    survivor_id = row.merged_into_id or row.id
    family = [survivor_id, *customers.merged_into(survivor_id)]
    locked = customers.lock_many(family)
    if all(one.anonymised_at is not None for one in locked):
        return
    with override(identity.tenant_card().locale):
        name = gettext("Anonymous %(mark)s") % {"mark": survivor_id.hex[-4:]}
    for one in locked:
        one.name, one.email, one.note, one.locale = name, "", "", ""
        one.version, one.anonymised_at = one.version + 1, clock.now()
        customers.save(one, *_EMPTIED)
        fields.forget(one.id)
    identities.forget(family)
    notes.forget(family)
    index.mark(KIND, *family)
    record(actor, "customer.anonymised", survivor_id, {}, {})
    merged = tuple(one for one in family if one != survivor_id)
    events.publish(CustomerAnonymised(customer_id=survivor_id, merged_ids=merged))
