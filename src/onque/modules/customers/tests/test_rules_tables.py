"""Tables of customers as people have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onque.kernel.spreadsheets import line
from onque.modules.customers.rules import tables

KOREAN = (
    '이름,이메일,등급,메모\r\n김치국,kim@shop.test,VIP,"두 줄\n메모"\r\n이,lee@shop.test,일반,\r\n'
)


@pytest.mark.parametrize(
    "content",
    [
        KOREAN.encode(),
        KOREAN.encode("utf-8-sig"),
        KOREAN.encode("cp949"),
        KOREAN.encode("utf-16"),
        KOREAN.replace(",", ";").encode(),
        KOREAN.replace(",", "\t").encode("cp949"),
    ],
    ids=["utf8", "bom", "cp949", "utf16", "semicolon", "tab"],
)
def test_a_table_is_read_whatever_wrote_it(content):
    form = tables.read_form(content)
    assert (form.header, form.rows) == (("이름", "이메일", "등급", "메모"), 2)
    mapping = tables.guess_mapping(form.header)
    assert mapping == ["name", "email", "rating", "note"]
    first, second = (
        tables.values_of(row, mapping)
        for row in tables.rows(content, form.encoding, form.delimiter)
    )
    assert first == {
        "name": "김치국",
        "email": "kim@shop.test",
        "rating": "vip",
        "note": "두 줄\n메모",
    }
    assert (second["rating"], second["note"]) == ("general", "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"name,email\n", "empty"),
        (b"\x81\x00\xff\xfe\xfd", "charset"),
        (",".join(["a"] * 61).encode() + b"\nx\n", "columns"),
        (b'a,b\n"' + b"x" * 200_001 + b'",y\n', "cell"),
    ],
)
def test_what_is_no_table(content, reason):
    with pytest.raises(tables.UnreadableTable) as refused:
        tables.read_form(content)
    assert refused.value.reason == reason


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    assert tables.read_form(b"a\n1\n2\n3\n").rows == 3
    with pytest.raises(tables.UnreadableTable):
        tables.read_form(b"a\n1\n2\n3\n4\n")


def test_headings_are_known_in_both_languages_and_each_field_once():
    header = ["User ID", "E-mail", "닉네임", "Name", "고객 등급", "Whatever", "언어"]
    expected = ["external", "email", "name", "", "rating", "", "locale"]
    assert tables.guess_mapping(header) == expected


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"email": "a@b.test"}, None),
        ({"external": "U-7"}, None),
        ({"name": "Cy"}, ("email", "nothing_to_know_by")),
        ({"email": "nonsense"}, ("email", "not_an_address")),
        ({"email": "a@b.test", "rating": "gold"}, ("rating", "unknown")),
        ({"email": "a@b.test", "name": "x" * 201}, ("name", "too_long")),
        ({"external": "x" * 201}, ("external", "too_long")),
        ({"email": "a@b.test", "locale": "Klingon language"}, ("locale", "unknown")),
    ],
)
def test_what_makes_no_customer(values, fault):
    assert tables.fault_of(values) == fault


@given(
    st.lists(
        st.lists(st.text(max_size=20), min_size=2, max_size=2).filter(
            lambda row: any(cell.strip() for cell in row)
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_we_write_reads_back(written):
    def cell(text: str) -> str:
        return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")

    wanted = [[cell(one) for one in row] for row in written]
    wanted = [row for row in wanted if any(one.strip() for one in row)]
    if not wanted:
        return
    text = "name,email\r\n" + "".join(line(row) for row in wanted)
    content = text.encode("utf-8", "ignore")
    form = tables.read_form(content)
    found = [list(row) for row in tables.rows(content, form.encoding, form.delimiter)]
    assert len(found) == len(wanted)
