"""A workspace's own fields on tickets and customers, and the page that defines them."""

import re
from uuid import uuid4

import pytest

from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import CustomerChanged
from onque.modules.desk.contracts import TicketVersionConflict
from onque.modules.desk.errors import OperationOutdated
from onque.modules.desk.services import custom, operations
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.fields import public as fields
from onque.modules.fields.contracts import NewField, Subject
from onque.modules.fields.services import defining
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def make(bo, subject: str = "ticket", key: str = "level", type_: str = "number", options=()):
    new = NewField(subject, key, "레벨", "Level", type_, options)
    return defining.save_field(bo, field_id=uuid4(), version=0, new=new)


def kept(ticket_id):
    return {one.field.key: one.values for one in fields.list_kept(Subject.TICKET, ticket_id)}


def test_a_ticket_s_fields_are_written_undone_and_recorded(cast, bo):
    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id).ticket_id
        level = make(bo)
        did = custom.write(bo, number=1, given={level.id: ["7"]}, shown="")
        assert kept(ticket_id) == {"level": ("7",)}
        assert custom.write(bo, number=1, given={level.id: ["7"]}, shown="") is None
        line = identity.list_audit(object_kind="ticket", object_id=ticket_id)[0]
        assert (line.action, line.after) == ("ticket.custom", {"level": "7"})
        again = custom.write(bo, number=1, given={level.id: ["8"]}, shown="")
        with pytest.raises(OperationOutdated):
            operations.undo(bo, operation_id=did)
        operations.undo(bo, operation_id=again)
        operations.undo(bo, operation_id=did)
        assert kept(ticket_id) == {"level": ()}


def test_a_stale_page_and_who_may_not(cast, bo):
    ada = actor_of(cast.acme, cast.ada)
    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id).ticket_id
        level = make(bo)
        shown = fields.state_of(fields.list_kept(Subject.TICKET, ticket_id))
        custom.write(bo, number=1, given={level.id: ["7"]}, shown=shown)
        with pytest.raises(TicketVersionConflict):
            custom.write(bo, number=1, given={level.id: ["8"]}, shown=shown)
        from onque.modules.desk.services import properties

        properties.assign(bo, ticket_id=ticket_id, member_id=cast.bo.id, group_id=None)
        with pytest.raises(NotFound):
            custom.write(ada, number=1, given={level.id: ["8"]}, shown="")
        assert kept(ticket_id) == {"level": ("7",)}


def test_the_ticket_s_page_and_its_form(cast, bo):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id)
        make(bo)
        make(bo, key="kinds", type_="choices", options=("a", "b"))
    client = browser(cast.bo.email)
    assert "Edit the fields" in read(client.get(path("tickets/1/"))).text
    form = client.get(path("tickets/1/fields"))
    shown = re.search(r'name="shown" value="(\w+)"', form.content.decode())[1]
    wrong = client.post(
        path("tickets/1/fields"), {"f-level": "many", "f-kinds": ["a"], "shown": shown}
    )
    assert wrong.status_code == 422
    assert "Write a number" in read(wrong).text
    assert 'value="many"' in wrong.content.decode()
    assert 'value="a" checked' in wrong.content.decode()
    sent = {"f-level": "7", "f-kinds": ["a", "b"], "shown": shown}
    done = client.post(path("tickets/1/fields"), sent, follow=True)
    assert "7" in read(done).text
    assert "a, b" in read(done).text
    assert "level: – → 7" in read(done).text
    stale = client.post(path("tickets/1/fields"), sent | {"f-level": "8"})
    assert stale.status_code == 409
    assert 'value="8"' in stale.content.decode()


def test_a_customer_s_fields(cast, bo):
    with tenant_scope(cast.acme.id):
        cy = customers.identify_by_email(email="cy@customer.test").id
        level = make(bo, subject="customer")
        shown = fields.state_of(customers.list_kept(bo, customer_id=cy))
        customers.write_fields(bo, customer_id=cy, given={level.id: ["3"]}, shown=shown)
        with pytest.raises(CustomerChanged):
            customers.write_fields(bo, customer_id=cy, given={level.id: ["4"]}, shown=shown)
        ada = actor_of(cast.acme, cast.ada)
        with pytest.raises(Forbidden):
            customers.write_fields(ada, customer_id=cy, given={}, shown=shown)
    page = path(f"customers/{cy}/")
    client = browser(cast.bo.email)
    text = client.get(page).content.decode()
    now = re.search(r'name="shown" value="(\w+)"', text)[1]
    assert 'name="f-level"' in text
    wrong = client.post(f"{page}fields", {"f-level": "many", "shown": now})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.content.decode()
    assert client.post(f"{page}fields", {"f-level": "9", "shown": now}).status_code == 302
    assert client.post(f"{page}fields", {"f-level": "9", "shown": now}).status_code == 409
    with tenant_scope(cast.acme.id):
        assert customers.list_kept(bo, customer_id=cy)[0].values == ("9",)


def test_the_page_that_defines_fields(cast):
    client = browser(cast.bo.email)
    page = path("settings/fields/")
    action = re.search(
        r'action="([^"]+settings/fields/[^"]+)" novalidate', client.get(page).content.decode()
    )
    sent = {
        "version": "0",
        "subject": "ticket",
        "type": "choice",
        "key": "kind",
        "label_ko": "종류",
    }
    refused = client.post(action[1], sent)
    assert refused.status_code == 422
    assert "Write at least one option." in read(refused).text
    assert 'value="종류"' in refused.content.decode()
    done = client.post(action[1], sent | {"options": "a\nb\n"}, follow=True)
    assert "The field is saved." in read(done).text
    other = client.post(path(f"settings/fields/{uuid4()}"), sent | {"options": "a"})
    assert other.status_code == 409
    assert "Another field has this name" in read(other).text
    gone = client.post(f"{action[1]}/archive", {"archived": "1"}, follow=True)
    assert "asked for no more" in read(gone).text
    assert client.post(f"{action[1]}/archive", {"archived": "0"}).status_code == 302
    assert client.post(f"{action[1]}/move", {"up": "1"}).status_code == 302
    ada = browser(cast.ada.email)
    assert ada.get(page).status_code == 403
    assert ada.post(action[1], sent).status_code == 403


def test_a_purged_ticket_takes_its_values_along(cast, bo):
    from onque.modules.desk.contracts import Status
    from onque.modules.desk.services import properties, purging
    from onque.modules.fields.models import FieldValue

    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id).ticket_id
        level = make(bo)
        custom.write(bo, number=1, given={level.id: ["7"]}, shown="")
        properties.set_status(bo, ticket_id=ticket_id, status=Status.TRASH)
        purging.purge_ticket(bo, number=1)
        assert not FieldValue.objects.exists()
