"""Text to lexemes and words to conditions: what must be found, and what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onque.kernel.search import terms
from onque.kernel.search.query import Operator, parse

KEYS = {"status", "from", "tag", "created"}


def found(text: str, *words: str, phrases: list[str] | None = None) -> bool:
    """What the database does: every lexeme is there, then every pattern."""
    body = terms.normalise(text)
    wanted = terms.conditions(list(words), phrases)
    have = terms.lexemes(body)
    for one in wanted.wanted:
        lexeme = one.removesuffix(":*")
        begun = [other for other in have if other.startswith(lexeme)]
        if not (begun if one.endswith(":*") else lexeme in begun):
            return False
    return all(_plain(pattern[1:-1]) in body for pattern in wanted.patterns)


def _plain(pattern: str) -> str:
    return pattern.replace("\\%", "%").replace("\\_", "_").replace("\\\\", "\\")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("환불", "환불을 해주세요"),
        ("환불", "어제 환불해주세요라고 썼는데요"),
        ("환불을", "환불 부탁드려요"),
        ("환불해주세요", "환불이 안 돼요"),
        ("결제가", "결제는 됐는데 아이템이 없어요"),
        ("톡", "톡으로 문의했어요"),
        ("환", "환불 문의"),
        ("テスト", "これはテストです"),
        ("退款", "我想申请退款"),
        ("refund", "Refunds take 3 days"),
        ("REF", "refund"),
        ("20260103-77", "주문번호는 20260103-77 입니다."),
        ("kim@example.com", "from Kim@Example.com today"),
        ("iPhone15프로", "기종은 iphone15프로 256GB"),
        ("o'neill", "Dear O'Neill,"),
        ("100%", "배터리 100% 충전"),
        ("한글", "한글"),  # composed in the query, decomposed in the text
    ],
)
def test_is_found(word: str, text: str):
    assert found(text, word)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("환불", "교환을 했고 불만이 있어요"),
        ("환불금", "환불 요금 불금"),  # both bigrams, not the word
        ("fund", "refund"),
        ("1%", "100 percent"),
        ("a_c", "abc"),
    ],
)
def test_is_not_found(word: str, text: str):
    assert not found(text, word)


def test_a_phrase_is_taken_to_the_letter():
    assert found("결제 내역을 보내 주세요", phrases=["내역을 보내"])
    assert not found("내역 좀 보내 주세요", phrases=["내역을 보내"])


def test_the_kinds_stand_apart_and_quotes_are_doubled():
    assert terms.conditions(["환불", "ref"]).tsquery("message") == "'m환불' & 'mref':*"
    assert terms.Terms(("o'n",), ()).tsquery("ticket") == "'to''n'"


def test_words_of_nothing_search_for_nothing():
    assert not terms.conditions(["...", "!!"])
    assert not terms.conditions([])


@given(st.text(max_size=60), st.integers(0, 59), st.integers(1, 12))
def test_every_piece_of_a_text_finds_it(text: str, start: int, length: int):
    body = terms.normalise(text)
    piece = body[start : start + length].strip()
    at = body.find(piece)
    begins_a_word = at == 0 or not body[at - 1].isalnum() or bool(terms._IS_CJK.match(piece))
    ends_a_word = at + len(piece) == len(body) or not body[at + len(piece)].isalnum()
    if begins_a_word and ends_a_word:
        assert found(text, phrases=[piece])


def test_the_box_is_read_into_its_parts():
    query = parse(
        'status:open from:kim tag:환불 created>2026-01-01 "정확한 말" 환불 -tag:x', keys=KEYS
    )
    assert query.words == ["환불"]
    assert query.phrases == ["정확한 말"]
    assert query.operators == [
        Operator("status", ":", "open"),
        Operator("from", ":", "kim"),
        Operator("tag", ":", "환불"),
        Operator("created", ">", "2026-01-01"),
        Operator("tag", ":", "x", excluded=True),
    ]
    assert query.number is None


def test_what_is_no_operator_is_a_word():
    query = parse("https://example.com 12:30 foo:bar", keys=KEYS)
    assert query.words == ["https://example.com", "12:30", "foo:bar"]
    assert not query.operators


@pytest.mark.parametrize(("text", "number"), [("#123", 123), ("123", 123), ("123 456", None)])
def test_a_number_is_a_tickets(text: str, number: int | None):
    assert parse(text, keys=KEYS).number == number


@given(st.text(max_size=600))
def test_anything_can_be_typed(text: str):
    query = parse(text, keys=KEYS)
    terms.conditions(query.words, query.phrases)
