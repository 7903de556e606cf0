"""Tables that people open in a spreadsheet: CSV that Excel reads right and that runs nothing.

Source: RFC 4180; OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Iterable

BOM = "\ufeff"
"""Excel takes a file without it for the machine's own charset, and Korean for garbage."""
CONTENT_TYPE = "text/csv; charset=utf-8"
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[object]) -> str:
    """Return one record with its line end; what a spreadsheet would run stands as text."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([_cell(one) for one in cells])
    return written.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
