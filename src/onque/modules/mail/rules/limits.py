"""How much of one mail is read; what goes beyond is kept as a file and said in a note.

The figures are far above what people send and far below what would hold up a worker.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MAX_PARTS: Final = 2_000
MAX_DEPTH: Final = 60
"""Multiparts inside each other."""
MAX_HEADER_BYTES: Final = 1_000_000
MAX_FIELDS: Final = 4_000
MAX_FIELD_BYTES: Final = 262_144
MAX_TEXT_BYTES: Final = 1_000_000
"""Of one text part; the whole part is kept as a file as well."""
MAX_HTML_BYTES: Final = 2_000_000
MAX_HTML_READ: Final = 1_000_000
"""Letters of HTML whose words are read; longer HTML is kept whole up to the limit above."""
MAX_TEXT_LETTERS: Final = 2_000_000
"""Of all texts of a mail together."""


class Excess(StrEnum):
    """Which limit a mail goes beyond."""

    PARTS = "parts"
    DEPTH = "depth"
    HEADER = "header"
    TEXT = "text"
    MEMORY = "memory"


BOMBS: Final = frozenset({Excess.PARTS, Excess.DEPTH, Excess.HEADER, Excess.MEMORY})
"""No honest program writes these: such mail is set aside. Long texts are merely shortened."""
