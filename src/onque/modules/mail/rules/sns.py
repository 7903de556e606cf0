"""Amazon SNS messages: whether Amazon signed one, and which addresses of Amazon's we follow.

Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

_NOTICE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HOST = r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?/"
_CERTIFICATE = re.compile(_HOST + r"SimpleNotificationService-[A-Za-z0-9]+\.pem")
_CONFIRM = re.compile(_HOST + r"\?Action=ConfirmSubscription&[!-~]{1,2000}")


def certificate_url(message: Mapping[str, object]) -> str:
    """The address of the signing certificate, empty unless it is Amazon's own."""
    url = str(message.get("SigningCertURL", ""))
    return url if _CERTIFICATE.fullmatch(url) else ""


def confirm_url(message: Mapping[str, object]) -> str:
    """The address that confirms a subscription, empty unless it is Amazon's own."""
    url = str(message.get("SubscribeURL", ""))
    return url if _CONFIRM.fullmatch(url) else ""


def is_genuine(message: Mapping[str, object], certificate: bytes) -> bool:
    """Whether the holder of the certificate (PEM) signed the message."""
    try:
        key = load_pem_x509_certificate(certificate).public_key()
        signature = base64.b64decode(str(message.get("Signature", "")), validate=True)
    except (ValueError, binascii.Error):
        return False
    if not isinstance(key, RSAPublicKey):
        return False
    digest = hashes.SHA256() if message.get("SignatureVersion") == "2" else hashes.SHA1()  # noqa: S303 - version 1 of Amazon's scheme
    try:
        key.verify(signature, _signed_text(message), padding.PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return True


def _signed_text(message: Mapping[str, object]) -> bytes:
    names = _NOTICE if message.get("Type") == "Notification" else _CONFIRMATION
    return "".join(f"{name}\n{message[name]}\n" for name in names if name in message).encode()
