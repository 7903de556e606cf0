"""Reading a table of customers as people have them: CSV of any charset, delimiter and heading."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from onque.modules.customers import rules
from onque.modules.customers.contracts import Rating

FIELDS = ("name", "email", "external", "rating", "locale", "note")
"""What a column can be."""
MOST_COLUMNS = 60
MOST_ROWS = 200_000
CELL_LENGTH = 10_000
_CHARSETS = ("utf-8", "cp949")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",;\t|"
_HEADINGS = {
    "name": "name|fullname|customer|customername|nickname|이름|성명|고객|고객명|닉네임|별명",
    "email": "email|emailaddress|mail|이메일|이메일주소|메일|메일주소",
    "external": "id|userid|externalid|customerid|memberid|아이디|회원번호|고객번호|회원id",
    "rating": "rating|grade|tier|level|vip|등급|고객등급",
    "locale": "language|locale|lang|언어",
    "note": "note|memo|comment|비고|메모|참고",
}
_KNOWN = {word: field for field, words in _HEADINGS.items() for word in words.split("|")}
_RATINGS = {
    "": "",
    "일반": Rating.GENERAL,
    "normal": Rating.GENERAL,
    "레드": Rating.RED,
    "빨강": Rating.RED,
    "주의": Rating.RED,
    **{one.value: one for one in Rating},
}
_LOCALES = {
    "한국어": "ko",
    "korean": "ko",
    "kr": "ko",
    "영어": "en",
    "english": "en",
    "일본어": "ja",
    "japanese": "ja",
    "중국어": "zh",
    "chinese": "zh",
}


class UnreadableTable(ValueError):
    """No table of customers: `reason` is empty, charset, columns, rows or cell."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """A table's form: how its bytes are read, and its first row."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int


def read_form(content: bytes) -> Table:
    """Return how a file is read and how many rows it has. Raises `UnreadableTable`."""
    encoding = _encoding_of(content)
    text = content.decode(encoding)
    delimiter = _delimiter_of(text)
    found = rows(content, encoding, delimiter, with_header=True)
    header = next(found, ())
    if not any(header):
        raise UnreadableTable("empty")
    if len(header) > MOST_COLUMNS:
        raise UnreadableTable("columns")
    count = sum(1 for _ in islice(found, MOST_ROWS + 1))
    if count > MOST_ROWS:
        raise UnreadableTable("rows")
    if not count:
        raise UnreadableTable("empty")
    return Table(encoding, delimiter, tuple(cell.strip()[:200] for cell in header), count)


def rows(
    content: bytes, encoding: str, delimiter: str, *, with_header: bool = False
) -> Iterator[tuple[str, ...]]:
    """Return the rows of a file of a known form, without empty ones. Raises `UnreadableTable`."""
    text = io.StringIO(content.decode(encoding).replace("\0", ""), newline="")
    csv.field_size_limit(max(csv.field_size_limit(), 10 * CELL_LENGTH))
    reader = csv.reader(text, delimiter=delimiter)
    try:
        filled = (tuple(row) for row in reader if any(cell.strip() for cell in row))
        yield from filled if with_header else islice(filled, 1, None)
    except csv.Error:
        raise UnreadableTable("cell") from None


def guess_mapping(header: Sequence[str]) -> list[str]:
    """Return the field of each column by its heading, "" where none is known; each field once."""
    taken: set[str] = set()
    found = []
    for heading in header:
        field = _KNOWN.get(
            re.sub(r"[\s_\-./()]+", "", unicodedata.normalize("NFC", heading)).lower()
        )
        found.append("" if field is None or field in taken else field)
        taken.add(found[-1])
    return found


def values_of(row: Sequence[str], mapping: Sequence[str]) -> dict[str, str]:
    """Return what a row says of a customer, normalised; fields without a column are not there."""
    raw = {field: cell for cell, field in zip(row, mapping, strict=False) if field}
    found = {field: unicodedata.normalize("NFC", cell).strip() for field, cell in raw.items()}
    if "email" in found:
        found["email"] = rules.normal_email(found["email"])
    if "rating" in found:
        plain = found["rating"].lower()
        found["rating"] = _RATINGS.get(plain, plain)
    if "locale" in found:
        plain = found["locale"].lower()
        found["locale"] = _LOCALES.get(plain, plain)
    return found


def fault_of(values: dict[str, str]) -> tuple[str, str] | None:
    """Return field and reason of the first thing that makes no customer of a row; else None."""
    if not values.get("email") and not values.get("external"):
        return "email", "nothing_to_know_by"
    known = {"name": "", "email": "", "locale": "", "note": ""} | values
    known["rating"] = values.get("rating") or Rating.GENERAL
    if len(values.get("external", "")) > rules.NAME_LENGTH:
        return "external", "too_long"
    return rules.fault_of(known)


def _encoding_of(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _checked(content, [encoding])
    return _checked(content, _CHARSETS)


def _checked(content: bytes, encodings: Iterable[str]) -> str:
    for encoding in encodings:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableTable("charset")


def _delimiter_of(text: str) -> str:
    """Return what parts the cells of the first line: what stands there most, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text[:10_000]).lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=first.count)
