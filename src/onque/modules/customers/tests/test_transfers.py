"""Customers from a file and into one: once each, whoever dies, and every row accounted for."""

import csv
import io
from itertools import chain
from uuid import uuid4

import pytest

from onque.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.customers.models import Customer, CustomerRun, Identity
from onque.modules.customers.services import transferring
from onque.modules.identity import public as identity
from onque.modules.identity.models import Member
from onque.modules.identity.tests.factories import actor_of

FILE = (
    "이름,이메일,아이디,등급,언어\r\n"
    "김치국,Kim@shop.test,U-1,VIP,한국어\r\n"
    ",lee@shop.test,,,\r\n"
    "Only Id,,U-3,RED,en\r\n"
    "Broken,nonsense,,,\r\n"
    "Nothing,,,,\r\n"
    "Twice,kim@shop.test,,,\r\n"
    "Gold,gold@shop.test,,gold,\r\n"
)


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def oda(cast):
    return actor_of(cast.acme, cast.oda)


def take(cast, actor, text: str = FILE, key=None):
    with tenant_scope(cast.acme.id):
        return customers.take_file(
            actor, name="customers.csv", content=text.encode(), request_key=key or uuid4()
        )


def start(cast, actor, run_id, *, updates: bool = True, mapping=None):
    with tenant_scope(cast.acme.id):
        mapping = mapping or customers.get_run(actor, run_id=run_id).mapping
        customers.start_import(actor, run_id=run_id, mapping=mapping, updates=updates)


def work(cast, run_id):
    while transferring.step(cast.acme.id, run_id):
        pass
    with tenant_scope(cast.acme.id):
        return CustomerRun.objects.get(id=run_id)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(transferring, "CHUNK", 3)
    monkeypatch.setattr(transferring, "PART", 2)
    monkeypatch.setattr(transferring, "REST", 0)


def test_a_file_becomes_customers_and_every_row_is_accounted_for(cast, bo):
    run_id = take(cast, bo)
    with tenant_scope(cast.acme.id):
        shown = customers.get_run(bo, run_id=run_id)
        assert (shown.total, shown.is_started) == (7, False)
        assert shown.sample[0][0] == "김치국"
        assert shown.mapping == ("name", "email", "external", "rating", "locale")
        assert not Customer.objects.exists()
    start(cast, bo, run_id)
    row = work(cast, run_id)
    assert (row.position, row.created, row.changed, row.same, row.failed) == (7, 3, 1, 0, 3)
    with tenant_scope(cast.acme.id):
        kim = Customer.objects.get(email="kim@shop.test")
        assert (kim.name, kim.rating, kim.locale) == ("Twice", "vip", "ko")
        assert set(Identity.objects.filter(customer=kim).values_list("kind", "value")) == {
            ("email", "kim@shop.test"),
            ("external", "U-1"),
        }
        assert Customer.objects.get(name="lee").email == "lee@shop.test"
        assert Customer.objects.get(name="Only Id").rating == "red"
        faults = customers.get_run(bo, run_id=run_id).faults
        assert faults == (
            (4, "email", "not_an_address"),
            (5, "email", "nothing_to_know_by"),
            (7, "rating", "unknown"),
        )
        text = "".join(customers.faults_file(bo, run_id=run_id))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [one[0] for one in rows] == ["이름", "Broken", "Nothing", "Gold"]
    assert rows[1][-1] == "email: not_an_address"


def test_the_same_twice_changes_nothing(cast, bo):
    key = uuid4()
    run_id = take(cast, bo, key=key)
    assert take(cast, bo, key=key) == run_id
    start(cast, bo, run_id)
    start(cast, bo, run_id)
    work(cast, run_id)
    again = take(cast, bo)
    start(cast, bo, again)
    row = work(cast, again)
    assert row.created == 0
    assert row.failed == 3
    assert row.same + row.changed == 4
    with tenant_scope(cast.acme.id):
        assert Customer.objects.count() == 3


def test_two_rows_of_one_customer_in_a_chunk(cast, bo):
    run_id = take(cast, bo, "email,name\r\na@b.test,One\r\nA@B.test,Two\r\n")
    start(cast, bo, run_id)
    row = work(cast, run_id)
    assert (row.created, row.failed) == (1, 1)
    with tenant_scope(cast.acme.id):
        assert customers.get_run(bo, run_id=run_id).faults == ((2, "email", "twice"),)


def test_known_customers_are_changed_only_when_asked_and_emptied_never(cast, bo):
    with tenant_scope(cast.acme.id):
        known = customers.identify_by_email(email="kim@shop.test", name="Kim").id
    text = "email,name,note,id\r\nkim@shop.test,New,,U-9\r\n"
    first = take(cast, bo, text)
    start(cast, bo, first, updates=False)
    assert work(cast, first).same == 1
    with tenant_scope(cast.acme.id):
        assert Customer.objects.get(id=known).name == "Kim"
        Customer.objects.filter(id=known).update(note="Kept")
    second = take(cast, bo, text)
    start(cast, bo, second)
    assert work(cast, second).changed == 1
    with tenant_scope(cast.acme.id):
        row = Customer.objects.get(id=known)
        assert (row.name, row.note, row.version) == ("New", "Kept", 2)
        assert Identity.objects.filter(customer_id=known, kind="external").exists()
        line = identity.list_audit(object_kind="customer", object_id=known)[0]
        assert (line.action, line.before["name"]) == ("customer.imported", "Kim")


def test_a_row_that_names_two_customers_changes_neither(cast, bo):
    with tenant_scope(cast.acme.id):
        for email in ("a@b.test", "c@d.test"):
            customers.identify_by_email(email=email)
        cd = customers.find_by_email("c@d.test")
        customers.add_identity(bo, customer_id=cd.id, kind="external", value="U-1")
    run_id = take(cast, bo, "email,id,name\r\na@b.test,U-1,Both\r\n")
    start(cast, bo, run_id)
    assert work(cast, run_id).failed == 1
    with tenant_scope(cast.acme.id):
        assert not Customer.objects.filter(name="Both").exists()


def test_a_merged_customer_s_row_goes_to_the_survivor(cast, bo):
    with tenant_scope(cast.acme.id):
        one = customers.identify_by_email(email="a@b.test").id
        other = customers.identify_by_email(email="c@d.test").id
        customers.merge(bo, survivor_id=one, merged_id=other)
    run_id = take(cast, bo, "email,name\r\nc@d.test,Survivor\r\n")
    start(cast, bo, run_id)
    work(cast, run_id)
    with tenant_scope(cast.acme.id):
        assert Customer.objects.get(id=one).name == "Survivor"


def test_a_worker_that_dies_loses_nothing_and_does_nothing_twice(cast, bo, monkeypatch):
    rows = "".join(f"c{number}@shop.test\r\n" for number in range(10))
    run_id = take(cast, bo, "email\r\n" + rows)
    start(cast, bo, run_id)

    class Killed(BaseException):
        pass

    def dies(*_args):
        raise Killed

    transferring.step(cast.acme.id, run_id)
    with monkeypatch.context() as patched:
        patched.setattr(transferring.runs, "add_faults", dies)
        with pytest.raises(Killed):
            transferring.step(cast.acme.id, run_id)
    row = work(cast, run_id)
    assert (row.position, row.created, row.failed) == (10, 10, 0)
    with tenant_scope(cast.acme.id):
        assert Customer.objects.count() == 10


def test_a_mail_that_comes_in_between_wins(cast, bo, monkeypatch):
    run_id = take(cast, bo, "email,name\r\na@b.test,File\r\n")
    start(cast, bo, run_id)
    real = transferring.runs.owners

    def meets(pairs):
        found = real(pairs)
        customers.identify_by_email(email="a@b.test", name="Mail")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(transferring.runs, "owners", meets)
        row = work(cast, run_id)
    assert (row.created, row.failed) == (0, 1)
    with tenant_scope(cast.acme.id):
        assert [one.name for one in Customer.objects.all()] == ["Mail"]


def test_cancelling_keeps_what_is_done(cast, bo):
    run_id = take(cast, bo)
    start(cast, bo, run_id)
    transferring.step(cast.acme.id, run_id)
    with tenant_scope(cast.acme.id):
        customers.cancel_run(bo, run_id=run_id)
    row = work(cast, run_id)
    assert (row.stopped, row.position) == ("cancelled", 3)
    other = take(cast, bo)
    with tenant_scope(cast.acme.id):
        customers.cancel_run(bo, run_id=other)
        assert customers.get_run(bo, run_id=other).ended_at


def test_a_run_ends_with_its_member(cast, bo):
    run_id = take(cast, bo)
    start(cast, bo, run_id)
    with tenant_scope(cast.acme.id):
        Member.objects.filter(id=cast.bo.id).update(state="deactivated")
    assert work(cast, run_id).stopped == "member_left"


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (["name", "", "", "", ""], "nothing_to_know_by"),
        (["email", "email", "", "", ""], "twice"),
        (["email"], "unknown"),
        (["email", "gold", "", "", ""], "unknown"),
    ],
)
def test_mappings_that_cannot_be(cast, bo, mapping, reason):
    run_id = take(cast, bo)
    with pytest.raises(Invalid) as refused:
        start(cast, bo, run_id, mapping=mapping)
    assert refused.value.facts["reason"] == reason
    with tenant_scope(cast.acme.id):
        assert CustomerRun.objects.get().started_at is None


@pytest.mark.parametrize("content", [b"", b"\x81\x00\xff", b"name\r\n"])
def test_files_that_are_none(cast, bo, content):
    with tenant_scope(cast.acme.id):
        with pytest.raises(Invalid):
            customers.take_file(bo, name="x", content=content, request_key=uuid4())
        assert not CustomerRun.objects.exists()


def test_an_export_holds_everybody_once_and_no_formula(cast, oda):
    with tenant_scope(cast.acme.id):
        made = [customers.identify_by_email(email=f"c{n}@shop.test").id for n in range(5)]
        customers.identify_by_email(email="evil@shop.test", name="=1+1")
        customers.merge(oda, survivor_id=made[0], merged_id=made[1])
        run_id = customers.start_export(oda, request_key=uuid4())
        with pytest.raises(Conflict):
            customers.export_file(oda, run_id=run_id)
    row = work(cast, run_id)
    assert (row.total, len(row.pieces)) == (5, 3)
    with tenant_scope(cast.acme.id):
        name, pieces = customers.export_file(oda, run_id=run_id)
    text = b"".join(chain(pieces)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert name.endswith(".csv")
    assert [one["email"] for one in rows].count("c2@shop.test") == 1
    assert len(rows) == 5
    assert next(one for one in rows if one["email"] == "evil@shop.test")["name"] == "'=1+1"


def test_who_may(cast, bo, oda):
    from dataclasses import replace

    ada = actor_of(cast.acme, cast.ada)
    run_id = take(cast, bo)
    plain = replace(bo, permissions=bo.permissions - {"tenant.settings"})
    with tenant_scope(cast.acme.id):
        for act in (
            lambda: customers.take_file(ada, name="x", content=b"a\nb\n", request_key=uuid4()),
            lambda: customers.start_import(ada, run_id=run_id, mapping=[], updates=True),
            lambda: customers.get_run(ada, run_id=run_id),
            lambda: customers.list_runs(ada),
            lambda: customers.cancel_run(ada, run_id=run_id),
            lambda: customers.faults_file(ada, run_id=run_id),
            lambda: customers.start_export(plain, request_key=uuid4()),
            lambda: customers.export_file(plain, run_id=run_id),
        ):
            with pytest.raises(Forbidden):
                act()
        with pytest.raises(NotFound):
            customers.export_file(oda, run_id=run_id)
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id), pytest.raises(NotFound):
        customers.get_run(dee, run_id=run_id)


def test_a_lost_worker_s_file_is_taken_up_again(cast, bo, monkeypatch):
    run_id = take(cast, bo)
    start(cast, bo, run_id)
    published = []
    monkeypatch.setattr(transferring.events, "publish", published.append)
    monkeypatch.setattr(transferring, "STANDS_STILL", -transferring.STANDS_STILL)
    transferring.sweep()
    assert [event.run_id for event in published] == [run_id]
