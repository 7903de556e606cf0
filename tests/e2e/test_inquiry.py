"""The inquiry form in a real browser: on a phone without script, with script, and its set-up."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from tests.browsing import CHROMIUM, chromium, require
from tests.e2e.test_screens import NARROW, choose, desk, no_findings, serving, visit

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of
from onque.modules.portal.models import Inquiry
from onque.modules.portal.rules.forms import FormField, Kind
from onque.modules.portal.services import inquiry_types
from onque.modules.portal.services.inquiry_types import TypeChange

__all__ = ["desk"]
pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ONQUE_SHOTS", "")
PATH = "/portal/acme/acme/write"
ITEM = FormField(
    "item",
    Kind.CHOICE,
    {"ko": "무엇을 사셨나요?", "en": "What did you buy?"},
    is_required=True,
    choices=("루미나", "시즌 패스"),
)
ORDER = FormField(
    "order",
    Kind.LINE,
    {"ko": "주문 번호", "en": "Order number"},
    {"ko": "영수증에 있어요."},
    is_required=True,
    when_key="item",
    when_value="루미나",
)
CONSENT = FormField(
    "consent", Kind.CONSENT, {"ko": "개인정보 수집에 동의합니다", "en": "I agree"}, is_required=True
)


def shoot(page: Page, name: str) -> None:
    """Keep a picture where the environment names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def offered(committed_cast):
    """Two types, one of which asks questions."""
    require(CHROMIUM.exists(), "Chromium")
    cache.clear()
    bo = actor_of(committed_cast.acme, committed_cast.bo)
    with tenant_scope(committed_cast.acme.id):
        brand_id = identity.default_brand().id
        for change in (
            TypeChange({"ko": "결제", "en": "Payment"}, {}, (ITEM, ORDER, CONSENT)),
            TypeChange({"ko": "계정", "en": "Account"}, {"ko": "계정 이름:"}, (), position=1),
        ):
            inquiry_types.add_type(bo, brand_id=brand_id, change=change)
    return committed_cast


def kept(cast) -> list[Inquiry]:
    with tenant_scope(cast.acme.id):
        return list(Inquiry.objects.all())


def test_on_a_phone_without_script(offered):
    with serving() as url, chromium() as browser:
        context = browser.new_context(
            base_url=url, viewport=NARROW, java_script_enabled=False, locale="ko-KR"
        )
        with context:
            page = context.new_page()
            page.goto(f"{PATH}?lang=ko")
            page.get_by_text("결제", exact=True).click()
            page.get_by_role("button", name="질문 보기").click()
            page.get_by_label("제목").fill("결제했는데 안 와요")
            page.get_by_label("무슨 일이 있었나요?").fill("오늘 결제했어요.")
            page.get_by_role("button", name="문의 보내기").click()
            expect(page.get_by_role("alert")).to_contain_text("다시 확인")
            expect(page.get_by_label("제목")).to_have_value("결제했는데 안 와요")
            shoot(page, "inquiry-390-errors")
            page.get_by_label("무엇을 사셨나요?").select_option("루미나")
            page.get_by_label("주문 번호").fill("GPA.1234")
            page.get_by_label("개인정보 수집에 동의합니다").check()
            page.get_by_label("이메일 주소").fill("cy@customer.test")
            page.wait_for_timeout(3100)  # nobody fills a form in faster
            page.get_by_role("button", name="문의 보내기").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("문의가 접수되었어요")
    (row,) = kept(offered)
    assert [one["value"] for one in row.answers][:2] == ["루미나", "GPA.1234"]
    assert not row.is_suspect


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_with_script_questions_appear_as_needed(offered, scheme, width):
    with serving() as url, chromium() as browser:
        context = browser.new_context(
            base_url=url, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(10_000)
        troubles: list[str] = []
        with context:
            page = context.new_page()
            page.on("console", lambda line: troubles.append(line.text))
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.goto(f"{PATH}?lang=en")
            no_findings(page)
            page.get_by_text("Payment", exact=True).click()
            expect(page.get_by_label("Order number")).to_be_hidden()
            page.get_by_label("What did you buy?").select_option("루미나")
            expect(page.get_by_label("Order number")).to_be_visible()
            page.get_by_label("Subject").fill("Nothing came")
            expect(page.get_by_text("Your draft is kept on this device.")).to_be_visible()
            no_findings(page)
            shoot(page, f"inquiry-{scheme}-{width}")
            page.reload()
            expect(page.get_by_label("Subject")).to_have_value("Nothing came")
            page.get_by_role("button", name="Send request").click()
            expect(page.get_by_role("alert")).to_be_focused()
            no_findings(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [text for text in troubles if "Content Security" in text or "Error" in text] == []


def test_the_set_up_has_no_findings(desk, offered):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/inquiries/")
        no_findings(page)
        shoot(page, "inquiry-types")
        page.get_by_role("link", name="결제").or_(page.get_by_role("link", name="Payment")).click()
        page.wait_for_url(lambda url: not url.endswith("/inquiries/"))
        no_findings(page)
        shoot(page, "inquiry-type")
        choose(page, theme="dark")
        no_findings(page)
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        shoot(page, "inquiry-type-390")
