"""The pages of customers' files."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onque.kernel.tenancy import tenant_scope
from onque.modules.customers.models import Customer, CustomerRun
from onque.modules.customers.services import transferring
from onque.modules.desk.tests.visiting import browser, path, read

FILE = "이름,이메일,메모\r\n김치국,kim@shop.test,VIP\r\nNo,nonsense,\r\n"
PAGE = path("customers/import")


@pytest.fixture
def bo(cast):
    return browser(cast.bo.email)


def choose(client, content: bytes, **more):
    file = SimpleUploadedFile("고객.csv", content)
    return client.post(PAGE, {"key": str(uuid4()), "file": file} | more)


def work(cast):
    with tenant_scope(cast.acme.id):
        ids = list(CustomerRun.objects.filter(ended_at=None).values_list("id", flat=True))
    for one in ids:
        while transferring.step(cast.acme.id, one):
            pass


def test_from_the_file_to_the_rows_to_correct(cast, bo):
    page = choose(bo, FILE.encode("cp949"))
    where = page.headers["Location"]
    columns = bo.get(where)
    text = columns.content.decode()
    assert "김치국" in text
    assert re.findall(r'value="(\w+)" selected', text) == ["name", "email", "note"]
    twice = bo.post(where, {"column": ["email", "email", ""], "updates": "1"})
    assert twice.status_code == 422
    assert "Two columns are the same field" in read(twice).text
    assert re.findall(r'value="(\w+)" selected', twice.content.decode()) == ["email", "email"]
    started = bo.post(where, {"column": ["name", "email", "note"], "updates": "1"}, follow=True)
    assert "0 of 2 rows" in read(started).text
    assert 'hx-trigger="every 2s"' in started.content.decode()
    work(cast)
    part = bo.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert "<html" not in part
    ended = read(bo.get(where))
    assert "Row 2: E-mail address, no e-mail address" in ended.text
    faults = bo.get(f"{where}faults")
    assert "nonsense" in faults.content.decode("utf-8-sig")
    assert faults.headers["Content-Disposition"].startswith("attachment")
    with tenant_scope(cast.acme.id):
        assert Customer.objects.get().name == "김치국"
    assert "고객.csv" in read(bo.get(PAGE)).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "There are no customers in this file"),
        (b"\x81\x00\xff", "Save it as CSV UTF-8"),
        (b"name\r\n", "There are no customers in this file"),
    ],
)
def test_what_is_no_file_says_what_to_do(cast, bo, content, words):
    answer = choose(bo, content)
    assert answer.status_code == 422
    assert words in read(answer).text


def test_nothing_chosen(cast, bo):
    answer = bo.post(PAGE, {"key": str(uuid4())})
    assert answer.status_code == 422
    assert "Choose a file first." in read(answer).text


def test_not_importing_after_all(cast, bo):
    where = choose(bo, FILE.encode()).headers["Location"]
    ended = bo.post(f"{where}cancel", follow=True)
    assert "Cancelled" in read(ended).text
    assert bo.post(where, {"column": ["name", "email", "note"]}).status_code == 302
    work(cast)
    with tenant_scope(cast.acme.id):
        assert not Customer.objects.exists()


def test_an_export_by_the_page(cast):
    oda = browser(cast.oda.email)
    with tenant_scope(cast.acme.id):
        from onque.modules.customers import public as customers

        customers.identify_by_email(email="cy@customer.test", name="Cy")
    key = str(uuid4())
    where = oda.post(path("customers/export"), {"key": key}).headers["Location"]
    assert oda.post(path("customers/export"), {"key": key}).headers["Location"] == where
    assert oda.get(f"{where}file").status_code == 409
    work(cast)
    assert "Take the file" in read(oda.get(where)).text
    answer = oda.get(f"{where}file")
    assert b"cy@customer.test" in b"".join(answer.streaming_content)


def test_agents_may_not(cast):
    ada = browser(cast.ada.email)
    assert ada.get(PAGE).status_code == 403
    assert choose(ada, FILE.encode()).status_code == 403
    assert ada.post(path("customers/export"), {"key": str(uuid4())}).status_code == 403
