"""Fields of a workspace: defined, kept, put back."""

from uuid import uuid4

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.fields import public as fields
from onque.modules.fields.contracts import FieldChanged, FieldKeyTaken, NewField, Subject
from onque.modules.fields.models import FieldDefinition, FieldValue
from onque.modules.fields.services import defining
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast.acme


def make(actor, **given):
    field_id, version = given.pop("field_id", uuid4()), given.pop("version", 0)
    known = {"subject": "ticket", "key": "level", "label_ko": "레벨", "label_en": "Level"}
    new = NewField(**(known | {"type": "number", "options": ()} | given))
    return defining.save_field(actor, field_id=field_id, version=version, new=new)


def test_a_field_is_made_changed_and_recorded(acme, bo):
    made = make(bo)
    assert (made.key, made.version) == ("level", 1)
    assert make(bo, field_id=made.id) == made
    changed = make(bo, field_id=made.id, version=1, label_en="Player level")
    assert (changed.label_en, changed.version) == ("Player level", 2)
    with pytest.raises(FieldChanged):
        make(bo, field_id=made.id, version=1, label_en="Stale")
    lines = identity.list_audit(object_kind="field", object_id=made.id)
    assert [one.action for one in lines] == ["field.changed", "field.created"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"key": "1x"}, "key"),
        ({"label_ko": " ", "label_en": ""}, "label_ko"),
        ({"label_en": "x" * 81}, "label_en"),
        ({"type": "gold"}, "type"),
        ({"subject": "brand"}, "type"),
        ({"type": "choice"}, "options"),
        ({"type": "choice", "options": ("x" * 81,)}, "options"),
        ({"type": "choices", "options": tuple(str(n) for n in range(201))}, "options"),
    ],
)
def test_what_does_not_fit(acme, bo, given, field):
    with pytest.raises(Invalid) as refused:
        make(bo, **given)
    assert refused.value.facts["field"] == field
    assert not FieldDefinition.objects.exists()


def test_names_are_one_field_s_and_types_stay(acme, bo):
    made = make(bo)
    with pytest.raises(FieldKeyTaken):
        make(bo)
    make(bo, subject="customer")  # about something else it is free
    with pytest.raises(Invalid):
        make(bo, field_id=made.id, version=1, type="text")


def test_archived_fields_are_asked_no_more_and_keep_what_they_have(acme, bo):
    made, thing = make(bo), uuid4()
    fields.write(Subject.TICKET, thing, {made.id: ["7"]})
    for _ in range(2):
        defining.set_archived(bo, field_id=made.id, archived=True)
    assert fields.list_fields(Subject.TICKET) == []
    assert [one.values for one in fields.list_kept(Subject.TICKET, thing)] == [("7",)]
    assert fields.list_kept(Subject.TICKET, uuid4()) == []
    with pytest.raises(Invalid):
        fields.write(Subject.TICKET, thing, {made.id: ["8"]})
    defining.set_archived(bo, field_id=made.id, archived=False)
    fields.write(Subject.TICKET, thing, {made.id: ["8"]})


def test_fields_change_places(acme, bo):
    first, second, third = (make(bo, key=key) for key in ("a", "b", "c"))
    defining.move(bo, field_id=third.id, up=True)
    defining.move(bo, field_id=first.id, up=True)  # it is the first already
    assert [one.key for one in fields.list_fields(Subject.TICKET)] == ["a", "c", "b"]
    defining.move(bo, field_id=first.id, up=False)
    assert [one.key for one in fields.list_fields(Subject.TICKET)] == ["c", "a", "b"]
    assert second.key == "b"


def test_values_are_kept_told_and_put_back(acme, bo):
    level = make(bo)
    kinds = make(bo, key="kinds", type="choices", options=("a", "b"))
    day = make(bo, key="day", type="date")
    thing = uuid4()
    given = {level.id: ["1,200"], kinds.id: ["a", "b"], day.id: ["2026-01-31"]}
    first = fields.write(Subject.TICKET, thing, given)
    assert first[1] == {level.id: ["1200"], kinds.id: ["a", "b"], day.id: ["2026-01-31"]}
    assert fields.write(Subject.TICKET, thing, given) == ({}, {})
    row = FieldValue.objects.get(field_id=level.id)
    assert (row.number, row.day) == (1200, None)
    before, after = fields.write(Subject.TICKET, thing, {kinds.id: ["b"], level.id: []})
    assert fields.put_back(Subject.TICKET, thing, before=before, after=after)
    kept = {one.field.key: one.values for one in fields.list_kept(Subject.TICKET, thing)}
    assert kept == {"level": ("1200",), "kinds": ("a", "b"), "day": ("2026-01-31",)}
    assert not fields.put_back(Subject.TICKET, thing, before=before, after=after)
    assert fields.values_of([thing, uuid4()])[thing][kinds.id] == ["a", "b"]
    assert fields.values_of([]) == {}


def test_a_wrong_value_writes_nothing(acme, bo):
    level, name = make(bo), make(bo, key="name", type="text")
    thing = uuid4()
    with pytest.raises(Invalid) as refused:
        fields.write(Subject.TICKET, thing, {name.id: ["Cy"], level.id: ["many"]})
    assert refused.value.facts["field"] == "level"
    with pytest.raises(Invalid):
        fields.write(Subject.TICKET, thing, {uuid4(): ["x"]})
    assert not FieldValue.objects.exists()


def test_an_option_that_was_taken_out_may_stay(acme, bo):
    kind = make(bo, key="kind", type="choice", options=("old", "new"))
    thing = uuid4()
    fields.write(Subject.TICKET, thing, {kind.id: ["old"]})
    make(bo, field_id=kind.id, version=1, key="kind", type="choice", options=("new",))
    assert fields.write(Subject.TICKET, thing, {kind.id: ["old"]}) == ({}, {})
    with pytest.raises(Invalid):
        fields.write(Subject.TICKET, uuid4(), {kind.id: ["old"]})


def test_states_tell_changes(acme, bo):
    level, thing = make(bo), uuid4()
    empty = fields.state_of(fields.list_kept(Subject.TICKET, thing))
    fields.write(Subject.TICKET, thing, {level.id: ["1"]})
    one = fields.state_of(fields.list_kept(Subject.TICKET, thing))
    fields.write(Subject.TICKET, thing, {level.id: []})
    assert fields.state_of(fields.list_kept(Subject.TICKET, thing)) == empty != one


def test_who_may_and_other_tenants(cast, bo):
    with tenant_scope(cast.acme.id):
        made = make(bo)
        ada = actor_of(cast.acme, cast.ada)
        for act in (
            lambda: make(ada, key="other"),
            lambda: defining.set_archived(ada, field_id=made.id, archived=True),
            lambda: defining.move(ada, field_id=made.id, up=True),
        ):
            with pytest.raises(Forbidden):
                act()
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id):
        assert fields.list_fields(Subject.TICKET) == []
        with pytest.raises(NotFound):
            defining.set_archived(dee, field_id=made.id, archived=True)
        with pytest.raises(Invalid):
            fields.write(Subject.TICKET, uuid4(), {made.id: ["1"]})
