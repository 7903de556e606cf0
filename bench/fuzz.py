"""200,000 hostile mails from a fixed seed: changed samples and made-up structures.

Each must be read without an exception, in bounded time, into the right types, with nothing lost.
Arguments: number of cases, then a seed; `case N` runs one again and prints what is wrong.
"""

import base64
import binascii
import multiprocessing
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

from onque.modules.mail.rules import transfer
from onque.modules.mail.rules.parsed import ParsedMail
from onque.modules.mail.rules.parsing import facts_of, parse_mail

CASES = 200_000
SEED = 20260601
PROCESSES = 2
SECONDS_LIMIT = 5.0
SHOWN = 20
SAMPLES = Path(__file__).parent.parent / "src/onque/modules/mail/tests/samples"
TOKEN = re.compile(r"tok\d{6}")
KINDS = ("mixed", "alternative", "related", "report", "signed", "digest", "parallel", "odd")
CHARSETS = ("utf-8", "euc-kr", "iso-2022-jp", "x-unknown", "us-ascii", "gb2312", "", '"utf-8')
ENCODINGS = ("7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "binary", "odd", "")
LEAVES = (
    "text/plain",
    "text/html",
    "text/calendar",
    "text/csv",
    "text/enriched",
    "text/markdown",
    "text/x-amp-html",
    "text",
    "image/png",
    "application/pdf",
    "application/octet-stream",
    "application/ms-tnef",
    "application/pkcs7-mime",
    "message/delivery-status",
    "message/partial",
)
FIELDS = (
    b"Subject",
    b"From",
    b"To",
    b"References",
    b"Content-Type",
    b"Content-Disposition",
    b"Content-Transfer-Encoding",
    b"Date",
    b"Message-ID",
)


def main(arguments: list[str]) -> int:
    """Run the cases; return 1 when one is wrong."""
    if arguments[:1] == ["case"]:
        seed = int(arguments[2]) if len(arguments) > 2 else SEED
        print(check(seed, int(arguments[1])) or "nothing is wrong")
        return 0
    count = int(arguments[0]) if arguments else CASES
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    start = time.perf_counter()
    wrong: list[tuple[int, str]] = []
    slowest = (0.0, 0)
    with multiprocessing.Pool(PROCESSES) as pool:
        work = ((seed, number) for number in range(count))
        for number, seconds, words in pool.imap_unordered(_one, work, chunksize=250):
            slowest = max(slowest, (seconds, number))
            if words:
                wrong.append((number, words))
                if len(wrong) <= SHOWN:
                    print(f"  case {number}: {words}", flush=True)
    took = time.perf_counter() - start
    print(f"  {count:,} cases, seed {seed}, {took:.0f} s; slowest {slowest[0]:.2f} s: {slowest[1]}")
    print(f"  {'BROKEN' if wrong else 'holds '}  wrong: {len(wrong)}")
    return 1 if wrong else 0


def _one(case: tuple[int, int]) -> tuple[int, float, str]:
    start = time.process_time()
    words = check(*case)
    seconds = time.process_time() - start
    if not words and seconds > SECONDS_LIMIT:
        words = f"took {seconds:.1f} s"
    return case[1], seconds, words


def check(seed: int, number: int) -> str:
    """What is wrong with one case, or nothing."""
    raw, tokens = make(seed, number)
    try:
        mail = parse_mail(raw)
        facts = facts_of(mail)
    except Exception as error:  # noqa: BLE001  this is what is looked for
        return f"raises {type(error).__name__}: {error}"
    return _wrong_types(facts) or _wrong_values(mail) or _lost(mail, tokens)


def make(seed: int, number: int) -> tuple[bytes, set[str]]:
    """The bytes of a case, and the words that must not get lost."""
    rng = random.Random(f"{seed}:{number}")
    if rng.random() < 0.5:
        return _changed(rng), set()
    writer = _Writer(rng, reuse=rng.random() < 0.3)
    raw = _head(rng) + writer.structure(depth=0)
    return raw, set() if writer.reuse else writer.tokens


_RAW: list[bytes] = []


def _samples() -> list[bytes]:
    if not _RAW:
        _RAW.extend(path.read_bytes() for path in sorted(SAMPLES.glob("*.eml")))
    return _RAW


def _changed(rng: random.Random) -> bytes:
    raw = bytearray(rng.choice(_samples()))
    for _change in range(rng.randint(1, 15)):
        at = rng.randrange(len(raw) + 1)
        match rng.randrange(8):
            case 0:
                raw[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del raw[at : at + rng.randint(1, 200)]
            case 2:
                raw[at:at] = rng.randbytes(rng.randint(1, 20))
            case 3:
                other = rng.choice(_samples())
                start = rng.randrange(len(other))
                raw[at:at] = other[start : start + rng.randint(1, 500)]
            case 4:
                raw[at:at] = raw[at : at + rng.randint(1, 30)] * rng.randint(2, 200)
            case 5:
                raw = raw.replace(*rng.choice(_SWAPS))
            case 6:
                raw[at:at] = rng.choice(_SPICE)
            case _:
                line = raw.rfind(b"\n", 0, at) + 1
                raw[line:line] = rng.choice(FIELDS) + b": " + rng.choice(_SPICE) + b"\r\n"
    return bytes(raw)


_SWAPS = (
    (b"\r\n", b"\n"),
    (b"\r\n", b"\r"),
    (b"\n", b"\r\r\n"),
    (b": ", b":"),
    (b"--", b"-"),
    (b";", b""),
    (b'"', b""),
    (b"=", b"=3D"),
    (b"utf-8", b"utf-7"),
    (b"base64", b"quoted-printable"),
    (b"multipart", b"message"),
)
_SPICE = (
    b"=?utf-8?B?",
    b"=?x?Q?a=ZZ?=",
    b"\x00\x00",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1b$B",
    b"\x1b$)C\x0e!!",
    b"\xed\xa0\x80",
    b"<![CDATA[",
    b"<!--",
    b"</",
    b"&#xD800;",
    b"begin 644 x\n",
    b"\r\n\r\n",
    b"--",
    b"multipart/mixed; boundary=x",
    b"message/rfc822",
    b"boundary=",
    b"filename*0*=utf-8''%",
    b'filename="a\\"',
    b"<<<>>>,;:@@",
    b"(((((",
    b'"' * 9,
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d",
    b"> " * 40,
    b"+AGEA-",
    b"99999999999999999999",
)


def _head(rng: random.Random) -> bytes:
    lines = [
        b"From: a@example.com",
        b"To: b@example.com",
        b"Subject: " + rng.choice(_SPICE),
        b"MIME-Version: 1.0",
    ]
    return b"".join(line.replace(b"\n", b"") + b"\r\n" for line in lines[: rng.randint(1, 4)])


class _Writer:
    """Writes one made-up mail; `reuse` uses boundaries again inside themselves."""

    def __init__(self, rng: random.Random, *, reuse: bool) -> None:
        self.rng = rng
        self.reuse = reuse
        self.tokens: set[str] = set()
        self._boundaries = iter(rng.sample(range(1_000), 1_000))

    def structure(self, *, depth: int) -> bytes:
        """A multipart, an enclosed message or a leaf."""
        chance = self.rng.random()
        if depth < 6 and chance < (0.7 if depth < 2 else 0.35):
            return self._multipart(depth=depth)
        if depth and chance > 0.9:
            return self._enclosed()
        return self._leaf()

    def _multipart(self, *, depth: int) -> bytes:
        rng = self.rng
        mark = str(next(self._boundaries))
        boundary = (
            rng.choice(("b", f"b{depth}")) if self.reuse else rng.choice(("b", "=_?x")) + mark
        )
        label = f'"{boundary}"' if rng.random() < 0.6 else boundary
        end = rng.choice((b"\r\n", b"\r\n", b"\n"))
        head = f"Content-Type: multipart/{rng.choice(KINDS)}; boundary={label}".encode() + end * 2
        parts = b""
        for _index in range(rng.randint(1, 4)):
            parts += f"--{boundary}".encode() + rng.choice((b"", b" ", b"")) + end
            parts += self.structure(depth=depth + 1) + end
        closing = f"--{boundary}--".encode() + end
        return head + parts + (closing if rng.random() < 0.8 else b"")

    def _enclosed(self) -> bytes:
        inner = _head(self.rng) + self._leaf()
        if self.rng.random() < 0.4:
            tail = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
            return b"Content-Type: message/rfc822\r\n" + tail
        return b"Content-Type: message/rfc822\r\n\r\n" + inner

    def _leaf(self) -> bytes:
        rng = self.rng
        token = f"tok{rng.randrange(10**6):06d}"
        self.tokens.add(token)
        charset, encoding = rng.choice(CHARSETS), rng.choice(ENCODINGS)
        words = rng.choice(("hello", "안녕하세요", "<p>x</p>", "こんにちは", "&amp;", ""))
        lines = [
            f"Content-Type: {rng.choice(LEAVES)}" + (f"; charset={charset}" if charset else "")
        ]
        if rng.random() < 0.3:
            said = rng.choice(("attachment", "inline", "odd"))
            lines.append(f"Content-Disposition: {said}; filename=f")
        if rng.random() < 0.2:
            lines.append("Content-ID: <c@x>")
        if encoding:
            lines.append(f"Content-Transfer-Encoding: {encoding}")
        body = _bytes(f"{words} {token}\r\nmore", charset)
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + _encoded(encoding, body)


def _bytes(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset.strip('"') or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return text.encode()


def _encoded(encoding: str, body: bytes) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(body)
    if encoding == "quoted-printable":
        return binascii.b2a_qp(body)
    if encoding == "x-uuencode":
        return (
            b"begin 644 f\n" + binascii.b2a_uu(body[:45]) + b"`\nend\n" if len(body) < 46 else body
        )
    return body


def _wrong_types(facts: object) -> str:
    if not isinstance(facts, dict) or len(facts) != 16:
        return "the facts are not sixteen"
    for key, value in facts.items():
        if key.startswith(("is_", "suppress")):
            good = isinstance(value, bool)
        elif key == "attachments":
            good = all(
                isinstance(n, str) and isinstance(m, str) and isinstance(s, int)
                for n, m, s in value
            )
        elif isinstance(value, list):
            good = all(isinstance(item, str) for item in value)
        else:
            good = isinstance(value, str)
        if not good:
            return f"{key} has a wrong type"
    return ""


def _wrong_values(mail: ParsedMail) -> str:
    words = [mail.subject, mail.text, mail.html, mail.reply, mail.quoted, mail.message_id]
    words += [item.name for item in mail.attachments]
    words += [field for item in (*mail.to, *mail.cc) for field in (item.name, item.address)]
    for text in words:
        try:
            text.encode()
        except UnicodeEncodeError:
            return "halves of letters in a text"
        if "\x00" in text:
            return "a zero byte in a text"
    if any("we do not know" in note for note in mail.notes):
        return next(note for note in mail.notes if "we do not know" in note)
    if any("/" in item.name or not item.name for item in mail.attachments):
        return "a file with a path or without a name"
    both = Counter(line.strip() for line in f"{mail.reply}\n{mail.quoted}".split("\n"))
    whole = Counter(line.strip() for line in mail.text.split("\n"))
    if {**both, "": 0} != {**whole, "": 0}:
        return "reply and quotation together are not the text"
    return ""


def _lost(mail: ParsedMail, tokens: set[str]) -> str:
    if mail.excess:
        return ""
    found = _tokens_in(mail.text.encode()) | _tokens_in(mail.html.encode())
    for item in mail.attachments:
        found |= _tokens_in(item.content)
    missing = tokens - found
    return f"lost: {', '.join(sorted(missing))}" if missing else ""


def _tokens_in(content: bytes) -> set[str]:
    content = content.replace(b"\r", b"")
    found = set(TOKEN.findall(content.decode("latin-1")))
    for line in re.findall(rb"(?:[A-Za-z0-9+/=]{8,}\n?)+", content):
        inner = transfer.undo(line, "base64", kind="application/x", declared=True)
        found |= set(TOKEN.findall(inner.decode("latin-1")))
    for _name, inner in transfer.uu_files(content, limit=99)[0]:
        found |= set(TOKEN.findall(inner.decode("latin-1")))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
