"""Words that mail programs write when they quote, in the languages our customers write.

Only words; what counts as a quotation is decided in ``quote_sentences`` and ``quote_headers``.
Source: mails of Gmail, Outlook, Apple Mail, Naver, Daum, Thunderbird, Samsung, Yahoo, QQ and more.
"""

VERBS = (
    r"wrote|writes|written|schrieb(?:en)?|schreibt|geschrieben|a\s+écrit|écrivait|écrit|"
    r"ha\s+scritto|scrisse|scrive|escribió|escribio|ha\s+escrito|va\s+escriure|"
    r"escreveu|schreef|(?:het\s+volgende\s+)?geschreven|napisał(?:\(a\)|a|\/a)?|pisze|"
    r"skrev(?:\s+följande|\s+følgende)?|skreiv|skrifaði|kirjoitti|napsal(?:\(a\)|a)?|"
    r"napísal(?:\(a\)|a)?|je\s+napisao(?:\/la)?|napisao|je\s+napisal(?:\(a\)|a)?|"
    r"ezt\s+írta|írta|yazdı|şunları\s+yazdı|đã\s+viết|viết|menulis|a\s+scris|έγραψε|"
    r"написа[вл]?(?:\(а\)|а|и)?|пишет|писал(?:\(а\)|а)?|пише|כתב(?:\/ה|ה)?|"
    r"كتب|تمت\s+كتابة\s+ما\s+يلي\s+بواسطة|เขียนว่า|เขียน|"
    r"写道|寫道|写了|寫了|写到|のメール|(?:さん|様|氏)?[はが]?(?:書きました|書いた)|のメッセージ|"
    r"(?:님이?\s*|이\(가\)\s*)?작성(?:하였습니다|했습니다|하셨습니다|함)?|님의\s*(?:메일|말|말씀|"
    r"메시지)|"
    r"(?:님이|이\(가\)|님께서|이|가)\s*(?:쓴|쓰신|보낸|보내신)\s*(?:글|메시지|메일)|"
    r"(?:님이|님께서|이\(가\))\s*쓰(?:셨습니다|시길|길)"
)

LEADS = (
    r"on|at|am|le|el|em|il|op|den|på|kl|in\s+data|no\s+dia|il\s+giorno|w\s+dniu|dnia|dne|dňa|dana|"
    r"în|pe|vào(?:\s+lúc)?|pada|στις|на|a\s+data|in\s+message|in\s+article|around|"
    r"quoting|zitat\s+von|citando(?:\s+a)?|citazione\s+di|citeren|cytowanie"
)
"""Begin a dated sentence; followed by a blank."""

LEADS_UNSPACED = r"在|於|于|في|بتاريخ|ב|เมื่อ|ใน"

PRONOUNS = (
    r"i|we|he|she|they|it|my|your|our|his|her|their|who|ich|wir|mir|uns|man|"
    r"mein\w*|unser\w*|ihnen|je|nous|j'ai|mon|ma|notre|yo|nosotros|usted|me|mi|nuestr\w+|"
    r"eu|nós|meu|minha|nosso|io|noi|mio|mia|nostr\w+|ik|wij|mij|jag|jeg|vi|minä|ja|"
    r"я|мы|мне|он|она|они|мой|наш|저|제가|저는|저희|저희가|나|내가|우리|우리가|私|僕|我|我们|我們"
)

ORIGINAL = (
    r"original[\s-]+(?:message|e?-?mail|mail|appointment|nachricht|메시지|메일)|original|"
    r"(?:reply|replied|previous|quoted)\s+message|원본\s*(?:메일|메[시세]지|이메일|편지|내용)|원문|"
    r"원본메일|받은\s*메일|이전\s*메일|ursprüngliche\s+(?:nachricht|e-?mail|mitteilung)|"
    r"originalnachricht|antwort\s+nachricht|message\s+(?:d['’]origine|original|initial)|"
    r"e-?mail\s+d['’]origine|courriel\s+original|mensaje\s+original|correo\s+original|"
    r"mensagem\s+original|messaggio\s+original[ei]|oorspronkelijk\s+bericht|"
    r"исходное\s+(?:сообщение|письмо)|оригинал\s+сообщения|оригінальне\s+повідомлення|"
    r"вихідне\s+повідомлення|元のメッセージ|元のメール|original\s+メッセージ|オリジナルメッセージ|"
    r"受信メール|原始(?:邮件|郵件|信息|訊息)|原邮件|原郵件|回复的原邮件|邮件原件|"
    r"oryginalna\s+wiadomość|wiadomość\s+oryginalna|ursprungligt\s+meddelande|"
    r"originalmeddelande|oprindelig\s+(?:meddelelse|besked)|opprinnelig\s+melding|"
    r"alkuperäinen\s+viesti|původní\s+(?:zpráva|e-?mail)|pôvodná\s+správa|eredeti\s+üzenet|"
    r"mesaj(?:ul)?\s+original|orijinal\s+(?:ileti|mesaj)|özgün\s+ileti|"
    r"(?:thư|tin\s+nhắn)\s+gốc|الرسالة\s+الأصلية|αρχικό\s+μήνυμα|pesan\s+asli|"
    r"ข้อความต้นฉบับ|ข้อความเดิม|missatge\s+original|izvorna\s+poruka|הודעה\s+מקורית"
)

FORWARDED = (
    r"forwarded\s+(?:message|mail|e-?mail|by\b|from\b)|original\s+message\s+forwarded|"
    r"전달(?:된|한|받은)?\s*(?:메일|메[시세]지|이메일)|weitergeleitete\s+(?:nachricht|e-?mail)|"
    r"message\s+(?:transféré|réexpédié|transmis)|courriel\s+transféré|"
    r"mensaje\s+(?:reenviado|remitido)|mensagem\s+(?:encaminhada|reencaminhada)|"
    r"messaggio\s+inoltrato|doorgestuurd\s+bericht|"
    r"转发(?:邮件|的邮件|邮件信息)|被转发的邮件|轉寄(?:郵件|的郵件)|"
    r"転送(?:メール|メッセージ|された(?:メール|メッセージ))|"
    r"(?:пересылаемое|пересланное|переадресованное|перенаправленное)\s+(?:сообщение|письмо)|"
    r"переслане\s+повідомлення|(?:treść\s+)?przekazan(?:a|ej)\s+wiadomoś(?:ć|ci)|"
    r"vidarebefordrat\s+(?:meddelande|brev)|videresendt\s+(?:meddelelse|melding|e-post)|"
    r"(?:edelleenlähetetty|välitetty)\s+viesti|yönlendirilmiş\s+ileti|iletilen\s+(?:ileti|mesaj)|"
    r"přeposlan[áé]\s+(?:zpráva|e-?mail)|thư\s+đã\s+chuyển\s+tiếp|tin\s+nhắn\s+đã\s+chuyển\s+tiếp|"
    r"رسالة\s+(?:محوّلة|محولة|معاد\s+توجيهها)|továbbított\s+üzenet|προωθημένο\s+μήνυμα|"
    r"pesan\s+terusan|mesaj\s+redirecționat"
)

FORWARD_STARTS = (
    r"begin\s+forwarded\s+message|anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-?mail)|"
    r"début\s+du\s+(?:message\s+(?:réexpédié|transféré)|courriel\s+transféré)|"
    r"inizio\s+(?:del\s+)?messaggio\s+inoltrato|inicio\s+del\s+mensaje\s+reenviado|"
    r"início\s+da\s+mensagem\s+(?:encaminhada|reencaminhada)|begin\s+doorgestuurd\s+bericht|"
    r"전달된\s*메[시세]지의?\s*시작|전달된\s*메[시세]지|転送された(?:メッセージ|メール)|"
    r"下面是被?转发的邮件|開始轉寄(?:的)?郵件|以下是轉寄的郵件|轉寄郵件|"
    r"начало\s+(?:переадресованного|пересылаемого)\s+(?:сообщения|письма)|"
    r"(?:vidarebefordrat|videresendt)\s+(?:brev|meddelelse|melding)|"
    r"początek\s+przekazanej\s+wiadomości|inleiding\s+doorgestuurd\s+bericht"
)

HEADER_NAMES = {
    "from": "from|von|de|de\\s+la|da|от|від|od|van|från|fra|lähettäjä|kimden|gönderen|feladó|từ|"
    "dari|από|šalje|expéditeur|remitente|remetente|mittente|absender|afzender|nadawca|отправитель|"
    "보낸\\s*사람|보낸\\s*이|보내는\\s*사람|발신(?:인|자)?|작성자|"
    "差出人|送信者|送信元|发件人|發件人|寄件者|寄件人|من|מאת|จาก",
    "date": "sent|date|time|sent\\s+at|sent\\s+on|received|gesendet(?:\\s+am)?|datum|"
    "envoyé(?:\\s+le)?|date\\s+d['’]envoi|enviado(?:\\s+(?:el|em))?|enviada(?:\\s+em)?|fecha|data|"
    "inviato(?:\\s+il)?|отправлено|дата|надіслано|відправлено|verzonden|wysłano|data\\s+wysłania|"
    "skickat|sendt|dato|päivämäärä|päiväys|lähetetty|"
    "tarih|gönderildi|gönderme\\s+tarihi|odesláno|odoslané|"
    "dátum|elküldve|küldve|ngày|đã\\s+gửi|tanggal|dikirim|ημερομηνία|στάλθηκε|trimis|poslano|"
    "poslato|"
    "보낸\\s*날짜|보낸\\s*시간|보낸\\s*일시|받은\\s*날짜|발신\\s*일(?:시|자)?|발송\\s*일(?:시|"
    "자)|작성일(?:시)?|"
    "날\\s*짜|일\\s*시|送信日時|送信日|日時|日付|发送时间|發送時間|发送日期|日期|傳送時間|"
    "傳送日期|寄件日期|时间|時間|"
    "تم\\s+الإرسال|أُرسلت|التاريخ|تاريخ|נשלח|תאריך|ส่ง|วันที่",
    "to": "to|an|à|para|a|кому|aan|do|till|til|vastaanottaja|kime|alıcı|címzett|đến|tới|kepada|ke|"
    "προς|către|komu|prima|za|destinataire|destinatario|destinatário|empfänger|"
    "받는\\s*사람|받은\\s*사람|받는\\s*이|수신(?:인|자)?|宛先|收件人|收件者|إلى|אל|ถึง",
    "cc": "cc|bcc|kopie|copie|copia|cópia|копия|копія|dw|kopia|kopi|kopio|másolat|参照|"
    "참\\s*조(?:인|자)?|숨은\\s*참조|抄送|副本|密件副本|ccn|cco|نسخة",
    "subject": "subject|betreff|objet|sujet|asunto|assunto|oggetto|тема|onderwerp|temat|ämne|"
    "emne|aihe|"
    "konu|předmět|predmet|tárgy|chủ\\s+đề|tiêu\\s+đề|subjek|perihal|θέμα|subiect|"
    "제\\s*목|件名|主题|主題|主旨|标题|標題|الموضوع|נושא|เรื่อง|หัวข้อ|относно",
    "other": "reply-to|responder\\s+a|antwort\\s+an|attachments?|anlagen?|pièces?\\s+jointes?|"
    "adjuntos?|"
    "anexos?|allegat[io]|вложения|첨부(?:\\s*파일)?|添付ファイル|附件|importance|wichtigkeit|"
    "importancia|priorität|priority|organization|mailing-list|중요도|重要度|重要性|cc\\s+list",
}
SENT_NAMES = (
    "sent|gesendet|envoyé|enviado|enviada|inviato|отправлено|надіслано|відправлено|verzonden|"
    "wysłano|"
    "skickat|sendt|lähetetty|gönderildi|gönderme\\s+tarihi|odesláno|odoslané|elküldve|küldve|"
    "đã\\s+gửi|"
    "dikirim|στάλθηκε|trimis|poslano|보낸\\s*날짜|보낸\\s*시간|보낸\\s*일시|送信日時|送信日|"
    "发送时间|發送時間|"
    "发送日期|傳送時間|寄件日期|تم\\s+الإرسال|أُرسلت|נשלח|ส่ง"
)
"""Names of the date that only mail programs use."""

ABOVE_THIS_LINE = (
    r"above\s+(?:this|the)\s+line|reply\s+above\b|이\s*(?:줄|선|라인)\s*위|この(?:線|行|"
    r"ライン)(?:より|の)上|"
    r"(?:oberhalb|über)\s+(?:von\s+)?dieser\s+(?:zeile|linie)|au[\s-]+dessus\s+de\s+cette\s+ligne|"
    r"(?:por\s+)?encima\s+de\s+esta\s+l[ií]nea|acima\s+d(?:esta|essa)\s+linha|"
    r"sopra\s+(?:a\s+)?questa\s+(?:riga|linea)|выше\s+этой\s+(?:линии|строки|черты)|"
    r"此行(?:之)?上方|此线(?:之)?上|此線(?:之)?上|powyżej\s+tej\s+linii|boven\s+deze\s+(?:regel|"
    r"lijn)|"
    r"ovanför\s+(?:den\s+här|denna)\s+(?:raden|linjen)|over\s+denne\s+linje"
)
