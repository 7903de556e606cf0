"""Setting up what customers can write about."""

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.tests.visiting import browser, path
from onque.modules.identity import public as identity
from onque.modules.portal.models import InquiryType

pytestmark = pytest.mark.usefixtures("committed_cast")


@pytest.fixture
def brand_id(committed_cast):
    with tenant_scope(committed_cast.acme.id):
        return identity.default_brand().id


def types(cast) -> list[InquiryType]:
    with tenant_scope(cast.acme.id):
        return list(InquiryType.objects.order_by("id"))


NEW = {
    "name_ko": "결제",
    "name_en": "Payment",
    "template_en": "Order:\nWhat happened:",
    "is_open": "1",
    "rows": "0",
    "label_0_en": "What did you buy?",
    "kind_0": "choice",
    "choices_0": "Coins\nPass\n\nCoins",
    "required_0": "1",
    "order_0": "10",
    "label_1_en": "How many?",
    "kind_1": "number",
    "when_key_1": "what_did_you_buy",
    "when_value_1": "Coins",
    "order_1": "20",
}


def test_a_type_is_added_changed_and_closed(committed_cast, brand_id):
    client = browser("bo@acme.test")
    answer = client.post(path(f"inquiries/add/{brand_id}/"), NEW)
    assert answer.status_code == 302
    (row,) = types(committed_cast)
    assert row.names == {"ko": "결제", "en": "Payment"}
    assert [one["key"] for one in row.fields] == ["what_did_you_buy", "how_many"]
    assert row.fields[0]["choices"] == ["Coins", "Pass"]
    assert row.fields[1]["when_key"] == "what_did_you_buy"
    page = client.get(answer["Location"]).content.decode()
    assert "What did you buy?" in page
    change = {
        **{name: value for name, value in NEW.items() if name != "is_open"},
        "rows": "2",
        "key_0": "what_did_you_buy",
        "key_1": "how_many",
        "label_1_en": "How many coins?",
        "delete_0": "1",
        "when_key_1": "",
    }
    assert client.post(answer["Location"], change).status_code == 302
    (row,) = types(committed_cast)
    assert not row.is_open
    assert [(one["key"], one["labels"]["en"]) for one in row.fields] == [
        ("how_many", "How many coins?")
    ]
    listed = client.get(path("inquiries/")).content.decode()
    assert "Closed" in listed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name_ko": "", "name_en": ""}, "Give it a name"),
        ({"choices_0": ""}, "List the answers"),
        ({"order_1": "5"}, "stands before"),
        ({"name_en": "x" * 101}, "Shorten the name"),
    ],
)
def test_what_cannot_be_asked_is_said_and_kept(committed_cast, brand_id, change, said):
    client = browser("bo@acme.test")
    answer = client.post(path(f"inquiries/add/{brand_id}/"), {**NEW, **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "What did you buy?" in page
    assert types(committed_cast) == []


def test_an_agent_may_not(committed_cast, brand_id):
    client = browser("ada@acme.test")
    assert client.get(path("inquiries/")).status_code == 403
    assert client.get(path(f"inquiries/add/{brand_id}/")).status_code == 403
    assert client.post(path(f"inquiries/add/{brand_id}/"), NEW).status_code == 403
    assert types(committed_cast) == []


def test_another_workspaces_brand_is_not_found(committed_cast):
    with tenant_scope(committed_cast.globex.id):
        foreign = identity.default_brand().id
    client = browser("bo@acme.test")
    assert client.post(path(f"inquiries/add/{foreign}/"), NEW).status_code == 404
    assert types(committed_cast) == []
