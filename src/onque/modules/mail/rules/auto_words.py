"""Words by which a program's answer is told from a person's, in the languages of our customers.

Source: answers of Outlook, Exchange, Gmail, Yahoo, Naver, Daum, cPanel, Zimbra, GMX, QQ and more.
"""

from __future__ import annotations

import re

SUBJECT = re.compile(
    r"^\s*(?P<answered>(?:re|aw|sv|antw|rif|res|odp)\s*:\s*)?[\[(【<*]?\s*(?:"
    r"auto(?:matic|mated|matisch|mática|matica|matique|matisk|"
    r"maattinen)?[\s:_-]*(?:e?-?mail\s+)?(?:reply|response|responder|"
    r"answer|acknowledge?ment|antwort|svar|respuesta|resposta|risposta|réponse|antwoord|vastaus|"
    r"odpowiedź)|"
    r"automatische[rs]?\s+(?:antwort|antwoord|abwesenheits\w+)|autom\.?\s*antwort|"
    r"automatiskt?\s+svar|automaattinen\s+vastaus|"
    r"auto\s*:|auto\s+re\s*:|autoreply|autosvar|autoresponse|autoresponder|"
    r"out[\s-]+of[\s-]+(?:the[\s-]+)?office|ooo\s*[:\-]|(?:away|absent)\s+from\s+(?:the\s+|"
    r"my\s+)?office|vacation\s+(?:reply|response|message|notice)|"
    r"réponse\s+automatique|message\s+automatique|respuesta\s+autom[aá]tica|"
    r"resposta\s+autom[aá]tica|risposta\s+automatica|"
    r"contestaci[oó]n\s+autom[aá]tica|absence\s+du\s+bureau|fuera\s+de\s+(?:la\s+)?oficina|"
    r"fora\s+d[eo]\s+escrit[oó]rio|"
    r"fuori\s+(?:ufficio|sede)|abwesenheits(?:notiz|nachricht|meldung|assistent|info\w*)|"
    r"abwesend(?=\s*(?:$|[:\-]|bis|vom))|afwezigheids\w+|niet\s+op\s+kantoor|"
    r"autoodpowiedź|odpowiedź\s+automatyczna|automatyczna\s+odpowiedź|automatická\s+odpověď|"
    r"automatikus\s+válasz|otomatik\s+(?:yanıt|cevap)|"
    r"răspuns\s+automat|αυτόματη\s+απάντηση|trả\s+lời\s+tự\s+động|tự\s+động\s+trả\s+lời|"
    r"balasan\s+otomatis|"
    r"автоответ|автоматический\s+ответ|автоматична\s+відповідь|"
    r"رد\s+(?:تلقائي|آلي)|الرد\s+(?:التلقائي|الآلي)|מענה\s+אוטומטי|"
    r"부재\s*중(?=\s*(?:$|[:\]\-)】]|자동|입니다|안내|알림|메일|응답))|자동\s*(?:응답|회신|답장|"
    r"답변)|"
    r"自動\s*(?:応答|返信|回覆|回复|返答|配信)|不在(?:通知|のお知らせ|連絡|案内)|自动(?:回复|"
    r"答复|回覆)|自動答覆|休假自动回复"
    r")",
    re.IGNORECASE,
)
"""Words that programs put at the beginning of a subject, and people who ask about them."""

_TITLE = (
    r"(?:\s*(?:auto[\s-]?(?:reply|response|responder)|repl(?:y|ies)|response|message|e?-?mail|"
    r"notification|notice|assistant|"
    r"자동|응답|회신|답장|안내|알림|메일|메시지|입니다|드립니다|"
    r"メール|メッセージ|の?お知らせ|です|邮件|郵件|通知))*\s*"
)
ENDED = re.compile(
    _TITLE + r"(?:$|(?:re|aw|fwd?)\s*:|[:;,.!|\])】）」』〉>*：；，。！]|\s[-–—~]\s|[-–—]{2})",
    re.IGNORECASE,
)
"""The words stand alone or head what follows, as programs write them."""

DATED = re.compile(
    _TITLE + r"\(?(?:\d+\s*[./\-–~년월年月]\s*\d|\d+(?:st|nd|rd|th)\b|"
    r"(?:until|till|through|thru|from\s+(?:\w+\s+)?\d|bis|vom|ab|jusqu['’]\w+|du\s+\d|hasta|desde|até|"
    r"fino\s+al?|dal|до|с\s+\d|t/m|tot|od\s+\d|do\s+\d)\b)",
    re.IGNORECASE,
)
"""The words go on with how long somebody is away."""

ASKS = re.compile(
    r"[?？]|문의|질문|안\s*(?:돼|되|됨|와|옴)|어떻게|해\s*주세요|설정|해제|오류|않|방법|"
    r"\bhow\b|\bnot\b|n['’]t\b|\bcan\b|problem|error|issue|broken|\bstop|set\s*up|setting|enable|disable|"
    r"einricht|funktion|einstell|\bnicht\b|\bkein|impossible|\bpas\b|probl[eè]m|configur|régl|activ|\bno\b|"
    r"não|\bnon\b|не\s|как\s|设置|設定|怎么|如何|できな|届かな|方法|ません|ない",
    re.IGNORECASE,
)
"""The rest of a subject by which a person asks about automatic answers."""

WEAK_SUBJECT = re.compile(
    r"out\s+of\s+office|vacation|on\s+leave|away\s+(?:from|until)|absent|annual\s+leave|urlaub|"
    r"abwesen|congés?|absence|vacaciones|ausente|ausência|"
    r"férias|ferie|assenza|отпуск|отсутств|urlop|semester|휴가|부재|출장|休暇|不在|休假|外出|"
    r"thank\s+you\s+for\s+(?:contacting|your\s+(?:e-?mail|message|inquiry))|"
    r"we\s+(?:have\s+)?received\s+your|your\s+(?:request|ticket|message|inquiry)\s+(?:has\s+been|"
    r"was)\s+received|접수(?:되었|완료|안내)|受付(?:完了|ました)|受け付けました",
    re.IGNORECASE,
)
BODY = re.compile(
    r"(?:i\s+am|i['’]m|i\s+will\s+be|will\s+be)\s+(?:currently\s+)?(?:out\s+of|"
    r"away\s+from)\s+(?:the\s+|my\s+)?office|on\s+(?:annual\s+|maternity\s+|"
    r"parental\s+)?(?:leave|vacation|holiday)\s+(?:until|from|till)|"
    r"this\s+is\s+an?\s+(?:automatic|automated|auto)|automatically\s+generated|auto-?generated|"
    r"do\s+not\s+reply\s+to\s+this|limited\s+access\s+to\s+(?:my\s+)?e-?mail|"
    r"automatisch\s+(?:generiert|erstellt|erzeugt)|nicht\s+im\s+büro|bin\s+(?:ich\s+)?(?:bis|vom|"
    r"ab|derzeit|zur\s*zeit).{0,60}(?:urlaub|abwesend|erreichbar|büro)|"
    r"généré\s+automatiquement|absent(?:e)?\s+(?:du\s+bureau|jusqu|du\s+\d)|"
    r"generado\s+autom[aá]ticamente|estar[eé]\s+(?:fuera|ausente)|fuera\s+de\s+la\s+oficina|"
    r"gerada?\s+automaticamente|estarei\s+(?:ausente|fora)|generat[oa]\s+automaticamente|"
    r"sar[òo]\s+(?:assente|fuori)|сгенерировано\s+автоматически|я\s+(?:нахожусь\s+)?в\s+отпуске|"
    r"자동\s*(?:응답|회신|발송|발신)|부재\s*중|휴가\s*중|발신\s*전용|自動(?:応答|返信|送信|配信)|"
    r"不在に|休暇(?:中|を)|自动(?:回复|发送)|自動(?:回覆|發送)|不在办公室|休假",
    re.IGNORECASE,
)
READ_SUBJECT = re.compile(
    r"^\s*(?:read(?:\s+receipt)?\s*:|not\s+read\s*:|return\s+receipt|disposition\s+notification|"
    r"read:|displayed\s*:|"
    r"읽음\s*:|읽지\s*않음\s*:|수신\s*확인|gelesen\s*:|ungelesen\s*:|nicht\s+gelesen\s*:|"
    r"lesebestätigung|empfangsbestätigung|lu\s*:|non\s+lu\s*:|"
    r"accusé\s+de\s+(?:lecture|réception)|leído\s*:|no\s+leído\s*:|confirmación\s+de\s+lectura|"
    r"lida\s*:|não\s+lida\s*:|confirmação\s+de\s+leitura|letto\s*:|non\s+letto\s*:|"
    r"conferma\s+di\s+lettura|"
    r"прочтено\s*:|прочитано\s*:|не\s+прочитано\s*:|уведомление\s+о\s+прочтении|gelezen\s*:|"
    r"ongelezen\s*:|przeczytano\s*:|已读\s*:|已讀\s*:|未读\s*:|未讀取\s*:|"
    r"開封済み?\s*:|開封確認|未開封\s*:|已读回执|讀取回條)",
    re.IGNORECASE,
)
READ_BODY = re.compile(
    r"was\s+(?:read|displayed|opened)\s+(?:on|at)|(?:was|"
    r"has\s+been)\s+deleted\s+without\s+being\s+read|this\s+is\s+a\s+return\s+receipt|"
    r"return\s+receipt\s+only\s+acknowledges|receipt\s+(?:only\s+)?acknowledges|"
    r"wurde\s+(?:am\s+)?.{0,60}gelesen|ungelesen\s+gelöscht|a\s+été\s+(?:lu|supprimé\s+sans)|"
    r"se\s+(?:leyó|eliminó\s+sin)|foi\s+(?:lida|excluída\s+sem)|è\s+stat[oa]\s+(?:letto|"
    r"eliminat)|было\s+прочитано|"
    r"(?:읽었|읽음|읽은|열어|확인했)|읽지\s*않고\s*삭제|開封され|読まれずに削除|已(?:被)?(?:阅读|"
    r"讀取)|未阅读",
    re.IGNORECASE,
)
ROBOT_SENDER = re.compile(
    r"^(?:auto[-_.]?(?:matic|mated)?[-_.]?(?:reply|response|responder|answer|mailer|mail)|"
    r"vacation|out-?of-?office|mailer-?daemon|mail-?daemon)(?:[+@._-]|$)",
    re.IGNORECASE,
)
NO_REPLY = re.compile(
    r"^(?:[\w.-]*[-_.])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|don['-_.]?t[-_.]?reply|"
    r"noreply\w*|no-?responder?|nao-?responda|ne-?pas-?repondre|keine-?antwort|nepasrepondre|"
    r"noresponder)(?:[-_.+\d][\w.+-]*)?@"
    r"|^(?:notifications?|alerts?|newsletters?|bounces?|mailer|listserv|majordomo|root|cron|"
    r"nobody|daemon)@",
    re.IGNORECASE,
)
CHALLENGE_SENDER = re.compile(
    r"@(?:[\w-]+\.)*(?:boxbe\.com|spamarrest\.com|bluebottle\.com|sendio\.com|mailblocks\.com|"
    r"knowspam\.net|choicemail\.com|qurb\.com|spamcop-challenge\.net)$|^(?:challenge|"
    r"confirm-?sender|spamblocker-challenge|antispam)@",
    re.IGNORECASE,
)
CHALLENGE_BODY = re.compile(
    r"(?:verify|confirm|validate)\s+(?:that\s+)?(?:your\s+(?:e-?mail|address|message|identity)|"
    r"you\s+are\s+(?:a\s+)?(?:real\s+person|human))|"
    r"(?:click|follow|visit)\s+(?:on\s+)?(?:the\s+|this\s+)?link\s+.{0,80}(?:deliver|allow|"
    r"approve|release)|"
    r"(?:approved|allowed)\s+(?:sender|senders|list)|guest\s+list|waiting\s+list|"
    r"challenge[\s/-]*response|anti-?spam\s+.{0,40}(?:confirm|clique|verific)|"
    r"unsolicited\s+.{0,60}(?:confirm|verify)",
    re.IGNORECASE | re.DOTALL,
)
CHALLENGE_HEADERS = (
    "X-Boxbe-Challenge",
    "X-SpamArrest",
    "X-Spamarrest-Noauth",
    "X-Challenge-Response",
    "X-ChoiceMail-Request",
    "X-TMDA-Confirm",
    "X-Sendio-Challenge",
    "X-ASK-Auth",
)
CHALLENGE_SUBJECT = re.compile(
    r"(?:action\s+required|verification\s+(?:request|required)|please\s+(?:confirm|verify)|"
    r"confirm\s+your|sender\s+(?:verification|confirmation)|your\s+(?:message|e-?mail)\s+(?:to|"
    r"is\s+(?:waiting|being\s+held)))",
    re.IGNORECASE,
)
