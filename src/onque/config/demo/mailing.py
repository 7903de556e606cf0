"""Sends a sample mail to the listener, the way a customer's mail server does."""

import smtplib
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from onque.config import env
from onque.config.demo.people import HANBIT

SENDER = "강하준 <hajun.kang@mail.example>"
SUBJECT = "결제했는데 아이템이 안 들어왔어요"
TEXT = (
    "안녕하세요. 조금 전에 33,000원 결제했는데 별조각이 안 들어왔습니다.\n"
    "주문번호는 48213-771 입니다. 확인 부탁드려요.\n\n강하준 드림\n"
)


def send(*, to: str, sender: str, subject: str, text: str) -> str:
    """Hand one mail over and say what the listener answered. Raises smtplib.SMTPException."""
    mail = EmailMessage()
    mail["From"] = sender or SENDER
    mail["To"] = to or HANBIT.brands[1].address
    mail["Subject"] = subject or SUBJECT
    mail["Date"] = formatdate(time.time())
    mail["Message-ID"] = make_msgid(domain="mail.example")
    mail.set_content(text or TEXT)
    host, port = env.text("ONQUE_LMTP_HOST", "127.0.0.1"), env.number("ONQUE_LMTP_PORT", 8424)
    speaks = smtplib.LMTP if env.text("ONQUE_LISTENER", "lmtp") == "lmtp" else smtplib.SMTP
    with speaks(host, port) as peer:
        peer.send_message(mail)
    return f"Sent to {mail['To']}: {mail['Subject']}"
