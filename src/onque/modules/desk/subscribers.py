"""What the desk does about events."""

from onque.kernel.events import delivering_tenant, subscribe
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import (
    CustomerAnonymised,
    CustomerRenamed,
    CustomersMerged,
    CustomersParted,
)
from onque.modules.desk.contracts.bulk import BulkAsked
from onque.modules.desk.services import bulk_working, histories, leaving
from onque.modules.identity.contracts import MemberDeactivated


@subscribe(BulkAsked, io=True)
def work_on_bulk(event: BulkAsked) -> None:
    """An act on many tickets goes on."""
    bulk_working.work_on(delivering_tenant(), event.bulk_id)


@subscribe(CustomersMerged)
def follow_merge(event: CustomersMerged) -> None:
    """The merged customer's tickets are the survivor's."""
    histories.follow_merge(
        merge_id=event.merge_id, survivor_id=event.survivor_id, merged_id=event.merged_id
    )


@subscribe(CustomersParted)
def follow_parting(event: CustomersParted) -> None:
    """The tickets that a merge brought go back."""
    histories.follow_parting(
        merge_id=event.merge_id, survivor_id=event.survivor_id, merged_id=event.merged_id
    )


@subscribe(CustomerRenamed)
def follow_name(event: CustomerRenamed) -> None:
    """Tickets are found by the customer's new name."""
    histories.follow_name(customer_id=event.customer_id)


@subscribe(MemberDeactivated, io=True)
def hand_over(event: MemberDeactivated) -> None:
    """A leaving member's open tickets go to whom the admin chose."""
    if event.hands_over:
        to = (event.to_member_id, event.to_group_id)
        leaving.hand_over(delivering_tenant(), member_id=event.member_id, to=to)


@subscribe(CustomerAnonymised)
def forget_name(event: CustomerAnonymised) -> None:
    """Tickets say no more who the customer was."""
    card = customers.get_customers([event.customer_id])[event.customer_id]
    ids = (event.customer_id, *event.merged_ids)
    histories.forget_name(customer_ids=ids, name=card.name)
