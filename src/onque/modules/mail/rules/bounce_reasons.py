"""Why a message did not arrive: the status code, the server's words, and the kind of reason.

Source: RFC 3463 (enhanced status codes), RFC 5321 (reply codes), RFC 7505 (null MX).
"""

from __future__ import annotations

import re

from onque.modules.mail.rules.mailboxes import clean
from onque.modules.mail.rules.parsed import BounceCategory

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
_CODED = re.compile(r"(?<![\d.])[45]\d\d[ -](?:#)?([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
_CODE = re.compile(r"(?<![\d.:#/-])([45][0-7]\d)(?=[ -]+[\w<#\"'(])(?!-\d\d-)")
_SAID = re.compile(
    r"(?:^|[\s:;>\[(])(?:smtp;\s*)?[45][0-7]\d[ -]+\S.*|^.*(?:remote\s+host\s+said|"
    r"it\s+responded|reason:|diagnostic).*$",
    re.IGNORECASE | re.MULTILINE,
)
_MAX_SAID = 500
_CATEGORIES: tuple[tuple[BounceCategory, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            BounceCategory.MAILBOX_FULL,
            r"mailbox\s+(?:is\s+)?(?:too\s+)?full|over\s?quota|quota\s+(?:is\s+)?(?:exceeded|"
            r"full)|exceed(?:ed|s|ing)?\s+(?:\w+\s+){0,4}"
            r"(?:quota|storage|local\s+limit|limit\s+of\s+mailbox)|(?:insufficient|"
            r"not\s+enough)\s+(?:system\s+)?(?:disk|storage|space|mailbox)|"
            r"inbox\s+(?:is\s+)?full|storage\s+(?:limit|full)|"
            r"message\s+too\s+large\s+for\s+mailbox|메일함.{0,12}(?:가득|초과)|"
            r"용량.{0,12}(?:초과|부족)|"
            r"容量.{0,8}(?:超|不足)|満杯|postfach\s+(?:ist\s+)?voll|boîte\s+.{0,30}pleine|"
            r"buz[oó]n\s+.{0,20}lleno|ящик\s+переполнен|casella\s+.{0,20}piena",
        ),
        (
            BounceCategory.TOO_LARGE,
            r"(?:message|mail|size|file|attachment)\w*\s+(?:\w+\s+){0,4}(?:too\s+(?:large|big)|"
            r"exceeds?)|exceeds?\s+(?:\w+\s+){0,4}(?:size|maximum)|"
            r"too\s+(?:large|big)|size\s+limit|크기.{0,10}초과|サイズ.{0,10}超|过大|過大",
        ),
        (
            BounceCategory.RELAY,
            r"relay(?:ing)?\s+(?:\w+\s+){0,3}(?:denied|not\s+(?:permitted|allowed)|prohibited|"
            r"rejected)|(?:unable|not\s+permitted|not\s+allowed)\s+to\s+relay|"
            r"we\s+do\s+not\s+relay|릴레이",
        ),
        (
            BounceCategory.HOST_UNKNOWN,
            r"host\s+(?:is\s+)?(?:unknown|not\s+found)|unknown\s+(?:host|domain)|(?:host|"
            r"domain)\s+(?:or\s+domain\s+)?(?:name\s+)?(?:not\s+found|does\s*n.t\s+exist|"
            r"does\s+not\s+exist)|"
            r"nxdomain|no\s+such\s+domain|domain\s+(?:lookup|of\s+.{1,60})\s+(?:failed|"
            r"does\s+not)|unrouteable|no\s+mx|null\s?mx|name\s+server:\s+\S+:\s+host\s+not|"
            r"invalid\s+domain|couldn.t\s+find\s+any\s+host|도메인.{0,16}(?:없|찾을)",
        ),
        (
            BounceCategory.NO_SUCH_USER,
            r"(?:user|recipient|mailbox|account|address|alias|"
            r"member)\w*\s+(?:\S+\s+){0,3}?(?:is\s+|was\s+)?(?:unknown|not\s+(?:found|listed|"
            r"exist|known|recognized|available|valid)|does\s*n['’]?o?t\s+exist|"
            r"doesn['’]t\s+exist|invalid|couldn['’]t\s+be\s+found|disabled|inactive|suspended|"
            r"no\s+longer)|"
            r"(?:no|unknown|invalid|bad|non-?existent)\s+(?:such\s+)?(?:user|recipient|person|"
            r"mailbox|account|address|local|addressee)|does\s*n['’]?o?t\s+(?:exist|"
            r"have\s+an?\s+\S+\s+account|like\s+recipient)|recipnotfound|not\s+listed\s+in|"
            r"not\s+our\s+customer|"
            r"존재하지\s*않|없는\s*(?:사용자|계정|주소|아이디)|찾을\s*수\s*없|存在しません|"
            r"見つかりません|不存在|宛先不明|не\s+(?:найден|существует)|unbekannt|"
            r"n['’]existe\s+pas|no\s+existe|não\s+existe|non\s+esiste",
        ),
        (
            BounceCategory.BLOCKED,
            r"spam|black\s?list|block(?:ed|list)|(?:rbl|dnsbl|spamhaus|barracuda|reputation)|"
            r"virus|banned|malware|phish|bulk\s+mail|unsolicited|greylist|rate\s+limit|"
            r"too\s+many|throttl|스팸|차단|迷惑|垃圾",
        ),
        (
            BounceCategory.POLICY,
            r"policy|dmarc|\bspf\b|dkim|authenticat|not\s+(?:authorized|permitted|allowed)|"
            r"access\s+denied|permission|refused|rejected|administrative|restricted|prohibited|"
            r"거부|拒否|拒[收绝]",
        ),
        (
            BounceCategory.DELAYED,
            r"expired|timed?\s?-?out|retry\s+time|too\s+long|connection\s+(?:refused|lost|"
            r"dropped|reset|died)|unreachable|no\s+route|temporar|try\s+again|deferred|delayed",
        ),
    )
)
_BY_STATUS = {
    "2.2": BounceCategory.MAILBOX_FULL,
    "1.1": BounceCategory.NO_SUCH_USER,
    "1.0": BounceCategory.NO_SUCH_USER,
    "1.3": BounceCategory.NO_SUCH_USER,
    "1.6": BounceCategory.NO_SUCH_USER,
    "1.10": BounceCategory.NO_SUCH_USER,
    "2.1": BounceCategory.NO_SUCH_USER,
    "1.2": BounceCategory.HOST_UNKNOWN,
    "4.4": BounceCategory.HOST_UNKNOWN,
    "4.1": BounceCategory.DELAYED,
    "4.7": BounceCategory.DELAYED,
    "2.3": BounceCategory.TOO_LARGE,
    "3.4": BounceCategory.TOO_LARGE,
}
_VAGUE = frozenset({"5.0.0", "4.0.0", "5.7.1", "5.7.0", "4.7.0", "5.1.0", "5.2.0", "4.2.0"})


def status_in(text: str) -> str:
    """The RFC 3463 code a text names, that of a server's own line first; empty if it names none."""
    found = _CODED.search(text) or _STATUS.search(text)
    if found and (found[1][0] in "45"):
        return found[1]
    return ""


def reply_class(text: str) -> str:
    """The first digit of the reply code a text names, "4" or "5"; empty if it names none."""
    found = _CODE.search(text)
    return found[1][0] if found else ""


def said_in(text: str) -> str:
    """The line in which the server says why, for people."""
    found = _SAID.search(text)
    return clean(found[0])[:_MAX_SAID] if found else ""


def category(status: str, words: str, *, delayed: bool) -> BounceCategory:
    """What kind of reason it is: by a telling status first, then by the words."""
    detail = status.partition(".")[2]
    if status and status not in _VAGUE and detail in _BY_STATUS:
        return _BY_STATUS[detail]
    for kind, pattern in _CATEGORIES:
        if pattern.search(words):
            return kind
    if delayed:
        return BounceCategory.DELAYED
    if detail in _BY_STATUS:
        return _BY_STATUS[detail]
    return BounceCategory.POLICY if detail.startswith("7.") else BounceCategory.OTHER
