"""The text of a mail as it comes over SMTP or LMTP, read in large pieces.

aiosmtpd reads it line by line, which for a mail of 50 MB takes seconds in which no other session
is served. Source: RFC 5321, 4.1.1.4 (the end of the text) and 4.5.2 (its transparency).
"""

import asyncio
from collections.abc import AsyncIterator

_DOT = b".\r\n"
_END = b"\r\n" + _DOT
_BEGUN = tuple(_END[:length] for length in range(1, len(_END)))


async def read_text(stream: asyncio.StreamReader, *, limit: int) -> bytes | None:
    """Read up to the lone dot and return the text as it was written, lines ending in CRLF.

    None for one of more than `limit` bytes: it is read to its end, and none of it kept. Nothing of
    the commands behind the dot is taken. Raises `IncompleteReadError` when the peer goes.
    """
    pieces: list[bytes] = []
    size = 0
    async for piece in _pieces(stream):
        size += len(piece)
        if size > limit + len(_DOT):
            pieces.clear()
        else:
            pieces.append(piece)
    if size > limit + len(_DOT):
        return None
    text = b"".join(pieces).removesuffix(_DOT).replace(b"\r\n.", b"\r\n")
    return text.removeprefix(b".")


async def _pieces(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Give the text with its end in pieces, each no longer than the stream holds at once."""
    head = await stream.readexactly(len(_DOT))
    while head != _DOT and not head.endswith(_END) and head.endswith(_BEGUN):
        head += await stream.readexactly(1)
    yield head
    if head == _DOT or head.endswith(_END):
        return
    while True:
        try:
            piece = await stream.readuntil(_END)
        except asyncio.LimitOverrunError as error:
            yield await stream.readexactly(error.consumed)
        else:
            yield piece
            return
