"""What mail providers post, written from their documentation; no text of theirs."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c3d.pem"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:onque-mail"
BOUNDARY = "----8c7f0b"


def mailgun_proof(key: str, token: str = "") -> dict[str, str]:
    """Source: Mailgun documentation, "Securing webhooks"."""
    token, moment = token or uuid4().hex, "1778000000"
    sign = hmac.digest(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hex()
    return {"timestamp": moment, "token": token, "signature": sign}


def mailgun_report(key: str, message_id: str, **more: Any) -> bytes:
    """Source: Mailgun documentation, "Event structure"."""
    data = {
        "event": "failed",
        "severity": "permanent",
        "timestamp": 1778000000.5,
        "recipient": "cy@customer.example",
        "message": {"headers": {"message-id": message_id}},
        "reason": "bounce",
        "delivery-status": {"code": 550, "message": "5.1.1 No such user", "description": ""},
        **more,
    }
    return json.dumps({"signature": mailgun_proof(key), "event-data": data}).encode()


def multipart(fields: dict[str, bytes | str]) -> tuple[bytes, str]:
    """A form as curl posts it, with its content type."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + (value if isinstance(value, bytes) else value.encode())
        + b"\r\n"
        for name, value in fields.items()
    ]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def postmark_mail(raw: bytes | None, recipient: str, **more: Any) -> bytes:
    """Source: Postmark documentation, "Inbound webhook"."""
    said: dict[str, Any] = {
        "FromFull": {"Email": "cy@customer.example", "Name": "Cy", "MailboxHash": ""},
        "ToFull": [{"Email": recipient, "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": recipient,
        "Subject": "환불 문의",
        "MessageID": str(uuid4()),
        "Date": "Mon, 4 May 2026 10:00:00 +0900",
        "TextBody": "결제가 두 번 됐어요.",
        "HtmlBody": "",
        "Headers": [{"Name": "Return-Path", "Value": "<cy@customer.example>"}],
        "Attachments": [
            {
                "Name": "영수증.txt",
                "Content": base64.b64encode("두 번".encode()).decode(),
                "ContentType": "text/plain",
                "ContentLength": 7,
            }
        ],
        **more,
    }
    if raw is not None:
        said["RawEmail"] = raw.decode("utf-8", "surrogateescape")
    return json.dumps(said).encode()


def sparkpost_mail(raw: bytes, recipient: str) -> bytes:
    """Source: SparkPost documentation, "Relay webhooks"."""
    content = {
        "email_rfc822": base64.b64encode(raw).decode(),
        "email_rfc822_is_base64": True,
        "subject": "",
        "to": [recipient],
    }
    relay = {
        "content": content,
        "msg_from": "cy@customer.example",
        "rcpt_to": recipient,
        "protocol": "smtp",
        "webhook_id": "1",
    }
    return json.dumps([{"msys": {"relay_message": relay}}, {"msys": {}}]).encode()


def mailjet_mail(recipient: str) -> bytes:
    """Source: Mailjet documentation, "Parse API"."""
    return json.dumps(
        {
            "Sender": "cy@customer.example",
            "Recipient": recipient,
            "Date": "20260504T010000",
            "From": "Cy <cy@customer.example>",
            "Subject": "환불 문의",
            "Headers": {
                "From": "Cy <cy@customer.example>",
                "To": recipient,
                "Subject": "환불 문의",
                "Message-ID": "<parse-1@customer.example>",
            },
            "Parts": [],
            "Text-part": "결제가 두 번 됐어요.",
            "Html-part": "",
            "SpamAssassinScore": "0.1",
        }
    ).encode()


@lru_cache(maxsize=1)
def amazon() -> tuple[rsa.RSAPrivateKey, bytes]:
    """A signing key, and its certificate as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM)


def sns(message: str, *, version: str = "2", **more: str) -> bytes:
    """Source: Amazon SNS Developer Guide, "Parsing message formats"."""
    said = {
        "Type": "Notification",
        "MessageId": str(uuid4()),
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": "2026-05-04T01:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
        **more,
    }
    notice = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    ask = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    names = notice if said["Type"] == "Notification" else ask
    text = "".join(f"{name}\n{said[name]}\n" for name in names if name in said).encode()
    digest = hashes.SHA256() if version == "2" else hashes.SHA1()
    said["Signature"] = base64.b64encode(
        amazon()[0].sign(text, padding.PKCS1v15(), digest)
    ).decode()
    return json.dumps(said).encode()


def ses_mail(raw: bytes, *recipients: str, encoding: str = "BASE64", action: str = "SNS") -> str:
    """Source: Amazon SES Developer Guide, "Contents of notifications for receiving"."""
    content = base64.b64encode(raw).decode() if encoding == "BASE64" else raw.decode()
    return json.dumps(
        {
            "notificationType": "Received",
            "mail": {"source": "cy@customer.example", "messageId": "ses-1", "destination": []},
            "receipt": {
                "recipients": list(recipients),
                "action": {"type": action, "encoding": encoding, "bucketName": "b"},
            },
            "content": content,
        }
    )


def ses_bounce(message_id: str) -> str:
    """Source: Amazon SES Developer Guide, "Contents of notifications"."""
    return json.dumps(
        {
            "notificationType": "Bounce",
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [
                    {"emailAddress": "cy@customer.example", "diagnosticCode": "550 No such user"}
                ],
            },
            "mail": {
                "messageId": "0100-ses",
                "destination": ["cy@customer.example"],
                "headers": [{"name": "Message-ID", "value": f"<{message_id}>"}],
            },
        }
    )
