"""The pages of customers."""

import re

import pytest

from onque.kernel import events
from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import CustomerAnonymised
from onque.modules.customers.models import Customer, CustomerNote, Identity
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.services import histories
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read, statements

_KEY = re.compile(r'name="key" value="([0-9a-f-]+)"')


@pytest.fixture
def cy(cast):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id, subject="Broken lid")
        return customers.identify_by_email(email="cy@customer.test")


@pytest.fixture
def bo(cast):
    return browser(cast.bo.email)


def page(cy, rest: str = "") -> str:
    return path(f"customers/{cy.id}/{rest}")


def details(**given: str) -> dict[str, str]:
    known = {"version": "1", "name": "Cy", "email": "cy@customer.test", "rating": "general"}
    return known | {"locale": "", "note": ""} | given


def test_the_list_leads_to_the_customer_and_the_customer_to_tickets(cast, bo, cy):
    found = read(bo.get(path("customers/")))
    assert page(cy) in found.links
    one = read(bo.get(page(cy)))
    assert "Broken lid" in one.text
    assert any("/tickets/1/" in link for link in one.links)
    ticket = read(bo.get(path("tickets/1/")))
    assert page(cy) in ticket.links


def test_pages_cost_a_fixed_number_of_statements(cast, bo, cy):
    counts = []
    for more in (0, 12):
        with tenant_scope(cast.acme.id):
            for number in range(more):
                customers.identify_by_email(email=f"{number}@customer.test")
                receive(cast.acme.id, subject=f"Lid {number}")
        for address in (path("customers/"), page(cy)):
            bo.get(address)
            with statements() as sql:
                assert bo.get(address).status_code == 200
            counts.append(len(sql))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 14


def test_words_find_customers_and_nothing_found_says_so(cast, bo, cy):
    index.write_due()
    assert page(cy) in read(bo.get(path("customers/?q=cy%40customer"))).links
    assert "Nobody found for “zz”" in read(bo.get(path("customers/?q=zz"))).text
    assert bo.get(path("customers/?segment=gold")).status_code == 404
    assert bo.get(path("customers/?after=zz")).status_code == 422


def test_details_are_saved(cast, bo, cy):
    answer = bo.post(page(cy), details(name="Cy Young", rating="vip", note="Lids"), follow=True)
    assert "The details are saved." in read(answer).text
    with tenant_scope(cast.acme.id):
        row = Customer.objects.get(id=cy.id)
        assert (row.name, row.rating, row.note) == ("Cy Young", "vip", "Lids")
    ticket = read(bo.get(path("tickets/1/"))).text
    assert "Cy Young" in ticket
    assert "VIP" in ticket


def test_a_refusal_keeps_what_was_typed(cast, bo, cy):
    answer = bo.post(page(cy), details(name="Typed name", email="nonsense"))
    assert answer.status_code == 422
    assert 'value="Typed name"' in answer.content.decode()
    assert "This is no e-mail address" in read(answer).text
    bo.post(page(cy), details(rating="vip"))
    stale = bo.post(page(cy), details(name="Typed late"))
    assert stale.status_code == 409
    assert 'value="Typed late"' in stale.content.decode()
    assert "A colleague changed this customer meanwhile" in read(stale).text
    assert "Saved there now: Cy" in read(stale).text
    again = re.search(r'name="version" value="(\d+)"', stale.content.decode())
    assert bo.post(page(cy), details(version=again[1], name="Typed late")).status_code == 302


def test_blocking_and_its_undo(cast, bo, cy):
    answer = bo.post(page(cy, "block"), {"blocked": "1"}, follow=True)
    assert "goes to spam" in read(answer).text
    assert answer.content.decode().count('name="blocked" value="0"') == 2
    assert "Blocked" in read(bo.get(path("tickets/1/"))).text
    with tenant_scope(cast.acme.id):
        assert receive(cast.acme.id).ticket_id
        assert Customer.objects.get(id=cy.id).is_blocked
    bo.post(page(cy, "block"), {"blocked": "0"})
    with tenant_scope(cast.acme.id):
        assert not Customer.objects.get(id=cy.id).is_blocked


def test_addresses_are_added_taken_away_and_put_back(cast, bo, cy):
    refused = bo.post(page(cy, "identities"), {"kind": "email", "value": "typed here"})
    assert refused.status_code == 422
    assert 'value="typed here"' in refused.content.decode()
    new = {"kind": "email", "value": "cy@home.test"}
    assert bo.post(page(cy, "identities"), new).status_code == 302
    with tenant_scope(cast.acme.id):
        one = Identity.objects.get(value="cy@home.test")
        main = Identity.objects.get(value="cy@customer.test")
    gone = bo.post(page(cy, f"identities/{one.id}/remove"))
    assert "cy@home.test leads to this customer no longer." in read(gone).text
    assert bo.post(page(cy, "identities"), new).status_code == 302
    kept = bo.post(page(cy, f"identities/{main.id}/remove"))
    assert kept.status_code == 409
    assert "Make another one the main address first" in read(kept).text


def test_notes(cast, bo, cy):
    key = _KEY.search(bo.get(page(cy)).content.decode())[1]
    for _ in range(2):
        bo.post(page(cy, "notes"), {"key": key, "text": "Calls on <b>Mondays</b>"})
    shown = bo.get(page(cy)).content.decode()
    assert shown.count("Calls on &lt;b&gt;Mondays&lt;/b&gt;") == 1
    gone = bo.post(page(cy, f"notes/{key}/remove"), follow=True)
    assert "Mondays" not in read(gone).text
    bo.post(page(cy, f"notes/{key}/remove"), {"removed": "0"})
    with tenant_scope(cast.acme.id):
        assert CustomerNote.objects.get().removed_at is None
    empty = bo.post(page(cy, "notes"), {"key": key, "text": " "})
    assert empty.status_code == 422
    broken = bo.post(page(cy, "notes"), {"key": "x", "text": "Typed long"})
    assert broken.status_code == 422
    assert "Typed long" in broken.content.decode()


def test_a_merge_by_the_page_and_its_undo(cast, bo, cy):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id, email="cy@old.test", subject="Old lid")
        old = customers.identify_by_email(email="cy@old.test")
    index.write_due()
    choice = bo.get(page(cy, "merge?q=cy%40old"))
    assert f'value="{old.id.hex}"' in choice.content.decode()
    assert bo.post(page(cy, "merge"), {"stays": "this"}).status_code == 422
    assert bo.post(page(cy, "merge"), {"merged": cy.id.hex}).status_code == 409
    done = bo.post(page(cy, "merge"), {"merged": old.id.hex, "stays": "this"}, follow=True)
    assert "Merged." in read(done).text
    merge_id = re.search(r"customer-merges/([0-9a-f-]+)/part", done.content.decode())[1]
    moved = bo.get(path(f"customers/{old.id}/"))
    assert moved.headers["Location"] == page(cy)
    with tenant_scope(cast.acme.id):
        histories.follow_merge(merge_id=merge_id, survivor_id=cy.id, merged_id=old.id)
    assert "Old lid" in read(bo.get(page(cy))).text
    parted = bo.post(path(f"customer-merges/{merge_id}/part"), follow=True)
    assert "Parted again" in read(parted).text
    twice = bo.post(path(f"customer-merges/{merge_id}/part"))
    assert twice.status_code == 409


def test_an_agent_reads_but_changes_nothing(cast, cy):
    ada = browser(cast.ada.email)
    shown = ada.get(page(cy))
    assert 'name="rating"' not in shown.content.decode()
    for rest, data in (
        ("", details(name="X")),
        ("block", {"blocked": "1"}),
        ("identities", {"kind": "email", "value": "a@b.test"}),
        ("merge", {"merged": cy.id.hex}),
    ):
        assert ada.post(page(cy, rest), data).status_code == 403
    assert ada.get(page(cy, "merge")).status_code == 403
    with tenant_scope(cast.acme.id):
        assert Customer.objects.get(id=cy.id).version == 1


def test_anonymising_asks_once_more_and_takes_the_name_out_of_tickets(cast, bo, cy):
    asked = bo.get(page(cy, "anonymise"))
    assert "This cannot be undone" in read(asked).text
    with tenant_scope(cast.acme.id):
        assert Customer.objects.get(id=cy.id).name == "Cy"
    done = bo.post(page(cy, "anonymise"), follow=True)
    assert "Nobody can tell any more" in read(done).text
    stream = CustomerAnonymised(cy.id).stream
    for _ in range(2):
        events.deliver_stream(cast.acme.id, stream, "desk.forget_name")
    ticket = bo.get(path("tickets/1/")).content.decode()
    assert "cy@customer.test" not in ticket
    assert "The lid is broken." in ticket
    with tenant_scope(cast.acme.id):
        assert Message.objects.get().author_name.startswith("Anonymous")
        assert Ticket.objects.get().preview_name.startswith("Anonymous")
    assert browser(cast.ada.email).get(page(cy, "anonymise")).status_code == 403
