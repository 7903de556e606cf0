"""What is known of mail providers: their servers, and what kind of password they want.

Source: each provider's help pages on IMAP and SMTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onque.modules.mail.rules.addresses import comparable

TLS, STARTTLS, NONE = "tls", "starttls", "none"


@dataclass(frozen=True)
class Preset:
    """One provider.

    `sign_in` is "app" (a password for programs), "plain" or "oauth"; with `bare_user` the user name
    is the part before the @. `authority` is who may be asked for consent (`MAIL_AUTHORITIES`).
    """

    key: str
    label: str
    host: str = ""
    out_host: str = ""
    out_port: int = 465
    out_security: str = TLS
    sign_in: str = "plain"
    bare_user: bool = False
    port: int = 993
    security: str = TLS
    authority: str = ""


OTHER = "other"
PRESETS: tuple[Preset, ...] = (
    Preset("gmail", "Gmail", "imap.gmail.com", "smtp.gmail.com", sign_in="app", authority="google"),
    Preset(
        "workspace",
        "Google Workspace",
        "imap.gmail.com",
        "smtp.gmail.com",
        sign_in="app",
        authority="google",
    ),
    Preset(
        "microsoft",
        "Microsoft 365",
        "outlook.office365.com",
        "smtp.office365.com",
        587,
        STARTTLS,
        "oauth",
        authority="microsoft",
    ),
    Preset(
        "naver",
        "Naver",
        "imap.naver.com",
        "smtp.naver.com",
        sign_in="app",
        bare_user=True,
    ),
    Preset("works", "Naver Works", "imap.worksmobile.com", "smtp.worksmobile.com", sign_in="app"),
    Preset("daum", "Daum", "imap.daum.net", "smtp.daum.net", sign_in="app", bare_user=True),
    Preset("kakao", "Kakao", "imap.kakao.com", "smtp.kakao.com", sign_in="app", bare_user=True),
    Preset("yahoo", "Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com", sign_in="app"),
    Preset("icloud", "iCloud", "imap.mail.me.com", "smtp.mail.me.com", 587, STARTTLS, "app"),
    Preset(OTHER, ""),
)
BY_KEY: Mapping[str, Preset] = {preset.key: preset for preset in PRESETS}
_DOMAINS: Mapping[str, str] = {
    "gmail.com": "gmail",
    "googlemail.com": "gmail",
    "outlook.com": "microsoft",
    "hotmail.com": "microsoft",
    "live.com": "microsoft",
    "naver.com": "naver",
    "daum.net": "daum",
    "hanmail.net": "daum",
    "kakao.com": "kakao",
    "yahoo.com": "yahoo",
    "icloud.com": "icloud",
    "me.com": "icloud",
    "mac.com": "icloud",
}


def find_preset(key: str, address: str) -> Preset:
    """The provider that was chosen, else the one the address's domain belongs to, else none."""
    by_domain = _DOMAINS.get(comparable(address).rpartition("@")[2], OTHER)
    return BY_KEY.get(key) or BY_KEY[by_domain]


def user_name(preset: Preset, address: str) -> str:
    """What the provider wants as user name for an address."""
    return address.rpartition("@")[0] if preset.bare_user else address


def default_servers(preset: Preset, address: str) -> tuple[str, str]:
    """The (IMAP, SMTP) servers to propose: the provider's, else the usual names of the domain."""
    domain = comparable(address).rpartition("@")[2]
    return preset.host or f"imap.{domain}", preset.out_host or f"smtp.{domain}"
