"""Reading a mail's text from the wire: its end, its transparency, its limit."""

import asyncio

import pytest

from onque.modules.mail.services.smtp_text import read_text

NEXT = b"QUIT\r\n"


def read(
    wire: bytes, *, limit: int = 10_000, held: int = 64, step: int = 1
) -> tuple[object, bytes]:
    """Return what is read of a stream that comes in steps, and what stays behind for the next."""

    async def run() -> tuple[object, bytes]:
        stream = asyncio.StreamReader(limit=held)

        async def feed() -> None:
            for start in range(0, len(wire), step):
                stream.feed_data(wire[start : start + step])
                await asyncio.sleep(0)

        async with asyncio.timeout(30):
            feeding = asyncio.create_task(feed())
            text = await read_text(stream, limit=limit)
            await feeding
            stream.feed_eof()
            return text, await stream.read()

    return asyncio.run(run())


TEXTS = {
    "nothing": (b".\r\n", b""),
    "one empty line": (b"\r\n.\r\n", b"\r\n"),
    "empty lines": (b"\r\n\r\n\r\n.\r\n", b"\r\n\r\n\r\n"),
    "one letter": (b"a\r\n.\r\n", b"a\r\n"),
    "two letters": (b"ab\r\n.\r\n", b"ab\r\n"),
    "a line after an empty one": (b"\r\na\r\n.\r\n", b"\r\na\r\n"),
    "a dot that was doubled": (b"..\r\n.\r\n", b".\r\n"),
    "a first line with a dot": (b"..a\r\nb\r\n.\r\n", b".a\r\nb\r\n"),
    "lines of dots": (b"x\r\n..\r\n...\r\n..y\r\n.\r\n", b"x\r\n.\r\n..\r\n.y\r\n"),
    "a bare line feed ends nothing": (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),
    "half an end": (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n"),
    "carriage returns": (b"\r\r\n.\r\n", b"\r\r\n"),
    "longer than is held": (b"z" * 500 + b"\r\n.\r\n", b"z" * 500 + b"\r\n"),
    "many lines": (b"line\r\n" * 200 + b".\r\n", b"line\r\n" * 200),
    "every byte": (bytes(range(256)) + b"\r\n.\r\n", bytes(range(256)) + b"\r\n"),
}


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 64, 100_000])
@pytest.mark.parametrize("case", TEXTS)
def test_the_text_and_nothing_behind_it(case: str, step: int) -> None:
    wire, text = TEXTS[case]
    assert read(wire + NEXT, step=step) == (text, NEXT)


@pytest.mark.parametrize("step", [1, 1000])
def test_too_much_is_read_to_its_end_and_not_kept(step: int) -> None:
    assert read(b"y" * 2_000 + b"\r\n.\r\n" + NEXT, limit=2_001, step=step) == (None, NEXT)
    kept = b"y" * 2_000 + b"\r\n"
    assert read(kept + b".\r\n" + NEXT, limit=2_002, step=step) == (kept, NEXT)


def test_a_peer_that_goes_is_no_mail() -> None:
    async def run() -> None:
        stream = asyncio.StreamReader()
        stream.feed_data(b"Subject: half\r\n\r\nof it")
        stream.feed_eof()
        await read_text(stream, limit=1_000)

    with pytest.raises(asyncio.IncompleteReadError):
        asyncio.run(run())
