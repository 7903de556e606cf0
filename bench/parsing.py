"""What reading a mail costs: mails a second over a stated mix, large mails and bombs.

Each large case runs in a process of its own, so that its peak of memory is its own.
"""

import base64
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from onque.modules.mail.rules.parsing import parse_mail

MAILS = 2_000
SEED = 20260601
P50_LIMIT_MS = 3.0
SECONDS_LIMIT = 30.0
MEMORY_FACTOR = 8
MEMORY_BASE_MB = 512
MEGABYTE = 1024 * 1024
KOREAN = "안녕하세요. 주문하신 상품의 배송이 늦어져 죄송합니다. 환불을 원하시면 회신해 주세요. "
ENGLISH = (
    "Thank you for your order. The parcel is late; tell us if you would rather have a refund. "
)


def main(arguments: list[str]) -> int:
    """Measure and print; return 1 when a limit does not hold."""
    if arguments:
        return _child(Path(arguments[0]))
    broken = _mix()
    print(f"\n  {'case':34} {'size MB':>8} {'seconds':>8} {'peak MB':>8}  what became of it")
    for name, written in CASES.items():
        broken += _case(name, written())
    return 1 if broken else 0


def mixture(rng: random.Random) -> bytes:
    """One mail of the mix: median 8 kB; half Korean, half English; a tenth with a file."""
    size = int(min(rng.lognormvariate(9.0, 0.6), 60_000))
    words = KOREAN if rng.random() < 0.5 else ENGLISH
    text = (words * (size // len(words.encode()) // 3 + 1)).replace(". ", ".\r\n")
    quoted = "".join(f"> {line}\r\n" for line in text.split("\r\n")[: 4 + size // 2_000])
    said = "2024년 5월 8일 (수) 오후 2:00, 지원팀 <s@acme.test>님이 작성:"
    plain = f"{text}\r\n\r\n{said}\r\n\r\n{quoted}"
    html = "<div>" + plain.replace("\r\n", "<br>\r\n") + "</div>"
    parts = [_part("text/plain; charset=utf-8", plain), _part("text/html; charset=utf-8", html)]
    body = _multipart("alternative", parts, "alt")
    if rng.random() < 0.1:
        file = _part("application/pdf; name=a.pdf", rng.randbytes(60_000))
        body = _multipart("mixed", [body, file], "mix")
    name, subject = (base64.b64encode(item.encode()).decode() for item in ("홍길동", words[:30]))
    head = (
        "Received: by mx.acme.test; Wed, 8 May 2024 05:00:00 +0000\r\n"
        f"From: =?utf-8?B?{name}?= <c{rng.randrange(10**6)}@example.com>\r\n"
        f"To: support@acme.test\r\nSubject: =?utf-8?B?{subject}?=\r\n"
        f"Message-ID: <{rng.randrange(10**12)}@example.com>\r\n"
        "References: <a@acme.test> <b@acme.test>\r\n"
        "Date: Wed, 8 May 2024 14:00:00 +0900\r\nMIME-Version: 1.0\r\n"
    )
    return head.encode() + body


def _part(kind: str, content: str | bytes) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(raw).replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: list[bytes], boundary: str) -> bytes:
    mark = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(mark + b"\r\n" + item + b"\r\n" for item in parts) + mark + b"--\r\n"


def _mix() -> int:
    rng = random.Random(SEED)
    mails = [mixture(rng) for _index in range(MAILS)]
    sizes = sorted(map(len, mails))
    for raw in mails[:100]:
        parse_mail(raw)
    times = []
    for raw in mails:
        start = time.process_time()
        parse_mail(raw)
        times.append(time.process_time() - start)
    ordered = sorted(times)
    p50, p99 = (ordered[int(len(times) * share)] * 1_000 for share in (0.5, 0.99))
    print(f"  {MAILS:,} mails, median {sizes[MAILS // 2]:,} bytes, a tenth with a file of 60 kB")
    rate = MAILS / sum(times)
    print(f"  {rate:,.0f} a second of processor time; p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    holds = p50 <= P50_LIMIT_MS
    print(f"  {'holds ' if holds else 'BROKEN'}  p50 <= {P50_LIMIT_MS} ms: {p50:.2f}")
    return 0 if holds else 1


HEAD = b"From: a@b.c\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
PAGE = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
LINE = (KOREAN + ENGLISH + "\r\n").encode()
LINES = 50 * MEGABYTE // len(LINE)


def _files() -> bytes:
    parts = [_part(f"application/pdf; name={n}.pdf", bytes(3_600_000)) for n in range(10)]
    return HEAD + _multipart("mixed", [_part("text/plain", "x"), *parts], "m")


def _nested() -> bytes:
    level = b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n"
    return HEAD + b"".join(level % (n, n) for n in range(5_000))


CASES: dict[str, Callable[[], bytes]] = {
    "50 MB, ten files": _files,
    "50 MB, one text": lambda: TEXT + LINE * LINES,
    "50 MB, one line of text": lambda: TEXT + b"x" * 50 * MEGABYTE,
    "50 MB, one page of HTML": lambda: PAGE + b"<p>" + LINE * LINES,
    "1 MB of nested elements": lambda: PAGE + b"<div><b>" * 125_000,
    "500,000 parts": lambda: MIXED + b"--b\r\n\r\nx\r\n" * 500_000,
    "5,000 multiparts in each other": _nested,
    "5,000 messages in each other": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    "a header of 50 MB": lambda: HEAD + b"X-Long: " + b"y" * 50 * MEGABYTE + b"\r\n\r\nx",
    "1,000,000 fields": lambda: HEAD + b"X-Field: y\r\n" * 1_000_000 + b"\r\nx",
    "2,000,000 recipients": lambda: HEAD + b"To: " + b"a@example.com, " * 2_000_000 + b"\r\n\r\n",
    "400,000 encoded words": lambda: b"Subject: " + b"=?utf-8?B?7ZmY67aI?= " * 400_000,
    "5,000,000 boundaries": lambda: MIXED + b"--b\r\n" * 5_000_000,
    "1,000,000 quoted lines": lambda: TEXT + b"> " * 250_000 + b"\r\n" + b"> x\r\n" * 1_000_000,
    "1,500,000 uuencode beginnings": lambda: TEXT + b"begin 644 a\r\n" * 1_500_000 + b"end\r\n",
    "20 MB of blanks": lambda: TEXT + b" \t" * 10 * MEGABYTE + b"x",
}


def _case(name: str, raw: bytes) -> int:
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(raw)
        file.flush()
        run = subprocess.run(
            [sys.executable, "-m", "bench.parsing", file.name],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if run.returncode:
        print(f"  BROKEN  {name}: the process ended with {run.returncode}")
        return 1
    seconds, peak, what = run.stdout.strip().split("\t")
    size = len(raw) / MEGABYTE
    print(f"  {name:34} {size:8.1f} {float(seconds):8.2f} {float(peak):8.0f}  {what}")
    bad = float(seconds) > SECONDS_LIMIT or float(peak) > MEMORY_BASE_MB + MEMORY_FACTOR * size
    if bad:
        print("  BROKEN  its time or its memory is beyond the limits of the worker")
    return int(bad)


def _child(path: Path) -> int:
    raw = path.read_bytes()
    start = time.process_time()
    mail = parse_mail(raw)
    seconds = time.process_time() - start
    high_water = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    peak = int(high_water[1]) / 1024 if high_water else 0.0
    fate = "quarantine" if mail.is_bomb else "read"
    what = f"{fate}: {len(mail.attachments)} files, {len(mail.text):,} letters of text"
    print(f"{seconds:.3f}\t{peak:.0f}\t{what} {' '.join(mail.excess)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
