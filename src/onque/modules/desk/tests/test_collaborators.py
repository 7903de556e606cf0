"""Who else takes part in a ticket."""

from uuid import uuid4

import pytest

from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public, rules
from onque.modules.desk.models import Collaborator
from onque.modules.desk.services import collaborators
from onque.modules.desk.tests.factories import receive
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def desk(cast):
    with tenant_scope(cast.acme.id):
        yield receive(cast.acme.id)


def test_the_same_address_is_one_collaborator(desk):
    first = public.add_collaborator(desk.ticket_id, address="Friend@Else.test", name="Friend")
    again = public.add_collaborator(desk.ticket_id, address=" friend@else.test", marked=True)
    assert first == again
    assert public.list_collaborators(desk.ticket_id) == [first]
    assert (first.address, first.kind, first.added_by) == ("friend@else.test", "cc", "agent")


def test_a_stranger_who_answered_is_marked(desk):
    public.add_collaborator(
        desk.ticket_id, address="stranger@else.test", added_by="mail", marked=True
    )
    (found,) = public.list_collaborators(desk.ticket_id)
    assert (found.is_marked, found.added_by) == (True, "mail")


@pytest.mark.parametrize(
    "address", ["cy@customer.test", "CY@customer.test ", "nobody", "", "a b@c"]
)
def test_the_customer_and_what_is_no_address_are_not_added(desk, address):
    assert public.add_collaborator(desk.ticket_id, address=address) is None
    assert Collaborator.objects.count() == 0


def test_a_ticket_does_not_grow_into_a_list(desk):
    for number in range(collaborators.MOST + 2):
        public.add_collaborator(desk.ticket_id, address=f"n{number}@else.test")
    assert Collaborator.objects.count() == collaborators.MOST


def test_an_agent_takes_somebody_off(cast, desk):
    public.add_collaborator(desk.ticket_id, address="friend@else.test")
    nobody = Actor(kind="member", tenant_id=cast.acme.id, id=cast.ada.id, name="Ada")
    with pytest.raises(Forbidden):
        collaborators.remove_collaborator(
            nobody, ticket_id=desk.ticket_id, address="friend@else.test"
        )
    assert Collaborator.objects.count() == 1
    ada = actor_of(cast.acme, cast.ada)
    for _twice in range(2):
        collaborators.remove_collaborator(ada, ticket_id=desk.ticket_id, address="Friend@else.test")
    assert Collaborator.objects.count() == 0


def test_another_workspaces_ticket_is_not_there(cast):
    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id).ticket_id
    with tenant_scope(cast.globex.id):
        for unknown in (ticket_id, uuid4()):
            with pytest.raises(NotFound):
                public.add_collaborator(unknown, address="friend@else.test")


def test_what_people_type_into_a_field_of_addresses():
    typed = 'A@x.test, "Lee, B" <b@x.test>; 이수민 <C@Y.kr>\nd@z.test,, nonsense, a@x.test'
    found, wrong = rules.named_addresses(typed)
    assert found == [
        ("", "a@x.test"),
        ("Lee, B", "b@x.test"),
        ("이수민", "c@y.kr"),
        ("", "d@z.test"),
    ]
    assert wrong == ["nonsense"]
