"""Words by which mail servers say that a message did not arrive, in many of their manners.

Source: reports of Postfix, Exim, qmail, sendmail, Exchange, Domino, Courier, Google, Microsoft 365,
Amazon, Yahoo, Naver, Daum, carriers' gateways and mail filters.
"""

from __future__ import annotations

import re

SENDER = re.compile(
    r"^(?:mailer[-_.]?d[ae]+mon|mail-?daemon|mdaemon|post_?master|bounces?|microsoftexchange\w*|"
    r"mail-?delivery|mail-?system|mailadmin|mail-?administrator|systemadministrator|"
    r"system-administrator|nondelivery|non-delivery|sysadmin|smtp-?daemon|delivery-?(?:system|"
    r"failure)|"
    r"mail-?deliver\w*|ndr|dsn|undeliver\w*|administrator)(?:[+@._-]|$)",
    re.IGNORECASE,
)
SENDER_NAME = re.compile(
    r"mailer[\s-]?daemon|mail\s+deliver(?:y)?\s+(?:sub)?system|mail\s+delivery|mail\s+deliver|"
    r"post\s?master|(?:system|mail|exchange)\s+administrator|administrador\s+del\s+sistema|"
    r"systemadministrator|administrateur\s+système|amministratore\s+(?:di\s+)?sistema|"
    r"mail\s*system|delivery\s+(?:status|subsystem|service)|internet\s+mail|microsoft\s+outlook|"
    r"메일\s*(?:배달|전송|발송)\s*(?:시스템|실패)|메일\s*시스템|시스템\s*관리자|"
    r"メール(?:配信)?システム|系统管理员",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"undeliver(?:ed|able)|deliver(?:y|ed)?\s+(?:status|failure|failed|error|problem|incomplete|"
    r"has\s+failed|"
    r"report|notification|delayed|unsuccessful)|fail(?:ed|ure)?\s+(?:to\s+deliver|delivery|notice)|"
    r"returned\s+(?:mail|to\s+sender|message|e-?mail)|return(?:ing)?\s+(?:message|"
    r"mail)\s+to\s+sender|"
    r"mail\s+(?:delivery\s+(?:failed|failure|system|error|problem)|system\s+error|error|failure|"
    r"could\s+not\s+be\s+(?:delivered|sent)|not\s+delivered|returned|has\s+been\s+returned|"
    r"status\s+report)|"
    r"(?:failure|error)\s+(?:notice|sending|delivering|report)|error\s+(?:in\s+)?(?:sending|"
    r"delivering)\s+your|"
    r"could\s+not\s+(?:send|deliver)|not\s+(?:be\s+)?delivered|non[\s-]?(?:remis|delivery|"
    r"recapitabile|deliverable)|"
    r"unable\s+to\s+deliver|bounce\b|report\s+to\s+sender|message\s+you\s+sent\s+blocked|"
    r"user\s+(?:unknown|not\s+found)|unknown\s+(?:user|recipient)|"
    r"host\s+unknown|"
    r"nondeliverable|rejected\s+(?:mail|message)|message\s+(?:delayed|rejected|not\s+sent|"
    r"undelivered)|"
    r"delayed\s+(?:mail|message|delivery)|still\s+being\s+retried|warning:?\s+(?:message|"
    r"could\s+not)|"
    r"mail\s+failure|invalid\s+(?:recipient|address)|recipient\s+(?:rejected|not\s+found)|"
    r"unzustellbar|zustellung\w*|nicht\s+(?:zugestellt|zustellbar)|zurückgesandt|"
    r"übermittlung\s+fehlgeschlagen|"
    r"échec\s+de\s+(?:la\s+)?(?:remise|livraison|distribution)|non\s+distribuable|"
    r"non\s+distribué|retour\s+à\s+l['’]expéditeur|"
    r"no\s+se\s+(?:puede|pudo|ha\s+podido)\s+entregar|no\s+entregado|mensaje\s+(?:no\s+entregado|"
    r"devuelto)|devuelto|"
    r"não\s+(?:entregue|foi\s+(?:possível\s+)?entregu?e?)|falha\s+n[ao]\s+entrega|"
    r"mensagem\s+não\s+entregue|devolvid[ao]|"
    r"mancata\s+consegna|non\s+consegnat[oa]|impossibile\s+recapitare|recapito\s+non|"
    r"недоставлен|не\s+(?:было\s+)?доставлен|ошибка\s+доставки|невозможно\s+доставить|"
    r"не\s+удалось\s+доставить|"
    r"niedostarcz|nie\s+można\s+dostarczyć|nie\s+dostarczono|zwrot\s+wiadomości|onbestelbaar|"
    r"niet\s+(?:bezorgd|afgeleverd)|"
    r"kan\s+inte\s+levereras|olevererbar|går\s+ikke\s+at\s+levere|kunne\s+ikke\s+leveres|"
    r"nedoručiteln|teslim\s+edilemedi|"
    r"không\s+thể\s+gửi|تعذر\s+تسليم|لم\s+يتم\s+تسليم|"
    r"배달(?:되지|\s*실패|\s*못한|\s*불가|할\s*수)|전송(?:되지|\s*실패|\s*오류|\s*불가)|반송|"
    r"발송\s*실패|수신\s*실패|전달(?:되지|\s*실패)|"
    r"배달할\s*수\s*없|보내지\s*못|메일\s*발송이?\s*실패|송신\s*실패|"
    r"配信(?:不能|不可|できません|できなかった|エラー|失敗|に失敗)|送信(?:できません|エラー|"
    r"に失敗)|メール.{0,12}(?:返送|届きません|エラー|失敗)|宛先不明|不達|"
    r"退信|退回|无法投递|無法投遞|投递失败|投遞失敗|无法送达|無法送達|未送达|未送達|发送失败|"
    r"傳送失敗|系统退信",
    re.IGNORECASE,
)
SUBJECT_STRONG = re.compile(
    r"^\s*(?:\*+spam\*+\s*)?(?:undeliver(?:ed|able)(?:\s+(?:mail|message|e-?mail)|:)|"
    r"failure\s+notice|"
    r"delivery\s+(?:status\s+notification|failure|notification:?\s+delivery\s+has\s+failed)|"
    r"mail\s+delivery\s+(?:failed|failure|system)|returned\s+mail:?|delayed\s+mail|non\s+remis|"
    r"unzustellbar|"
    r"mail\s+system\s+error|warning:\s+(?:message\s+\S+\s+delayed|could\s+not\s+send)|"
    r"nondeliverable\s+mail)",
    re.IGNORECASE,
)
ANSWERED = re.compile(
    r"^\s*\[?(?:re|aw|sv|antw|fwd?|fw|wg|tr|rv|enc|rif|odp|vs|회신|답장|전달|返信|転送|回复|回覆|"
    r"答复|转发|轉寄)\s*[\]:：]",
    re.IGNORECASE,
)
BODY = re.compile(
    r"(?:could|can|has|was|were|is|be)\s?(?:no|"
    r"n['’]?)t\s+(?:yet\s+)?(?:be(?:en)?\s+)?(?:able\s+to\s+(?:be\s+)?)?deliver|"
    r"(?:has|was|were|is)\s+not\s+(?:yet\s+)?(?:been\s+)?delivered|not\s+been\s+delivered|"
    r"did\s+not\s+(?:reach|receive)|undeliver(?:able|ed)|"
    r"unable\s+to\s+(?:deliver|relay|send)|wasn['’]t\s+(?:able\s+to\s+deliver|delivered)|"
    r"couldn['’]t\s+be\s+(?:delivered|found)|"
    r"fail(?:ed|ure)\s+(?:to\s+deliver|recipient|addresses|permanently|delivery|reasons?)|"
    r"cannot\s+be\s+delivered|"
    r"deliver(?:y|ed)\s+(?:to\s+(?:the\s+)?following|has\s+failed|status\s+notification|attempt|"
    r"failed|failure|error)|"
    r"(?:user|recipient|mailbox|address|account|host|domain|local[\s-]part)\w*\s+(?:is\s+|"
    r"was\s+)?(?:unknown|full|unavailable|"
    r"not\s+(?:found|listed|exist|known|available|unique)|over\s*quota|over\s+quota|rejected|"
    r"disabled|inactive|invalid|does\s+not\s+exist|"
    r"doesn['’]t\s+exist|name\s+is\s+not\s+recognized)|unknown\s+(?:user|recipient|address|local|"
    r"host|domain)|no\s+such\s+(?:user|person|recipient|address|mailbox|account|domain)|"
    r"invalid\s+(?:recipient|address|user|final\s+delivery)|(?:permanent|fatal|"
    r"temporary)\s+(?:fatal\s+)?errors?|"
    r"delivery\s+problems|(?:following|these)\s+(?:recipients?|address(?:es|\(es\))?|users?)|"
    r"transcript\s+of\s+session|"
    r"message\s+(?:was\s+)?(?:rejected|refused|returned|undeliverable|delayed)|return(?:ed|"
    r"ing)\s+(?:message\s+)?to\s+(?:the\s+)?sender|over\s*quota|quota\s+exceeded|"
    r"\b55\d[ -]5\.\d|\b(?:5[0-7]\d|4[0-7]\d)[\s-]+(?:[45]\.\d+\.\d+|<|user|mailbox|recipient|"
    r"message|relay)|RCPT\s+TO|"
    r"still\s+being\s+retried|had\s+trouble\s+delivering|error\s+occurred\s+while|"
    r"may\s+not\s+exist|"
    r"nicht\s+(?:zugestellt|zustellbar|gefunden|erreich)|unzustellbar|"
    r"n['’]a\s+pas\s+(?:pu\s+)?(?:être\s+)?(?:été\s+)?(?:remis|distribué|livré)|"
    r"échec\s+de\s+(?:la\s+)?remise|"
    r"no\s+se\s+(?:ha\s+)?(?:puede|pudo|podido)\s+entregar|error\s+en\s+la\s+entrega|"
    r"não\s+(?:pôde|foi\s+possível|pode)\s+(?:ser\s+)?entreg|"
    r"non\s+è\s+stat[oa]\s+(?:possibile\s+)?(?:recapitat|consegnat|inviare)|"
    r"recapito\s+non\s+riuscito|"
    r"не\s+(?:может|могло|было|удалось)\s+(?:быть\s+)?доставл|не\s+удалось\s+доставить|"
    r"не\s+найден|недоставлен|"
    r"nie\s+(?:można|udało\s+się)\s+dostarczyć|kan\s+niet\s+worden\s+(?:bezorgd|afgeleverd)|"
    r"inte\s+levereras|"
    r"(?:배달|전송|전달|발송)(?:할|될|되지|하지|에\s*실패|이\s*실패)|수신자를\s*찾을\s*수\s*없|"
    r"존재하지\s*않|반송|받는\s*사람.{0,20}(?:없|찾을)|용량.{0,10}초과|"
    r"없는\s*(?:사용자|계정|주소)|휴면|存在しません|見つかりません|(?:配信|送信|お届け)(?:でき|"
    r"に失敗|不能)|宛先|満杯|不存在|(?:投递|投遞|发送|傳送|送达|送達)失[败敗]|无法(?:投递|送达|"
    r"发送)|無法(?:投遞|送達|傳送)|退信|拒[收绝]",
    re.IGNORECASE,
)
LATER = re.compile(
    r"will\s+(?:keep\s+trying|be\s+retried|continue|retry|try\s+again)|still\s+(?:undelivered|"
    r"trying|being\s+(?:re)?tried)|"
    r"not\s+yet\s+been\s+delivered|warning\s+message\s+only|do\s+not\s+need\s+to\s+resend|"
    r"no\s+action\s+is\s+required|"
    r"delivery\s+attempts\s+will\s+continue|has\s+been\s+delayed|is\s+delayed|been\s+queued|"
    r"could\s+not\s+send\s+for\s+past|"
    r"could\s+not\s+send\s+message\s+for\s+past|wird\s+weiter\s+versucht|"
    r"다시\s*(?:시도|전송)(?:할|합니다|될)|재전송을?\s*시도|再送(?:を)?(?:試み|します)|"
    r"仍在(?:尝试|嘗試)",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^[\s>*=_#-]*(?:"
    r"-*\s*below\s+(?:this|the\s+next)\s+line\s+is\s+a\s+copy|-*\s*(?:this|"
    r"the\s+following)\s+is\s+a\s+copy\s+of|below\s+is\s+a\s+copy|"
    r"(?:your\s+)?original\s+(?:message|mail|e-?mail)\s*(?:follows|headers?|attached|:|"
    r"-|\Z|$)|original\s+message\s+(?:header|follows)|"
    r"unsent\s+message|returned\s+(?:message|mail|content)\s*(?:follows|:|-|$)|"
    r"(?:here\s+is\s+)?(?:your\s+)?returned\s+(?:mail|message)|"
    r"message\s+(?:header|text|body|contents?|details)\s*(?:follows?|:|-)|the\s+(?:message|"
    r"header|body)\s+(?:text\s+)?follows|"
    r"(?:the\s+)?(?:first|beginning)\s+\S+\s+(?:lines|bytes|kb)|non-delivered\s+information|"
    r"undelivered\s+message|"
    r"(?:the\s+)?(?:headers?|start)\s+of\s+the\s+(?:original\s+)?message|"
    r"the\s+original\s+message\s+(?:was|follows|header)|"
    r"en-têtes\s+(?:de\s+message\s+d['’]origine|du\s+message)|"
    r"ursprüngliche\s+nachrichtenkopfzeilen|originalnachricht|"
    r"encabezados\s+de\s+mensajes?\s+originales|"
    r"원본\s*메[시세]?[일지]|원문|元のメッセージ|原始邮件|原始郵件|return-path:\s*<|"
    r"received:\s*(?:from|by)|message-id:\s*<)",
    re.IGNORECASE | re.MULTILINE,
)
