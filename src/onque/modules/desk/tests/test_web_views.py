"""Saved views as pages: made, listed, edited, deleted, brought back."""

import re

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import SavedView
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read, statements

LIST_BUDGET = 10

FORM = {
    "sent": "1",
    "name": "Broken lids",
    "audience": "own",
    "order": "-created",
    "column": ["status", "customer", "created", "group", "number", "language"],
    "f-all0": "status",
    "h-all0": "in",
    "v-all0": ["new", "open"],
    "f-all1": "subject",
    "h-all1": "has",
    "v-all1": "lid",
}


@pytest.fixture
def acme(committed_cast):
    with tenant_scope(committed_cast.acme.id):
        receive(committed_cast.acme.id, subject="Broken lid")
        receive(committed_cast.acme.id, subject="환불해 주세요")
    return committed_cast


@pytest.fixture
def bo(acme):
    return browser("bo@acme.test")


@pytest.fixture
def made(bo):
    answer = bo.post(path("views/new"), FORM)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"]


def view_id(url):
    return re.search(r"view=([0-9a-f]{32})", url)[1]


def edit_path(url):
    hexed = view_id(url)
    return path(f"views/{hexed[:8]}-{hexed[8:12]}-{hexed[12:16]}-{hexed[16:20]}-{hexed[20:]}/")


def test_a_view_is_made_and_shows_its_tickets_columns_and_count(bo, made):
    page = read(bo.get(made))
    assert "t1" in page.ids
    assert "t2" not in page.ids
    assert "Broken lids 1" in page.text
    text = bo.get(made).content.decode()
    assert 'aria-sort="descending">Received' in text
    assert "w-gr" in text
    assert "w-sla" not in text


def test_the_list_of_a_view_costs_a_fixed_number_of_statements(bo, made):
    bo.get(made)
    with statements() as found:
        assert bo.get(made).status_code == 200
    assert len(found) <= LIST_BUDGET, found


def test_a_ticket_opened_from_a_view_has_that_list_beside_it(bo, made):
    page = read(bo.get(path(f"tickets/1/?view={view_id(made)}")))
    assert "Broken lids" in page.text
    assert path(f"tickets/?view={view_id(made)}") in page.links


def test_a_view_is_changed_on_the_same_screen(bo, made):
    page = bo.get(edit_path(made))
    assert 'value="Broken lids"' in page.content.decode()
    form = FORM | {"name": "Refunds", "v-all1": "환불", "version": "1"}
    assert bo.post(edit_path(made), form).status_code == 302
    page = read(bo.get(made))
    assert "t2" in page.ids
    assert "t1" not in page.ids


def test_a_refused_view_keeps_what_was_typed(bo):
    answer = bo.post(path("views/new"), FORM | {"name": " ", "v-all1": "뚜껑"})
    assert answer.status_code == 422
    assert "Give the view a name." in read(answer).text
    assert 'value="뚜껑"' in answer.content.decode()


def test_a_stale_view_is_not_overwritten(bo, made):
    bo.post(edit_path(made), FORM | {"name": "A", "version": "1"})
    answer = bo.post(edit_path(made), FORM | {"name": "B", "version": "1"})
    assert answer.status_code == 409
    assert "A colleague changed this view" in read(answer).text
    assert "A 1" in read(bo.get(made)).text


def test_rows_come_and_go_without_saving(acme, bo):
    text = bo.post(path("views/new"), FORM | {"act": "add-any"}).content.decode()
    assert 'name="f-any0"' in text
    text = bo.post(path("views/new"), FORM | {"act": "drop-all1"}).content.decode()
    assert 'name="f-all1"' not in text
    with tenant_scope(acme.acme.id):
        assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("field", "mark"),
    [
        ("tag", 'list="view-tags"'),
        ("created", 'name="n-all0"'),
        ("files", 'value="yes"'),
        ("assignee", "The reader"),
        ("group", "No group"),
        ("brand", "Acme"),
        ("due", 'name="n-all0"'),
    ],
)
def test_each_field_offers_its_values(bo, field, mark):
    form = FORM | {"act": "redraw", "f-all0": field, "was-all0": "status"}
    answer = bo.post(path("views/new"), form)
    assert answer.status_code == 200
    assert mark in answer.content.decode()


def test_a_day_and_a_span_are_read(acme, bo):
    form = FORM | {"f-all0": "created", "h-all0": ">=", "v-all0": "2026-01-01"}
    form |= {"f-all1": "updated", "h-all1": "within", "n-all1": "2", "u-all1": "h"}
    assert bo.post(path("views/new"), form).status_code == 302
    with tenant_scope(acme.acme.id):
        kept = SavedView.objects.get().narrowing["all"]
    assert kept == [["created", ">=", ["2026-01-01"]], ["updated", "within", ["2h"]]]


def test_the_preview_counts_and_shows_the_first(bo):
    answer = bo.get(path("views/preview"), FORM)
    page = read(answer)
    assert "1 ticket" in page.text
    assert "Broken lid" in page.text


@pytest.mark.parametrize("start", ["mine", "unassigned", "all", "at-risk", "solved", "trash"])
def test_a_new_view_starts_from_the_list_one_comes_from(bo, start):
    answer = bo.get(path(f"views/new?from={start}"))
    assert answer.status_code == 200
    assert 'name="f-all0"' in answer.content.decode()


def test_a_deleted_view_is_undone_from_the_list(bo, made):
    answer = bo.post(f"{edit_path(made)}delete")
    assert answer.status_code == 302
    page = read(bo.get(answer["Location"]))
    assert "The view is deleted." in page.text
    assert bo.get(made).status_code == 404
    assert bo.post(f"{edit_path(made)}restore").status_code == 302
    assert "Broken lids 1" in read(bo.get(made)).text


def test_others_do_not_see_a_personal_view(bo, made):
    ada = browser("ada@acme.test")
    assert ada.get(made).status_code == 404
    assert ada.get(edit_path(made)).status_code == 404
    assert ada.post(f"{edit_path(made)}delete").status_code == 404
    assert "Broken lids" not in read(ada.get(path("tickets/"))).text
    bo.post(edit_path(made), FORM | {"audience": "all", "version": "1"})
    assert "Broken lids" in read(ada.get(path("tickets/"))).text
    assert "Make my own" in read(ada.get(edit_path(made))).text
    assert ada.post(edit_path(made), FORM | {"version": "2"}).status_code == 403
    start = ada.get(path(f"views/new?from={view_id(made)}"))
    assert 'value="lid"' in start.content.decode()
