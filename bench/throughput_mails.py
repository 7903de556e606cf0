"""The mix of the throughput run: mails of a stated, deterministic make-up.

Median 8 kB of body, a tenth with a file, half Korean and half English, 15 % answers to tickets that
are known by then. The same seed is the same bytes, but for the dates.
"""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from bench.words import ANSWERS, BODIES, NAMES, SUBJECTS

MEDIAN_BYTES = 8_000
SPREAD = 0.8
LONGEST_BYTES = 200_000
FILES_IN_TEN = 1
ANSWERS_IN_HUNDRED = 15
CUSTOMERS = 2_500
_EPOCH = 1_790_000_000
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Mail:
    """One mail as it is sent; `known` says that it answers one of the first mails."""

    message_id: str
    sender: str
    raw: bytes
    known: bool = False


def first_mails(count: int, seed: int) -> list[Mail]:
    """Return the mails that open the tickets which later ones answer."""
    chance = random.Random(f"first {seed}")
    return [_write(chance, f"first.{seed}.{number}", number, None) for number in range(count)]


def mails(count: int, seed: int, first: list[Mail]) -> Iterator[Mail]:
    """Yield the mails that are measured."""
    chance = random.Random(f"mails {seed}")
    for number in range(count):
        answered = chance.choice(first) if chance.randrange(100) < ANSWERS_IN_HUNDRED else None
        customer = chance.randrange(len(first), CUSTOMERS)
        yield _write(chance, f"mail.{seed}.{number}", customer, answered)


def _write(chance: random.Random, name: str, customer: int, answered: Mail | None) -> Mail:
    korean = chance.random() < 0.5
    mail = EmailMessage()
    sender = answered.sender if answered else f"customer{customer}@kunden.example"
    message_id = f"{name}@kunden.example"
    mail["From"] = f"{NAMES[customer % len(NAMES)]} <{sender}>"
    mail["To"] = "help@throughput.example"
    subject = SUBJECTS[chance.randrange(5) + (0 if korean else 5)]
    mail["Subject"] = f"Re: {subject}" if answered else subject
    mail["Date"] = formatdate(_EPOCH + customer)
    mail["Message-ID"] = f"<{message_id}>"
    if answered:
        mail["In-Reply-To"] = f"<{answered.message_id}>"
        mail["References"] = f"<{answered.message_id}>"
    size = min(int(chance.lognormvariate(0, SPREAD) * MEDIAN_BYTES), LONGEST_BYTES)
    _body(mail, chance, korean=korean, size=size, answered=answered is not None)
    if chance.randrange(10) < FILES_IN_TEN:
        _file(mail, chance)
    return Mail(message_id, sender, mail.as_bytes(policy=SMTP), answered is not None)


def _body(
    mail: EmailMessage, chance: random.Random, *, korean: bool, size: int, answered: bool
) -> None:
    """Plain text alone for three in ten, else text and HTML; one Korean mail in five is EUC-KR."""
    charset = "euc-kr" if korean and chance.randrange(5) == 0 else "utf-8"
    plain = chance.randrange(10) < 3
    room = size if plain else size // 3
    lines: list[str] = []
    length = 0
    while length < room:
        line = chance.choice(BODIES[:2] if korean else BODIES[2:])
        lines.append(line)
        length += len(line) * (3 if korean else 1)
    text = "\n\n".join(lines) or "?"
    quoted = "\n".join(f"> {line}" for line in ANSWERS)
    if answered:
        said = "님이 작성:" if korean else "wrote:"
        text += (
            f"\n\nOn Mon, May 6, 2024 at 2:07 PM Shop <help@throughput.example> {said}\n{quoted}"
        )
    mail.set_content(text + "\n", charset=charset, cte="base64" if korean else "quoted-printable")
    if not plain:
        shown = "".join(f'<p style="margin:0;color:#222">{line}</p>\n' for line in lines)
        html = f'<html><body><div dir="ltr" style="font-family:Arial">{shown}</div></body></html>'
        mail.add_alternative(html, subtype="html", charset=charset)


def _file(mail: EmailMessage, chance: random.Random) -> None:
    """Attach a file of 4 to 200 kB, a picture or a document, under a Korean or English name."""
    content = chance.randbytes(chance.randrange(4_000, 200_000))
    if chance.randrange(2):
        mail.add_attachment(_PNG + content, maintype="image", subtype="png", filename="화면.png")
    else:
        mail.add_attachment(
            b"%PDF-1.7\n" + base64.b64encode(content),
            maintype="application",
            subtype="pdf",
            filename="receipt.pdf",
        )
