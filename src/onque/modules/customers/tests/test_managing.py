"""Customers as members change them: details, addresses, blocking, notes, merging."""

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.ids import new_id
from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import (
    AddressTaken,
    CannotMergeCustomers,
    CustomerChanged,
    MainAddress,
    MergeOutdated,
    NewDetails,
    Rating,
    Segment,
)
from onque.modules.customers.models import Customer, CustomerMerge, Identity
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast.acme


def meet(email: str, name: str = ""):
    return customers.identify_by_email(email=email, name=name)


def details(**given: str) -> NewDetails:
    known = {"name": "Cy", "email": "cy@customer.test", "rating": "general", "locale": "ko"}
    return NewDetails(**(known | {"note": ""} | given))


def test_details_are_written_and_the_old_address_still_leads_there(acme, bo):
    cy = meet("cy@customer.test", "Cy")
    new = details(name="Cy Young", email="CY@shop.test ", rating="vip", note="Collects lids")
    customers.change_details(bo, customer_id=cy.id, version=1, new=new)
    found = customers.get_profile(bo, customer_id=cy.id)
    assert (found.card.name, found.card.email, found.card.rating, found.version) == (
        "Cy Young",
        "cy@shop.test",
        Rating.VIP,
        2,
    )
    assert [(one.value, one.is_main) for one in found.identities] == [
        ("cy@customer.test", False),
        ("cy@shop.test", True),
    ]
    assert meet("cy@customer.test").id == cy.id
    line = identity.list_audit(object_kind="customer", object_id=cy.id)[0]
    assert line.action == "customer.changed"
    assert line.before["name"] == "Cy"


def test_a_stale_page_changes_nothing(acme, bo):
    cy = meet("cy@customer.test", "Cy")
    customers.change_details(bo, customer_id=cy.id, version=1, new=details(rating="vip"))
    with pytest.raises(CustomerChanged):
        customers.change_details(bo, customer_id=cy.id, version=1, new=details(name="Other"))
    assert Customer.objects.get(id=cy.id).name == "Cy"
    same = details(rating="vip")
    customers.change_details(bo, customer_id=cy.id, version=1, new=same)  # says what is there
    assert Customer.objects.get(id=cy.id).version == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"name": "x" * 201}, "name"),
        ({"rating": "gold"}, "rating"),
        ({"note": "x" * 5001}, "note"),
        ({"locale": "x" * 11}, "locale"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_written(acme, bo, given, field):
    cy = meet("cy@customer.test", "Cy")
    with pytest.raises(Invalid) as refused:
        customers.change_details(bo, customer_id=cy.id, version=1, new=details(**given))
    assert refused.value.facts["field"] == field
    assert Customer.objects.get(id=cy.id).version == 1


def test_an_address_of_somebody_else_is_refused(acme, bo):
    cy, other = meet("cy@customer.test", "Cy"), meet("other@customer.test")
    new = details(email="other@customer.test")
    with pytest.raises(AddressTaken) as refused:
        customers.change_details(bo, customer_id=cy.id, version=1, new=new)
    assert refused.value.facts["customer_id"] == other.id
    with pytest.raises(AddressTaken):
        customers.add_identity(bo, customer_id=cy.id, kind="email", value="OTHER@customer.test")
    assert Customer.objects.get(id=cy.id).email == "cy@customer.test"


def test_identities_come_and_go(acme, bo):
    cy = meet("cy@customer.test", "Cy")
    for _ in range(2):
        customers.add_identity(bo, customer_id=cy.id, kind="external", value=" U-7 ")
    customers.add_identity(bo, customer_id=cy.id, kind="email", value="cy@home.test")
    shown = customers.get_profile(bo, customer_id=cy.id).identities
    assert [one.value for one in shown] == ["cy@customer.test", "U-7", "cy@home.test"]
    with pytest.raises(MainAddress):
        customers.remove_identity(bo, customer_id=cy.id, identity_id=shown[0].id)
    gone = customers.remove_identity(bo, customer_id=cy.id, identity_id=shown[2].id)
    assert (gone.kind, gone.value) == ("email", "cy@home.test")
    assert meet("cy@home.test").id != cy.id


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [("email", "x", "value"), ("external", " ", "value"), ("device", "d", "kind")],
)
def test_what_is_no_identity_is_refused(acme, bo, kind, value, field):
    cy = meet("cy@customer.test", "Cy")
    with pytest.raises(Invalid) as refused:
        customers.add_identity(bo, customer_id=cy.id, kind=kind, value=value)
    assert refused.value.facts["field"] == field
    assert Identity.objects.count() == 1


def test_an_identity_of_another_customer_is_not_removed(acme, bo):
    cy, other = meet("cy@customer.test", "Cy"), meet("other@customer.test")
    one = Identity.objects.get(customer_id=other.id)
    with pytest.raises(NotFound):
        customers.remove_identity(bo, customer_id=cy.id, identity_id=one.id)
    assert Identity.objects.filter(id=one.id).exists()


def test_blocking_is_recorded_once(acme, bo):
    cy = meet("cy@customer.test", "Cy")
    for _ in range(2):
        customers.block(bo, customer_id=cy.id, blocked=True)
    assert meet("cy@customer.test").is_blocked
    actions = [one.action for one in identity.list_audit(object_kind="customer", object_id=cy.id)]
    assert actions == ["customer.blocked"]
    customers.block(bo, customer_id=cy.id, blocked=False)
    assert not meet("cy@customer.test").is_blocked


def test_notes_are_written_once_taken_away_and_brought_back(acme, bo, ada):
    cy, key = meet("cy@customer.test", "Cy"), new_id()
    for _ in range(2):
        customers.add_note(ada, customer_id=cy.id, note_id=key, text=" Calls on Mondays ")
    (note,) = customers.get_profile(ada, customer_id=cy.id).notes
    assert (note.text, note.author_name) == ("Calls on Mondays", "Ada")
    customers.set_note_removed(ada, customer_id=cy.id, note_id=key, removed=True)
    assert customers.get_profile(ada, customer_id=cy.id).notes == ()
    customers.set_note_removed(bo, customer_id=cy.id, note_id=key, removed=False)
    assert len(customers.get_profile(ada, customer_id=cy.id).notes) == 1
    with pytest.raises(Invalid):
        customers.add_note(ada, customer_id=cy.id, note_id=new_id(), text=" ")


def test_an_agent_takes_away_only_their_own_notes(acme, bo, ada):
    cy, key = meet("cy@customer.test", "Cy"), new_id()
    customers.add_note(bo, customer_id=cy.id, note_id=key, text="Secret")
    with pytest.raises(Forbidden):
        customers.set_note_removed(ada, customer_id=cy.id, note_id=key, removed=True)
    other = meet("other@customer.test")
    with pytest.raises(NotFound):
        customers.set_note_removed(bo, customer_id=other.id, note_id=key, removed=True)


def test_an_agent_changes_nothing(acme, ada):
    cy, other = meet("cy@customer.test", "Cy"), meet("other@customer.test")
    acts = [
        lambda: customers.change_details(ada, customer_id=cy.id, version=1, new=details()),
        lambda: customers.block(ada, customer_id=cy.id, blocked=True),
        lambda: customers.add_identity(ada, customer_id=cy.id, kind="email", value="a@b.test"),
        lambda: customers.remove_identity(ada, customer_id=cy.id, identity_id=new_id()),
        lambda: customers.merge(ada, survivor_id=cy.id, merged_id=other.id),
        lambda: customers.part(ada, merge_id=new_id()),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    assert Customer.objects.filter(version=1, merged_into_id=None).count() == 2


def test_a_merge_leads_on_and_is_taken_back(acme, bo):
    cy, old, older = meet("cy@a.test", "Cy"), meet("cy@b.test", "Cy B"), meet("cy@c.test", "Cy C")
    customers.add_note(bo, customer_id=old.id, note_id=new_id(), text="Of b")
    first = customers.merge(bo, survivor_id=old.id, merged_id=older.id)
    second = customers.merge(bo, survivor_id=cy.id, merged_id=old.id)
    assert {meet(f"cy@{one}.test").id for one in "abc"} == {cy.id}
    profile = customers.get_profile(bo, customer_id=older.id)
    assert profile.card.id == cy.id
    assert {one.value for one in profile.identities} == {"cy@a.test", "cy@b.test", "cy@c.test"}
    assert [one.text for one in profile.notes] == ["Of b"]
    assert [one.name for one in profile.merges] == ["Cy B"]
    with pytest.raises(MergeOutdated):  # its survivor was merged since
        customers.part(bo, merge_id=first)
    assert customers.part(bo, merge_id=second) == old.id
    assert [meet(f"cy@{one}.test").id for one in "abc"] == [cy.id, old.id, old.id]
    assert customers.part(bo, merge_id=first) == older.id
    assert meet("cy@c.test").id == older.id
    with pytest.raises(MergeOutdated):
        customers.part(bo, merge_id=first)


def test_what_cannot_be_merged(acme, bo):
    cy, old = meet("cy@a.test"), meet("cy@b.test")
    with pytest.raises(CannotMergeCustomers):
        customers.merge(bo, survivor_id=cy.id, merged_id=cy.id)
    with pytest.raises(NotFound):
        customers.merge(bo, survivor_id=cy.id, merged_id=new_id())
    customers.merge(bo, survivor_id=cy.id, merged_id=old.id)
    for pair in (
        {"survivor_id": old.id, "merged_id": cy.id},
        {"survivor_id": cy.id, "merged_id": old.id},
    ):
        with pytest.raises(CannotMergeCustomers):
            customers.merge(bo, **pair)
    with pytest.raises(CustomerChanged):
        customers.block(bo, customer_id=old.id, blocked=True)
    assert CustomerMerge.objects.count() == 1


def test_the_list_runs_from_newest_to_oldest_in_pages(acme, bo):
    met = [meet(f"c{number}@customer.test") for number in range(5)]
    customers.block(bo, customer_id=met[0].id, blocked=True)
    new = details(email="c1@customer.test", rating="vvip")
    customers.change_details(bo, customer_id=met[1].id, version=1, new=new)
    customers.merge(bo, survivor_id=met[3].id, merged_id=met[4].id)
    seen, after = [], ""
    while True:
        page = customers.list_customers(bo, segment=Segment.ALL, after=after, limit=2)
        seen += [one.id for one in page.rows]
        after = page.next_cursor
        if not after:
            break
    assert seen == [one.id for one in reversed(met[:4])]
    for segment, wanted in ((Segment.BLOCKED, met[0]), (Segment.VVIP, met[1])):
        rows = customers.list_customers(bo, segment=segment).rows
        assert [one.id for one in rows] == [wanted.id]
    assert customers.list_customers(bo, segment=Segment.VIP).rows == ()


def test_customers_are_found_by_word_also_by_those_of_a_merged_one(cast, bo):
    with tenant_scope(cast.acme.id):
        cy, old = meet("cy@customer.test", "김치국"), meet("kim@old.test", "Alter Name")
        customers.merge(bo, survivor_id=cy.id, merged_id=old.id)
        meet("third@customer.test", "Third")
    index.write_due()
    with tenant_scope(cast.acme.id):
        for text in ("김치", "alter", "kim@old"):
            rows = customers.list_customers(bo, segment=Segment.ALL, text=text).rows
            assert [one.id for one in rows] == [cy.id]
        page = customers.list_customers(bo, segment=Segment.ALL, text="customer.test", limit=1)
        more = customers.list_customers(
            bo, segment=Segment.ALL, text="customer.test", after=page.next_cursor, limit=1
        )
        assert {*page.rows, *more.rows} == {meet("cy@customer.test"), meet("third@customer.test")}
        assert customers.list_customers(bo, segment=Segment.RED, text="김치").rows == ()


def test_another_tenant_has_none_of_them(cast, bo):
    with tenant_scope(cast.acme.id):
        cy = meet("cy@customer.test", "Cy")
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id):
        assert customers.list_customers(dee, segment=Segment.ALL).rows == ()
        with pytest.raises(NotFound):
            customers.get_profile(dee, customer_id=cy.id)
        with pytest.raises(NotFound):
            customers.add_note(dee, customer_id=cy.id, note_id=new_id(), text="x")


def test_an_anonymous_customer_is_nobody_any_more(cast, bo):
    with tenant_scope(cast.acme.id):
        cy, old = meet("cy@customer.test", "Cy"), meet("cy@old.test", "Cy Old")
        customers.add_note(bo, customer_id=cy.id, note_id=new_id(), text="Calls on Mondays")
        customers.merge(bo, survivor_id=cy.id, merged_id=old.id)
        customers.block(bo, customer_id=cy.id, blocked=True)
    index.write_due()
    with tenant_scope(cast.acme.id):
        for _ in range(2):
            customers.anonymise(bo, customer_id=old.id)
        rows = Customer.objects.all()
        assert {(row.email, row.note) for row in rows} == {("", "")}
        assert {row.name for row in rows} == {f"Anonymous {cy.id.hex[-4:]}"}
        assert not Identity.objects.exists()
        profile = customers.get_profile(bo, customer_id=cy.id)
        assert (profile.notes, profile.identities, profile.card.is_anonymous) == ((), (), True)
        assert meet("cy@customer.test").id not in {cy.id, old.id}
        lines = identity.list_audit(object_kind="customer", object_id=cy.id)
        assert [one.action for one in lines].count("customer.anonymised") == 1
    index.write_due()
    with tenant_scope(cast.acme.id):
        assert customers.list_customers(bo, segment=Segment.ALL, text="cy@old").rows == ()


def test_only_who_keeps_the_settings_may_anonymise(acme, ada):
    cy = meet("cy@customer.test", "Cy")
    with pytest.raises(Forbidden):
        customers.anonymise(ada, customer_id=cy.id)
    assert Customer.objects.get().name == "Cy"
