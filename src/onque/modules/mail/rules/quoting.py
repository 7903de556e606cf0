"""How mail programs introduce the mail they quote, in the languages our customers write.

Two shapes: a sentence ("On ... wrote:") and a block of header names ("From: ... Sent: ...").
Source: mails of Gmail, Outlook, Apple Mail, Naver, Daum, Thunderbird, Samsung and Android.
"""

from __future__ import annotations

import re

_VERBS = (
    r"wrote|writes|schrieb(?:en)?|a\s+écrit|ha\s+scritto|scrisse|escribió|escreveu|schreef|"
    r"napisał(?:\(a\)|a)?|pisze|skrev|kirjoitti|napsal(?:\(a\)|a)?|írta|yazdı|đã\s+viết|"
    r"написал(?:\(а\)|а|и)?|пишет|писал(?:\(а\)|а)?|пише|написав|"
    r"写道|寫道|写了|寫了|のメール|書きました|のメッセージ|"
    r"(?:님이\s*)?작성(?:하였습니다|했습니다|함)?|님의\s*(?:메일|말)|"
    r"님이\s*(?:쓴\s*(?:글|메시지)|보낸\s*(?:메일|메시지)|쓰(?:셨습니다|시길))"
)
_OPENERS = (
    r"On\b|Am\b|Le\b|El\b|Em\b|Il\b|Op\b|Den\b|W\s+dniu\b|Dnia\b|Dne\b|Vào\b|"
    r"在|於|于|\d{1,4}\s*[-./年년]|\d{1,2}\s+\w+\.?\s+\d{4}|"
    r"\w{2,9}[.,]\s+\d{1,2}[\s.]|\w{3,9},\s+\w{3,9}\.?\s+\d|"
    r"[^\n<>]{0,80}<[^\s<>]+@[^\s<>]+>"
)
SENTENCE = re.compile(
    rf"^(?:{_OPENERS})(?=.{{0,600}}[\d@]).{{0,600}}?(?:{_VERBS})(?:[\s,][^\n]{{0,100}}<[^<>\n]+>)?\s*[:：]$",
    re.IGNORECASE,
)
"""A whole introducing sentence, its lines joined by blanks."""

DATED_NAME = re.compile(r"^(?=.*\d).{6,200}<[^\s<>]+@[^\s<>]+>\s*[:：]$")
"""A date, a name and an address before a colon: only with a quotation right below."""

DELIMITER = re.compile(
    r"^[\s*]*[-_=─━—]{2,}[\s\[]*(?:original\s+(?:message|appointment)|reply\s+message|"
    r"원본\s*(?:메일|메[시세]지|편지)|원문|ursprüngliche\s+nachricht|message\s+d['’]origine|"
    r"mensaje\s+original|mensagem\s+original|messaggio\s+originale|oorspronkelijk\s+bericht|"
    r"исходное\s+сообщение|пересылаемое\s+сообщение|元のメッセージ|original\s+メッセージ|"
    r"原始邮件|原始郵件|原邮件|oryginalna\s+wiadomość)[\s\]]*[-_=─━—]{2,}\s*\*?$",
    re.IGNORECASE,
)

FORWARD = re.compile(
    r"^[\s*>]*(?:[-_=]{2,}\s*(?:forwarded\s+(?:message|by)|전달된\s*(?:메일|메[시세]지)|"
    r"weitergeleitete\s+nachricht|message\s+(?:transféré|réexpédié)|mensaje\s+reenviado|"
    r"mensagem\s+(?:encaminhada|reencaminhada)|messaggio\s+inoltrato|转发邮件|轉寄郵件|"
    r"転送(?:メール|メッセージ)|пересылаемое\s+сообщение)|begin\s+forwarded\s+message)",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|enc|i|転送|转发|轉寄|전달|전송)\s*[:：]|^\s*\[(?:fwd|전달)\]",
    re.IGNORECASE,
)

_FROM = (
    "from|von|de|da|от|od|van|från|fra|lähettäjä|kimden|보낸\\s*사람|보낸\\s*이|발신(?:인|자)?|"
    "差出人|送信者|发件人|發件人|寄件者|寄件人"
)
_OTHERS = {
    "date": "sent|date|gesendet|datum|envoyé|date|enviado(?:\\s+(?:el|em))?|fecha|data|inviato|"
    "отправлено|дата|verzonden|wysłano|skickat|보낸\\s*날짜|보낸\\s*시간|날\\s*짜|일\\s*시|"
    "送信日時|日時|日付|发送时间|發送時間|日期|傳送時間|寄件日期|时间",
    "to": "to|an|à|para|a|кому|aan|do|till|til|받는\\s*사람|받는\\s*이|수신(?:인|자)?|"
    "宛先|收件人|收件者",
    "cc": "cc|bcc|kopie|copie|копия|参照|참\\s*조|숨은\\s*참조|抄送|副本",
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|тема|onderwerp|temat|ämne|emne|aihe|"
    "제\\s*목|件名|主题|主題|主旨",
}
HEADER_FROM = re.compile(rf"^[\s*_>]*(?:{_FROM})[\s*_]*[:：][\s*_]*\S", re.IGNORECASE)
HEADER_OTHERS = {
    name: re.compile(rf"^[\s*_>]*(?:{words})[\s*_]*[:：]", re.IGNORECASE)
    for name, words in _OTHERS.items()
}
RULE = re.compile(r"^\s*[-_=─━*]{5,}\s*$")
SIGNATURE = re.compile(r"^\s*(?:--|—|__)\s*$|^\s*-{2,3}\s?\S{0,40}$")
"""The line before a signature; the second shape is what people make of it by hand."""
