"""CSV lines: read back as they were, and no formula among them."""

import csv
import io

import pytest

from onque.kernel.spreadsheets import line


def test_a_line_reads_back():
    cells = ["plain", 'a "quote"', "two\nlines", "a,b", "환불", None, 7]
    ((read),) = list(csv.reader(io.StringIO(line(cells))))
    assert read == ["plain", 'a "quote"', "two\nlines", "a,b", "환불", "", "7"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_text(start):
    ((read),) = list(csv.reader(io.StringIO(line([f"{start}1+1"]), newline="")))
    assert read == [f"'{start}1+1"]
