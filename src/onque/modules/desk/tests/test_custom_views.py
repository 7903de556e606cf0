"""Views and lists over a workspace's own fields."""

import re
from uuid import uuid4

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts.views import Narrowing, ViewDraft, kind_of
from onque.modules.desk.contracts.views import Test as Asked
from onque.modules.desk.services import custom, filtering, lists
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.test_plans import nodes, price_out_scans
from onque.modules.desk.tests.visiting import browser, path, read, statements
from onque.modules.desk.web import view_words
from onque.modules.fields.contracts import NewField
from onque.modules.fields.services import defining
from onque.modules.identity.tests.factories import actor_of

FIELDS = {
    "level": ("number", ()),
    "device": ("choice", ("iPhone", "Galaxy")),
    "tags": ("choices", ("a", "b", "c")),
    "paid": ("flag", ()),
    "bought": ("date", ()),
    "server": ("text", ()),
}
TICKETS = (
    {"level": ["7"], "device": ["iPhone"], "tags": ["a", "b"], "server": ["Asia 100%"]},
    {"level": ["72"], "device": ["Galaxy"], "paid": ["yes"], "bought": ["2026-01-31"]},
    {"bought": ["2026-02-01"], "tags": ["c"], "server": ["Europe"]},
)


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def made(cast, bo):
    with tenant_scope(cast.acme.id):
        there = {}
        for key, (type_, options) in FIELDS.items():
            new = NewField("ticket", key, "", key, type_, options)
            there[key] = defining.save_field(bo, field_id=uuid4(), version=0, new=new)
        for number, given in enumerate(TICKETS, 1):
            receive(cast.acme.id, subject=f"No {number}")
            values = {there[key].id: texts for key, texts in given.items()}
            custom.write(bo, number=number, given=values, shown="")
        yield there


def numbers(bo, *tests: Asked) -> set[int]:
    draft = ViewDraft("x", Narrowing(tests))
    return {row.number for row in lists.preview(bo, draft=draft, limit=50)[1].rows}


@pytest.mark.parametrize(
    ("key", "how", "values", "found"),
    [
        ("level", "equals", ["7"], {1}),
        ("level", "least", ["1,0"], {2}),
        ("level", "least", ["7"], {1, 2}),
        ("level", "most", ["71.5"], {1}),
        ("device", "in", ["iPhone", "Galaxy"], {1, 2}),
        ("device", "out", ["iPhone"], {2, 3}),
        ("tags", "in", ["b", "c"], {1, 3}),
        ("paid", "is", ["yes"], {2}),
        ("paid", "is", ["no"], {1, 3}),
        ("bought", "on", ["2026-01-31"], {2}),
        ("bought", ">=", ["2026-02-01"], {3}),
        ("bought", "<", ["2026-02-01"], {2}),
        ("server", "has", ["ASIA"], {1}),
        ("server", "has", ["100%"], {1}),
        ("server", "has", ["1%0"], set()),
        ("server", "lacks", ["asia"], {2, 3}),
    ],
)
def test_what_a_condition_finds(bo, made, key, how, values, found):
    test = Asked(view_words.name_of(made[key]), how, tuple(values))
    assert filtering.is_complete(test)
    assert numbers(bo, test) == found


@pytest.mark.parametrize("value", ["many", "NaN", "1e99", ""])
def test_numbers_that_are_none_ask_nothing(bo, made, value):
    test = Asked(view_words.name_of(made["level"]), "least", (value,))
    assert not filtering.is_complete(test)
    assert numbers(bo, test) == {1, 2, 3}  # what is not filled in yet is left out


def test_a_day_that_is_none(made):
    assert not filtering.is_complete(Asked(view_words.name_of(made["bought"]), "on", ("soon",)))


@pytest.mark.parametrize("field", ["custom-number-x", "custom-gold-" + "0" * 32, "custom-", "x"])
def test_what_is_no_field(field):
    assert kind_of(field) == ""


def test_the_page_of_a_view_offers_saves_and_says_them(cast, bo, made):
    client = browser(cast.bo.email)
    name = view_words.name_of(made["device"])
    drawn = client.post(
        path("views/new"), {"sent": "1", "act": "redraw", "f-all0": name, "h-all0": "in"}
    )
    text = drawn.content.decode()
    assert 'value="iPhone"' in text
    level = view_words.name_of(made["level"])
    sent = {"sent": "1", "name": "High", "f-all0": level, "h-all0": "least", "was-all0": level}
    answer = client.post(path("views/new"), sent | {"v-all0": "many", "audience": "own"})
    assert answer.status_code == 422
    saved = client.post(path("views/new"), sent | {"v-all0": "50", "audience": "own"}, follow=True)
    page = read(saved)
    assert "No 2" in page.text
    assert "No 1" not in page.text
    assert re.search(r"level\s+is at least 50|level\s+50", page.text)
    with tenant_scope(cast.acme.id):
        defining.set_archived(bo, field_id=made["level"].id, archived=True)
    assert client.get(path("tickets/?view=all")).status_code == 200


def test_a_condition_walks_the_values_index(bo, made):
    import json

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    price_out_scans()
    test = Asked(view_words.name_of(made["level"]), "least", ("10",))
    with CaptureQueriesContext(connection) as captured:
        numbers(bo, test)
    asked = [q["sql"] for q in captured.captured_queries if "fields_fieldvalue" in q["sql"]]
    with connection.cursor() as cursor:
        for statement in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
            answer = cursor.fetchone()[0]
            plan = json.loads(answer) if isinstance(answer, str) else answer
            found = [
                node
                for node in nodes(plan[0]["Plan"])
                if node.get("Relation Name") == "fields_fieldvalue"
            ]
            assert {node.get("Index Name") for node in found} == {"fields_value_once"}


def test_a_list_over_many_own_fields_costs_one_statement_more(cast, bo, made):
    client = browser(cast.bo.email)
    sent = {"sent": "1", "name": "Many", "audience": "own"}
    for at, key in enumerate(("level", "server", "device")):
        name = view_words.name_of(made[key])
        how, value = {"level": ("least", "1"), "server": ("lacks", "x")}.get(key, ("in", "iPhone"))
        sent |= {f"f-all{at}": name, f"h-all{at}": how, f"was-all{at}": name, f"v-all{at}": value}
    where = client.post(path("views/new"), sent).headers["Location"]
    client.get(where)
    with statements() as sql:
        assert "No 1" in read(client.get(where)).text
    assert len(sql) <= 8
