"""A brand's page is real, in two languages, and says nothing of anybody else's."""

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity


@pytest.fixture
def shop(cast):
    with tenant_scope(cast.acme.id):
        identity.create_brand(
            name="Lumen Saga",
            slug="lumen",
            locale="en",
            color="#4B3BB5",
            support_address="help@lumen.test",
        )
    return "/portal/acme/lumen/"


def test_the_page_names_the_brand_and_its_address(client, shop):
    page = client.get(shop)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Lumen Saga" in text
    assert 'href="mailto:help@lumen.test"' in text
    assert "/portal/brand/4b3bb5.css" in text
    assert "style=" not in text
    assert page["Content-Language"] == "en"


def test_the_page_changes_language(client, shop):
    text = client.get(f"{shop}?lang=ko").content.decode()
    assert '<html lang="ko"' in text
    assert "무엇을 도와드릴까요?" in text
    assert client.get(f"{shop}?lang=xx")["Content-Language"] == "en"


def test_a_brand_without_an_address_offers_none(client, cast, shop):
    with tenant_scope(cast.acme.id):
        identity.create_brand(name="Quiet", slug="quiet", locale="en")
    text = client.get("/portal/acme/quiet/").content.decode()
    assert "mailto:" not in text
    assert "Quiet" in text


@pytest.mark.parametrize(
    "path",
    ["/portal/acme/nothing/", "/portal/nobody/lumen/", "/portal/globex/lumen/", "/portal/acme/"],
)
def test_unknown_names_are_not_found(client, shop, path):
    assert shop
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Lumen" not in answer.content.decode()


def test_it_cannot_be_posted_to(client, shop):
    assert client.post(shop).status_code == 405
