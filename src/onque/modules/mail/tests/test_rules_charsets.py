"""Character sets: names as mailers write them, wrong ones, none at all; short and long texts."""

import base64

import pytest

from onque.modules.mail.rules import charsets
from onque.modules.mail.rules.parsing import parse

KOREAN = "환불해 주세요. 주문번호는 1234 입니다."
JAPANESE = "注文をキャンセルしてください。よろしくお願いします。"
CHINESE = "请帮我退款，谢谢您的帮助。"

LABELS = {
    "cp949": [
        "ks_c_5601-1987",
        "KS_C_5601-1989",
        "ksc5601",
        "EUC-KR",
        '"euc-kr"',
        "uhc",
        "x-windows-949",
        "ms949",
        "euc-kr; format=flowed",
        "'euc-kr'",
        "korean",
    ],
    "gb18030": ["gb2312", "GBK", "gb_2312-80", "x-gbk", "cp936", "gb18030"],
    "big5hkscs": ["big5", "big5-hkscs", "x-x-big5", "cn-big5"],
    "cp932": ["shift_jis", "Shift-JIS", "x-sjis", "windows-31j", "ms932"],
    "euc_jp": ["euc-jp", "x-euc-jp"],
    "iso2022_jp": ["iso-2022-jp", "iso-2022-jp-1", "iso-2022-jp-2", "ISO-2022-JP-3", "cp50221"],
    "cp1251": ["windows-1251", "win-1251", "cp-1251"],
    "koi8_r": ["koi8-r", "KOI8-R", "koi8"],
    "utf-7": ["utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7"],
    "utf-8": ["utf8", "UTF-8", "unicode-1-1-utf-8", "utf8mb4", "utf-8;", "cp65001", "uft-8"],
    "cp850": ["cp850", "cp-850", "cp_850", "ibm-850", "dos-850"],
    "iso8859_8": ["iso-8859-8-i", "iso-8859-8", "logical"],
    "cp1252": ["iso-8859-1", "latin1", "windows-1252", "ANSI_X3.4-1968"],
}
TEXTS = {
    "cp949": KOREAN,
    "gb18030": CHINESE,
    "big5hkscs": "請幫我退款，謝謝您。",
    "cp932": JAPANESE,
    "euc_jp": JAPANESE,
    "iso2022_jp": JAPANESE,
    "cp1251": "Здравствуйте, верните деньги.",
    "koi8_r": "Здравствуйте, верните деньги.",
    "utf-7": KOREAN,
    "utf-8": KOREAN,
    "cp850": "Grüße aus Köln",
    "iso8859_8": "שלום לכולם",
    "cp1252": "Café “déjà vu” – 5 €",
}


@pytest.mark.parametrize(
    "text", ["안녕하세요\u3164", "\u3164환불해 주세요", "닉네임은 \u3164\u3164 이에요"]
)
def test_a_blank_name_of_fillers_leaves_the_mail_readable(text: str) -> None:
    raw = b"From: a@b.c\r\n\r\n" + text.encode("cp949")
    assert parse(raw)["text"].strip() == text.strip()


@pytest.mark.parametrize(
    ("codec", "label"), [(codec, label) for codec, labels in LABELS.items() for label in labels]
)
def test_labels(codec: str, label: str) -> None:
    raw = TEXTS[codec].encode(codec)
    assert charsets.decode(raw, label) == (TEXTS[codec], "")


@pytest.mark.parametrize(
    "label", ["", "x-unknown", "default", "unknown-8bit", "us-ascii", "_autodetect", "%charset%"]
)
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (KOREAN, "cp949"),
        ("환불", "cp949"),
        ("문의드립니다", "cp949"),
        ("안녕하세요 ㅋㅋㅋ ㅠㅠ", "cp949"),
        ("[공지] 배송 지연 안내", "cp949"),
        ("뷁", "cp949"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        ("こんにちは", "cp932"),
        ("お問い合わせ", "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        ("안녕하세요", "iso2022_kr"),
        (CHINESE, "gb18030"),
        ("关于订单的问题", "gb18030"),
        ("請幫我退款，謝謝您的協助。", "big5"),
        ("Здравствуйте", "cp1251"),
        ("Добрый день, когда будет доставка заказа?", "koi8_r"),
        ("Ingo Lütkebohle", "cp1252"),
        ("Réponse à votre demande d'échange", "cp1252"),
        ("Müller & Söhne", "cp1252"),
        ("ÉTÉ À L'ÎLE", "cp1252"),
        ("Größe: 10 m², 5 °C", "cp1252"),
        ("Żółć gęślą jaźń, proszę o zwrot", "cp1250"),
        ("Şimdiden teşekkürler, iyi günler.", "cp1254"),
        ("Καλημέρα σας, θα ήθελα να επιστρέψω το προϊόν", "cp1253"),
        ("שלום, אני רוצה להחזיר את המוצר", "cp1255"),
        ("مرحبا، أريد استرجاع المنتج", "cp1256"),
        ("สวัสดีครับ ต้องการคืนสินค้า", "cp874"),
        ("Привет", "cp1251"),
        ("Привет", "koi8_r"),
        ("ﾃｽﾄ ﾒｰﾙ です", "cp932"),
        ("御見積書", "cp932"),
        ("訂單編號123，請退款", "big5"),
        ("쿠팡 톡딜", "cp949"),
        ("칫솔", "cp949"),
        ("[무료배송] ★특가★ 5월 8일까지! (주)온큐 - VIP고객님", "cp949"),
        (KOREAN, "utf-8"),
        ("hello there", "utf-16"),
        ("hello there, world", "utf-16-le"),
        ("hello there, world", "utf-16-be"),
    ],
)
def test_unlabelled_bytes_are_read_by_their_looks(text: str, codec: str, label: str) -> None:
    found, note = charsets.decode(text.encode(codec), label)
    assert found.lstrip("\ufeff") == text
    assert note or codec == "utf-8"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (KOREAN, "utf-8", "euc-kr"),
        (KOREAN, "utf-8", "iso-8859-1"),
        (KOREAN, "utf-8", "us-ascii"),
        (KOREAN, "cp949", "utf-8"),
        (KOREAN, "cp949", "us-ascii"),
        ("Grüße aus Köln", "utf-8", "iso-8859-1"),
        ("Grüße aus Köln", "utf-8", "windows-1252"),
        ("Grüße aus Köln", "cp1252", "utf-8"),
        ("café", "cp1252", "utf-8"),
        (JAPANESE, "cp932", "iso-2022-jp"),
        (JAPANESE, "utf-8", "iso-2022-jp"),
        (JAPANESE, "utf-8", "shift_jis"),
        (CHINESE, "utf-8", "gb2312"),
        ("株式会社①②㈱ テスト", "cp932", "shift_jis"),
    ],
)
def test_a_label_that_is_wrong(text: str, codec: str, label: str) -> None:
    found, _note = charsets.decode(text.encode(codec), label)
    assert found == text


def test_true_labels_are_believed() -> None:
    for word in ("차트", "배송", "반품", "주소", "취소", "회원", "카드", "환불", "교환"):
        assert charsets.decode(word.encode("cp949"), "euc-kr") == (word, "")
        assert charsets.decode(word.encode(), "utf-8") == (word, "")
    assert charsets.decode("联通".encode("gb18030"), "gb2312") == ("联通", "")


def test_japanese_mail_with_signs_of_windows() -> None:
    raw = b'\x1b$B-!-"-j\x1b(B abc \x1b$B$3$s\x1b(B'
    assert charsets.decode(raw, "iso-2022-jp")[0] == "①②㈱ abc こん"


def test_utf16_without_a_mark() -> None:
    assert charsets.decode("hello".encode("utf-16-le"), "utf-16")[0] == "hello"
    assert charsets.decode("hello".encode("utf-16-be"), "utf-16")[0] == "hello"


def test_no_byte_is_replaced_silently() -> None:
    cut = ("한글 " * 40).encode()[:-2]
    text, note = charsets.decode(cut, "utf-8")
    assert "\ufffd" not in text
    assert text.startswith("한글 한글")
    assert note
    text, _note = charsets.decode(b"ok \xff ok" + b" and more words" * 40, "utf-8")
    assert "\\xff" in text


@pytest.mark.parametrize("codec", ["cp949", "utf-8", "cp932"])
def test_an_undeclared_subject_is_read_as_the_body_is_labelled(codec: str) -> None:
    word = {"cp949": "가", "utf-8": "é", "cp932": "注文の件"}[codec]
    raw = (
        b"From: a@b.c\r\nSubject: "
        + word.encode(codec)
        + f"\r\nContent-Type: text/plain; charset={codec}\r\n\r\n".encode()
        + word.encode(codec)
    )
    facts = parse(raw)
    assert (facts["subject"], facts["text"]) == (word, word)


def test_html_names_its_own_set() -> None:
    page = "<html><head><meta http-equiv=Content-Type content='text/html; charset=euc-kr'></head>"
    body = (page + f"<body><p>{KOREAN}</p></body></html>").encode("cp949")
    raw = b"From: a@b.c\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert parse(raw + base64.encodebytes(body))["text"] == KOREAN
