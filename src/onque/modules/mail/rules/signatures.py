"""Signatures below what a person wrote: the dash line, and what telephones and apps add.

Only what nobody writes by hand in a letter is folded; a greeting and a name stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from onque.modules.mail.rules.quoting import is_angled, is_rule, plain

_MAX_LINES = 15
_MAX_LOOSE_LINES = 8
_MAX_LOOSE_LENGTH = 90
_MAX_DEVICE = 110
_MAX_LINK = 600
_NEAR = 4
"""Words behind "sent from" among which the device is named."""
_DASH_LINE = re.compile(r"^--[ \u00a0]?$|^—$|^__$")
_LINK = re.compile(r"[<(\[](?:https?|mailto):[^<>\s]*[>)\]]")

_APPS = re.compile(
    r"(?<!\w)(?:outlook|gmail|googlemail|yahoo!?|aol|mailbox|spark|proton\s?mail|airmail|windows|samsung|"
    r"galaxy|iphon\w*|ipad\w*|ipod|ios|android\w*|blackberry|mobile?\w*|handy|smartphone|smart\s?phone|"
    r"(?:cell\s?)?phone|tablet|nokia|huawei|xiaomi|redmi|oppo|vivo|honor|lg|htc|sony|oneplus|pixel|"
    r"motorola|droid|superhuman|k-9|web\.de|gmx|t-online|freenet|zoho|naver|daum|kakao\w*|wireless|"
    r"verizon|thunderbird|sparrow|macbook|mac|hotmail|fastmail|tutanota|mailspring|mail\.ru|device|"
    r"appareil|dispositivo|gerät|apple\s+mail|mail\s+app|email\s+app|app\s+mail|puhelin\w*|telefon\w*)(?![a-z0-9])|"
    r"почт|смартфон|телефон|мобильн|мобільн|айфон|手机|手機|邮箱|郵箱|スマートフォン|"
    r"スマホ|携帯|스마트폰|휴대폰|휴대전화|핸드폰|아이폰|아이패드|갤럭시|안드로이드|네이버|다음\s*메일|카카오|هاتف|جوال|iphone",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"^[\[(<*_\s]*(?:"
    r"(?:sent|written|typed|replied|posted|composed)\s+(?:from|via|with|using|by|on)\s|"
    r"(?:get|download|try)\s+(?:outlook|aol|yahoo|spark)\b|(?:nachricht|mail)?\s*(?:gesendet|geschickt|"
    r"verschickt)\s+(?:von|mit|über|aus)\s|(?:von|mit|aus)\s+(?:meine[mr]?|der|dem)\s.*(?:gesendet|"
    r"geschickt|verschickt|versendet)|diese\s+(?:nachricht|e-?mail|mail)\s+wurde\s+von\s|"
    r"outlook\s+(?:für|voor|til|för|dla|per|pour|para|for)\s|holen\s+sie\s+sich\s+outlook|"
    r"(?:envoyé|télécharge[rz]?|obtene[rz]|obtenir)\s+(?:de|depuis|à\s+partir|via|avec|outlook|d['’])|"
    r"(?:enviado|enviada|obtener|obtenha|obter|descargar|baixar)\s+(?:desde|do|da|de|dos|com|via|a\s+partir|o\s|outlook)|"
    r"(?:inviato|ottieni|scarica)\s+(?:da|dal|dall['’]|con|tramite|outlook)|"
    r"(?:verzonden|verstuurd)\s+(?:vanaf|via|met|van|vanuit)\s|(?:отправлено|послано)\s+(?:с|из|со|от|через)\s|"
    r"(?:получить|скачать|завантажити|отримати)\s+outlook|(?:надіслано|відправлено)\s+(?:з|із|через)\s|"
    r"wysłan[eoy]\s+(?:z|za|przez)\s|(?:pobierz|hämta|hent|få|hanki|lataa|stáhnout|získat)\s+outlook|"
    r"(?:skickat|skickades|sendt|sent)\s+(?:från|fra|via|med)\s|lähetetty\s|odesláno\s+z|odoslané\s+z|"
    r"\S.{0,40}\s?(?:gönderildi|dan\s+gönderilmiştir)|(?:đã\s+|được\s+)?gửi\s+từ\s|أُ?رسلت?\s+من|مرسل(?:ة)?\s+من|"
    r"dikirim\s+dari\s|.{1,60}(?:에서|으로|로)\s*(?:보냄|보냈습니다|보낸\s*(?:메일|메시지)(?:입니다)?|발송(?:됨|하였습니다|했습니다)?|전송(?:됨)?)|"
    r".{0,20}outlook.{0,12}(?:다운로드|받기|가져오기|を入手|を取得)|.{1,40}から送信|"
    r"(?:发自|發自|发送自|發送自|來自|来自)|(?:从|從)我的.{1,30}(?:传送|傳送|发送|發送|寄出)|"
    r"(?:获取|取得|下载|下載)\s?.{0,16}outlook"
    r")",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?。]\s+\S")


def start(lines: Sequence[str], end: int) -> int:
    """Where the signature of the text above ``end`` begins; ``end`` if none is sure."""
    end = _trim(lines, end)
    dashed = _dash_line(lines, end)
    if dashed is not None:
        end = _trim(lines, dashed)
    while end > 0 and is_device_line(lines[end - 1]):
        end = _trim(lines, end - 1)
    return end


def is_device_line(line: str) -> bool:
    """Whether a telephone or an app wrote the line: "Sent from my iPhone"."""
    if len(line) > _MAX_LINK:
        return False
    words = _LINK.sub("", plain(line)).strip(" *_<>[]()")
    if not 0 < len(words) <= _MAX_DEVICE or _ENDS.search(words):
        return False
    phrase = _PHRASE.match(words)
    if phrase is None:
        return False
    near = " ".join(words[phrase.end() :].split()[:_NEAR])
    return bool(_APPS.search(f"{phrase[0]} {near}"))


def is_tail(lines: Sequence[str]) -> bool:
    """Whether lines, the first of them a dash line, are nothing but a signature."""
    filled = [line for line in lines if line.strip()]
    return len(filled) <= _MAX_LINES and not any(map(is_angled, filled))


def _dash_line(lines: Sequence[str], end: int) -> int | None:
    """The dash line of a signature that ends here; a bare one only above a short card."""
    low = max(0, end - 2 * _MAX_LINES)
    for at in range(end - 1, low - 1, -1):
        if not _DASH_LINE.match(lines[at]):
            continue
        below = [item for item in lines[at + 1 : end] if item.strip()]
        strict = lines[at].startswith("--") and lines[at] != "--"
        fits = len(below) <= (_MAX_LINES if strict else _MAX_LOOSE_LINES)
        short = strict or all(len(item) <= _MAX_LOOSE_LENGTH for item in below)
        return at if below and fits and short else None
    return None


def _trim(lines: Sequence[str], end: int) -> int:
    while end > 0 and (not lines[end - 1].strip() or is_rule(lines[end - 1])):
        end -= 1
    return end
