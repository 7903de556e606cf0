"""Words for made-up tickets in two languages; deterministic by index."""

SUBJECTS = (
    "결제는 됐는데 아이템이 안 들어왔어요",
    "기기를 바꾼 뒤 계정 연동이 풀렸습니다",
    "환불해 주세요",
    "길드전 보상이 우편함에 없어요",
    "배송이 사흘째 움직이지 않습니다",
    "Cannot log in after the update",
    "Refund for an accidental purchase",
    "Order arrived with a broken lid",
    "Sound stops in the third act",
    "Please delete my account",
)
BODIES = (
    "안녕하세요. 어제 저녁에 결제했는데 아직 반영되지 않았어요. 확인 부탁드립니다.",
    "영수증을 첨부합니다. 두 번 결제된 것 같기도 하고요. 오늘 안에 꼭 확인해 주세요.",
    "I reinstalled it twice and still see the same screen. My phone is a Pixel 8.",
    "My daughter tapped it twice. The order numbers are in the receipt I attached.",
)
ANSWERS = (
    "불편을 드려 죄송합니다. 결제 내역을 확인하고 바로 알려 드리겠습니다.",
    "Thank you for writing. We have looked into it and sent the missing items.",
)
NAMES = (
    "강하준",
    "윤서아",
    "배도윤",
    "한지민",
    "문가온",
    "Marcus Webb",
    "Priya Nair",
    "Lena Hoffmann",
)
TAGS = ("결제", "환불", "계정", "버그", "보상", "배송", "login", "refund", "update", "vip")

RARE, COMMON = "리콜대상", "적립금이"
"""Words of one message in a thousand and of one in twenty."""


def body(i: int, k: int) -> str:
    """Return what the k-th message of the i-th ticket says."""
    number = i * 3 + k
    words = ANSWERS[i % len(ANSWERS)] if k == 1 else BODIES[(i + k) % len(BODIES)]
    if number % 1000 == 7:
        words += f" {RARE}인지 알려 주세요."
    if number % 20 == 3:
        words += f" {COMMON} 안 보여요."
    return words
