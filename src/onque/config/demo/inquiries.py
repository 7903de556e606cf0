"""What the customers of the demo workspaces can write about by the form."""

from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.portal.public import FormField, Kind, TypeChange, add_type

_ORDER = FormField(
    "order",
    Kind.LINE,
    {"ko": "주문 번호", "en": "Order number"},
    {"ko": "영수증 메일에 있어요.", "en": "On the receipt your store sent by e-mail."},
    is_required=True,
)
_REASON = FormField(
    "reason",
    Kind.CHOICE,
    {"ko": "어떤 문제인가요?", "en": "What went wrong?"},
    is_required=True,
    choices=("미지급 · Not received", "중복 결제 · Charged twice", "환불 · Refund"),
)
_DATE = FormField("paid_on", Kind.DATE, {"ko": "결제한 날", "en": "Day of payment"})
_DEVICE = FormField("device", Kind.LINE, {"ko": "기기", "en": "Device"})
_TYPES = (
    TypeChange({"ko": "결제와 환불", "en": "Payment and refund"}, {}, (_REASON, _ORDER, _DATE)),
    TypeChange({"ko": "계정", "en": "Account"}, {}, (), position=1),
    TypeChange({"ko": "오류 신고", "en": "Technical issue"}, {}, (_DEVICE,), position=2),
    TypeChange({"ko": "그 밖의 문의", "en": "Something else"}, {}, (), position=3),
)


def offer_inquiries(system: Actor, brand_id: UUID) -> None:
    """Offer the same few types for a brand."""
    for change in _TYPES:
        add_type(system, brand_id=brand_id, change=change)
