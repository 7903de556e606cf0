"""Introductions of quoted mail, by program and language: each is cut, the reply above it stays."""

import pytest

from onque.modules.mail.rules.replies import split_reply

REPLY = "Yes, please send it again.\n\nThank you very much!"
BODY = "Hello,\n\nyour order has left our house today.\nIt should arrive by Friday.\n\nAda"
QUOTED = "\n".join(f"> {line}".rstrip() for line in BODY.split("\n"))

SENTENCES = {
    "gmail en": "On Mon, May 6, 2024 at 2:07 PM Shop <help@shop.example> wrote:",
    "gmail en wrapped": "On Mon, May 6, 2024 at 2:07 PM The Shop of Many Long Names <\n"
    "help@shop.example> wrote:",
    "gmail en wrapped verb": "On Mon, May 6, 2024 at 2:07 PM Shop <help@shop.example>\nwrote:",
    "gmail bracket alone": "On Mon, May 6, 2024 at 2:07 PM Shop <help@shop.example\n> wrote:",
    "gmail narrow no-break": "On Mon, May 6, 2024 at 2:07\u202fPM Shop <help@shop.example> wrote:",
    "gmail rtl marks": "\u200eOn Mon, May 6, 2024 at 2:07 PM \u202aShop\u202c\u200f "
    "<\u202ahelp@shop.example\u202c\u200f> wrote:\u202c",
    "gmail gb": "On Mon, 6 May 2024 at 14:07, Shop <help@shop.example> wrote:",
    "gmail old": "On Mon, May 6, 2013 at 2:07 PM, Shop <help@shop.example> wrote:",
    "apple en": "On May 6, 2024, at 2:07 PM, Shop <help@shop.example> wrote:",
    "apple gb": "On 6 May 2024, at 14:07, Shop <help@shop.example> wrote:",
    "apple no comma": "On 11-Apr-2011, at 6:54 PM, Shop Help <help@shop.example> wrote:",
    "thunderbird en": "On 5/6/24 14:07, Ada Lovelace wrote:",
    "thunderbird iso": "On 2024-05-06 14:07, Ada Lovelace wrote:",
    "thunderbird us": "On 04/19/2011 07:10 AM, Ada Lovelace wrote:",
    "evolution": "On Wed, 2015-12-02 at 13:58 +0000, Ada Lovelace wrote:",
    "fastmail": "On Wed, Sep 25, 2013, at 03:57 PM, ada_lovelace wrote:",
    "discourse": "On Thursday, June 27, 2013, ada via Shop Meta wrote:",
    "eudora": "At 08:32 PM 6/16/2016, you wrote:",
    "eudora 2": "At 6/16/2016 08:32 PM, Ada wrote:",
    "yahoo classic": "--- On Mon, 5/6/13, Shop <help@shop.example> wrote:",
    "yahoo": "On Monday, May 6, 2024 at 02:07:00 PM GMT+9, Shop <help@shop.example> wrote:",
    "yahoo 2": "    On Monday, May 6, 2024 at 02:07:00 PM GMT+9, Shop <help@shop.example> wrote:  ",
    "zoho": "---- On Mon, 06 May 2024 14:07:00 +0900 Shop <help@shop.example> wrote ----",
    "zoho 2": "---- On Mon, 06 May 2024 14:07:00 +0900 Shop<help@shop.example> wrote ---",
    "android dashes": "---- Ada Lovelace wrote ----",
    "indent": "------On 12/29/1987 17:32 PM, Ada Lovelace wrote-----",
    "samsung": "Sent from Samsung MobileShop <help@shop.example> wrote:",
    "spark": "On 6 May 2024, 14:07 +0900, Shop <help@shop.example>, wrote:",
    "superhuman": "On Mon, May 06, 2024 at 2:07 PM, Shop < help@shop.example > wrote:",
    "polymail": "On Tue, Apr 11, 2017 at 10:07 PM Ada Lovelace\n\n<\n"
    "mailto:Ada Lovelace <help@shop.example>\n> wrote:",
    "front": "On May 6, 2024, 2:07 PM GMT+9 help@shop.example wrote:",
    "proton": "On Monday, May 6th, 2024 at 2:07 PM, Shop <help@shop.example> wrote:",
    "company": 'On Tue, Jan 27, 2015 at 12:42 PM -0800, "Company" <help@shop.example> wrote:',
    "long address": "On Nov 30, 2011, at 12:47 PM, Somebody <\n"
    "416ffd3258d4d2fa4c85cfa4c44e1721d66e3e8f4@mail.shop.example>\nwrote:",
    "lotus": "Ada Lovelace/Shop wrote on 06/05/2024 14:07:08:",
    "lotus mail": "Ada Lovelace <help@shop.example> wrote on 05/06/2024 02:07:00 PM:",
    "address only": "Ada Lovelace <help@shop.example> wrote:",
    "via": "Ada via Shop Meta <help@shop.example> wrote:",
    "gmt": "2014-10-17 11:28 GMT+03:00 Postmaster <\npostmaster@shop.example>:",
    "gmt 2": "2015-10-18 0:17 GMT+03:00 Ada Lovelace <help@shop.example>:",
    "rfc date": "Thu, 26 Jun 2014 14:00:51 +0400 Ada <help@shop.example>:",
    "bold": "*On Mon, May 6, 2024 at 2:07 PM Shop <help@shop.example> wrote:*",
    "no colon": "On Mon, May 6, 2024 at 2:07 PM Shop <help@shop.example> wrote",
    "de gmail": "Am Mo., 6. Mai 2024 um 14:07 Uhr schrieb Shop <help@shop.example>:",
    "de apple": "Am 06.05.2024 um 14:07 schrieb Shop <help@shop.example>:",
    "de thunderbird": "Am 06.05.24 um 14:07 schrieb Ada Lovelace:",
    "de thunderbird old": "Am 06.05.2014 14:07, schrieb Ada Lovelace:",
    "de name first": "Ada Lovelace <help@shop.example> schrieb am Fr., 28. Apr. 2017 um 10:53 Uhr:",
    "de name first 2": "Ada Lovelace <help@shop.example> schrieb am Mo., 6. Mai 2024,\n14:07:",
    "fr gmail": "Le lun. 6 mai 2024 à 14:07, Shop <help@shop.example> a écrit :",
    "fr gmail nbsp": "Le\u00a0lun. 6 mai 2024 à\u00a014:07, Shop <help@shop.example> a "
    "écrit\u00a0:",
    "fr apple": "Le 6 mai 2024 à 14:07, Shop <help@shop.example> a écrit :",
    "fr wrapped": "Le lun. 6 mai 2024 à 14:07, La Boutique aux Noms Longs <\nhelp@shop.example> a\n"
    "écrit :",
    "fr thunderbird": "Le 06/05/2024 à 14:07, Ada Lovelace a écrit :",
    "es gmail": "El lun, 6 may 2024 a las 14:07, Shop (<help@shop.example>) escribió:",
    "es apple": "El 6 may 2024, a las 14:07, Shop <help@shop.example> escribió:",
    "es plain": "El jueves, 21 de noviembre de 2013, Ada Lovelace escribió:",
    "es thunderbird": "El 06/05/2024 a las 14:07, Ada Lovelace escribió:",
    "pt gmail": "Em seg., 6 de mai. de 2024 às 14:07, Shop <help@shop.example> escreveu:",
    "pt-pt gmail": "Shop <help@shop.example> escreveu no dia segunda, 6/05/2024 à(s) 14:07:",
    "pt apple": "No dia 06/05/2024, às 14:07, Shop <help@shop.example> escreveu:",
    "it gmail": "Il giorno lun 6 mag 2024 alle ore 14:07 Shop <help@shop.example> ha\nscritto:",
    "it apple": "Il giorno 06 mag 2024, alle ore 14:07, Shop <help@shop.example> ha scritto:",
    "it thunderbird": "Il 06/05/2024 14:07, Ada Lovelace ha scritto:",
    "ru gmail": "пн, 6 мая 2024 г. в 14:07, Shop <help@shop.example>:",
    "ru gmail old": "6 мая 2014 г., 14:07 пользователь Shop <help@shop.example> написал:",
    "ru android": '02.04.2012 14:20 пользователь "help@s.example" <\nhelp@shop.example> написал:',
    "ru apple": "6 мая 2024 г., в 14:07, Shop <help@shop.example> написал(а):",
    "ru mail.ru": "Понедельник, 6 мая 2024, 14:07 +03:00 от Shop <help@shop.example>:",
    "ru yandex": '06.05.2024, 14:07, "Shop" <help@shop.example>:',
    "ru thunderbird": "06.05.2024 14:07, Ада Лавлейс пишет:",
    "uk gmail": "пн, 6 трав. 2024 р. о 14:07 Shop <help@shop.example> пише:",
    "pl gmail": "pon., 6 maj 2024 o 14:07 Shop <help@shop.example> napisał(a):",
    "pl thunderbird": "W dniu 06.05.2024 o 14:07, Ada Lovelace pisze:",
    "pl outlook": "W dniu 28 stycznia 2015 01:53 użytkownik Ada <help@shop.example> napisał:",
    "pl mobile": "Dnia 14 lip 2015 o godz. 00:25 Ada Lovelace <help@shop.example> napisał(a):",
    "nl gmail": "Op ma 6 mei 2024 om 14:07 schreef Shop <help@shop.example>:",
    "nl apple": "Op 17-feb.-2015, om 13:18 heeft Shop <help@shop.example> het volgende\n"
    "geschreven:",
    "nl thunderbird": "Op 13-02-2014 3:18 schreef Ada Lovelace <help@shop.example>:",
    "nl android": 'Op 24 aug. 2013 16:48 schreef "ada" <help@shop.example>:',
    "sv gmail": "Den mån 6 maj 2024 kl 14:07 skrev Shop <help@shop.example>:",
    "sv apple": "6 maj 2024 kl. 14:07 skrev Shop <help@shop.example>:",
    "sv round": "Den 14 september, 2015 02:23:18, Ada Lovelace (help@shop.example) skrev:",
    "no": "På 14 september 2015 på 02:23:18, Ada Lovelace (help@shop.example) skrev:",
    "no gmail": "man. 6. mai 2024 kl. 14:07 skrev Shop <help@shop.example>:",
    "da gmail": "Den man. 6. maj 2024 kl. 14.07 skrev Shop <help@shop.example>:",
    "fi gmail": "ma 6. toukok. 2024 klo 14.07 Shop (help@shop.example) kirjoitti:",
    "fi apple": "Shop <help@shop.example> kirjoitti 6.5.2024 kello 14.07:",
    "tr gmail": "Shop <help@shop.example>, 6 May 2024 Pzt, 14:07 tarihinde\nşunu yazdı:",
    "cs gmail": "po 6. 5. 2024 v 14:07 odesílatel Shop <help@shop.example> napsal:",
    "cs thunderbird": "Dne 06. 05. 24 v 14:07 Ada Lovelace napsal(a):",
    "hu gmail": "Shop <help@shop.example> ezt írta (időpont: 2024. máj. 6., H,\n14:07):",
    "vi gmail": "Vào Th 2, 6 thg 5, 2024 vào lúc 14:07 Shop <help@shop.example> đã viết:",
    "vi apple": "Vào 14:24 8 tháng 6, 2017, Shop <help@shop.example> đã viết:",
    "id gmail": "Pada tanggal Sen, 6 Mei 2024 pukul 14.07 Shop <help@shop.example> menulis:",
    "ro gmail": "În lun., 6 mai 2024 la 14:07, Shop <help@shop.example> a scris:",
    "el gmail": "Στις Δευ 6 Μαΐ 2024 στις 2:07 μ.μ., ο χρήστης Shop <help@shop.example> έγραψε:",
    "ar gmail": "في الاثنين، 6 مايو 2024 في 2:07 م تمت كتابة ما يلي بواسطة \u202aShop\u202c\u200f "
    "<\u202ahelp@shop.example\u202c\u200f>:\u202c",
    "he gmail": "\u202bבתאריך יום ב׳, 6 במאי 2024 ב-14:07 מאת \u202aShop\u202c\u200f "
    "<\u202ahelp@shop.example\u202c\u200f>:\u202c",
    "ko gmail": "2024년 5월 6일 (월) 오후 2:07, 새벽 상점 <help@shop.example>님이 작성:",
    "ko gmail wrapped": "2024년 5월 6일 (월) 오후 2:07, 이름이 아주 긴 새벽 상점 고객 지원 <\n"
    "help@shop.example>님이 작성:",
    "ko gmail wrapped 2": "2024년 5월 6일 (월) 오후 2:07, 새벽 상점 <help@shop.example>님이\n작성:",
    "ko gmail 24h": "2024년 5월 6일 (월) 14:07, <help@shop.example>님이 작성:",
    "ko apple": "2024. 5. 6. 오후 2:07, 새벽 상점 <help@shop.example> 작성:",
    "ko apple no colon": "2024. 5. 6. 오후 2:07, 새벽 상점 <help@shop.example> 작성",
    "ko thunderbird": "2024-05-06 오후 2:07에 새벽 상점 이(가) 쓴 글:",
    "ko name first": "새벽 상점 <help@shop.example>님이 2024년 5월 6일 (월) 오후 2:07에 작성:",
    "ja gmail": "2024年5月6日(月) 14:07 Shop <help@shop.example>:",
    "ja gmail wrapped": "2024年5月6日(月) 14:07 夜明けの商店 お客様サポート <\nhelp@shop.example>:",
    "ja apple": "2024/05/06 14:07、Shop <help@shop.example>のメール:",
    "ja thunderbird": "On 2024/05/06 14:07, 夜明け商店 wrote:",
    "ja wrote": "2024年5月6日 14:07 夜明け商店 <help@shop.example> さんは書きました:",
    "zh gmail": "Shop <help@shop.example> 于2024年5月6日周一 14:07写道：",
    "zh gmail wrapped": "Shop <help@shop.example> 于2024年5月6日周一\n14:07写道：",
    "zh apple": "在 2024年5月6日，14:07，Shop <help@shop.example> 写道：",
    "zh apple 2": "2024年5月6日 14:07，Shop <help@shop.example> 写道：",
    "zh 163": '在 2024-05-06 14:07:00，"Shop" <help@shop.example> 写道：',
    "zh 163 en": 'At 2024-05-06 14:07:00, "Shop" <help@shop.example> wrote:',
    "zh thunderbird": "在 2024/5/6 14:07, Ada Lovelace 写道:",
    "zh-tw gmail": "Shop <help@shop.example> 於 2024年5月6日 週一 下午2:07寫道：",
    "zh-tw apple": "Shop <help@shop.example> 於 2024年5月6日 下午2:07 寫道：",
}

WEAK = {
    "mutt": "* Ada Lovelace <help@shop.example> [2024-05-06 14:07]:",
    "name": "Ada Lovelace wrote:",
    "usenet": "In message <abc@shop.example>, Ada Lovelace writes:",
    "no colon": "2013/10/2 Ada Lovelace <help@shop.example>",
    "horde": "Quoting Shop <help@shop.example>:",
    "horde de": "Zitat von Shop <help@shop.example>:",
    "day": "On Monday, May 6, Ada wrote:",
    "time": "On Monday 14:07 Ada wrote:",
    "the bat": "Вы писали 6 мая 2024 г., 14:07:00:",
    "ko name": "새벽 상점 님의 말:",
}


def check(text: str) -> None:
    reply, rest = split_reply(f"{REPLY}\n\n{text}\n")
    assert reply == REPLY
    assert rest.strip() == text.strip()


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_above_quoted_lines(name: str) -> None:
    check(f"{SENTENCES[name]}\n\n{QUOTED}")
    check(f"{SENTENCES[name]}\n{QUOTED}")


@pytest.mark.parametrize("name", [name for name in SENTENCES if name != "samsung"])
def test_a_sentence_above_bare_lines(name: str) -> None:
    check(f"{SENTENCES[name]}\n\n{BODY}")


@pytest.mark.parametrize("name", WEAK)
def test_a_vague_sentence_counts_above_quoted_lines_only(name: str) -> None:
    check(f"{WEAK[name]}\n{QUOTED}")


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_that_is_quoted_itself(name: str) -> None:
    text = "\n".join(f"> {line}" for line in SENTENCES[name].split("\n"))
    check(f"{text}\n{QUOTED}")


DELIMITERS = [
    "-----Original Message-----",
    "----- Original Message -----",
    "--- Original Message ---",
    "------ Original Message ------",
    "-------- Original message --------",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "*----- Original Message -----*",
    "-----Original Message----- ",
    "----- Reply message -----",
    "-----Original Appointment-----",
    "---Original---",
    "-----원본 메시지-----",
    "-------- 원본 이메일 --------",
    "--------- 원본 메일 ---------",
    "----- 원본 메세지 -----",
    "---------[ 원본 메일 ]---------",
    "-----Ursprüngliche Nachricht-----",
    "-------- Ursprüngliche Nachricht --------",
    "-------- Message d'origine --------",
    "-----Message d’origine-----",
    "-------- Mensaje original --------",
    "----- Mensagem Original -----",
    "-----Mensagem Original-----",
    "-----Messaggio originale-----",
    "-------- Oorspronkelijk bericht --------",
    "-----Oprindelig meddelelse-----",
    "-----Opprinnelig melding-----",
    "-----Ursprungligt meddelande-----",
    "-----Alkuperäinen viesti-----",
    "-----Původní zpráva-----",
    "-----Oryginalna wiadomość-----",
    "-----Orijinal İleti-----",
    "-------- Исходное сообщение --------",
    "------------------ 原始邮件 ------------------",
    "------------------&nbsp;原始邮件&nbsp;------------------".replace("&nbsp;", "\u00a0"),
    "-------- 原始信息 --------",
    "---- 回复的原邮件 ----",
    "---- Replied Message ----",
    "-------- 元のメッセージ --------",
    "----- 元のメッセージ -----",
    "-----Original Message-----From: Bob <b@c.example>",
    "##- Please type your reply above this line -##",
    "--- Reply above this line ---",
    "=-=-=-= Please reply above this line =-=-=-=",
    "-- Bitte schreiben Sie Ihre Antwort oberhalb dieser Linie --",
    "## 이 줄 위에 답장을 입력해 주세요 ##",
]


@pytest.mark.parametrize("line", DELIMITERS)
def test_a_delimiter(line: str) -> None:
    check(f"{line}\n{BODY}")
    check(f"{line}\n\nFrom: Shop\n\n{BODY}")


BLOCKS = {
    "outlook en": "From: Shop <help@shop.example>\nSent: Monday, May 6, 2024 2:07 PM\n"
    "To: Cy <cy@c.example>\nSubject: RE: order",
    "outlook names only": "From: Lovelace, Ada\nSent: Monday, May 6, 2024 2:07 PM\nTo: Cy\n"
    "Cc: Bo; Dee\nSubject: RE: order",
    "outlook bold": "*From:* Shop [mailto:help@shop.example]\n*Sent:* Monday, May 6, 2024 2:07 PM\n"
    "*To:* cy@c.example\n*Subject:* order",
    "outlook bold broken": "  *From:* help@shop.example [mailto:\n  help@shop.example]\n"
    "  *Sent:* Wednesday, June 27, 2012 3:05 PM\n  *To:* cy@c.example\n  *Subject:* Hello",
    "outlook spaced": "From: Shop\n\nSent: Monday, May 6, 2024 2:07 PM\n\nTo: Cy\n\nSubject: order",
    "outlook many": "From: Shop\nSent: Monday, May 6, 2024 2:07 PM\nTo: Cy;\n Bo <bo@c.example>;\n"
    " Dee <dee@c.example>\nCc: Eva\nSubject: order\nImportance: High\nAttachments: a.pdf",
    "mac": "From: Shop <help@shop.example>\nDate: Monday, May 6, 2024 at 2:07 PM\n"
    "To: Cy <cy@c.example>\nSubject: order",
    "hotmail": "Date: Mon, 6 May 2013 14:07:00 +0000\nFrom: help@shop.example\nTo: cy@c.example\n"
    "Subject: order",
    "hotmail 2": "From: help@shop.example\nTo: cy@c.example\nSubject: RE: order\n"
    "Date: Mon, 6 May 2013 14:07:00 +0000",
    "two fields": "From: somebody@shop.example\nDate: Wed, 16 May 2012 00:15:02 -0600",
    "date and to": "Date: Wed, 16 May 2012 00:15:02 -0600\nTo: cy@c.example",
    "weird date": "Date: Fri=2C 28 Sep 2012 10:55:48 +0000\nFrom: tickets@shop.example\n"
    "To: cy@c.example\nSubject: [Ticket #8] Test",
    "one line": "From: Shop <help@shop.example> Sent: Monday, May 6, 2024 2:07 PM "
    "To: Cy <cy@c.example> Subject: RE: order",
    "de": "Von: Shop <help@shop.example>\nGesendet: Montag, 6. Mai 2024 14:07\n"
    "An: Cy <cy@c.example>\nBetreff: AW: Bestellung",
    "gmx": 'Gesendet: Montag, 06. Mai 2024 um 14:07 Uhr\nVon: "Shop" <help@shop.example>\n'
    "An: cy@c.example\nBetreff: Bestellung",
    "fr": "De : Shop <help@shop.example>\nEnvoyé : lundi 6 mai 2024 14:07\n"
    "À : Cy <cy@c.example>\nObjet : RE: commande",
    "fr nbsp": "De\u00a0: Shop\nEnvoyé\u00a0: lundi 6 mai 2024 14:07\nÀ\u00a0: Cy\nObjet\u00a0: x",
    "fr date": "De : Shop [mailto:help@shop.example]\nDate : lundi 6 mai 2024\n"
    "À : Cy\nObjet : commande",
    "es": "De: Shop <help@shop.example>\nEnviado el: lunes, 6 de mayo de 2024 14:07\n"
    "Para: Cy <cy@c.example>\nAsunto: RE: pedido",
    "pt": "De: Shop <help@shop.example>\nEnviada em: segunda-feira, 6 de maio de 2024 14:07\n"
    "Para: Cy <cy@c.example>\nAssunto: RES: pedido",
    "it": "Da: Shop <help@shop.example>\nInviato: lunedì 6 maggio 2024 14:07\n"
    "A: Cy <cy@c.example>\nOggetto: R: ordine",
    "nl": "Van: Shop\nVerzonden: maandag 6 mei 2024 14:07\nAan: Cy\nOnderwerp: RE: order",
    "pl": "Od: Shop\nWysłano: poniedziałek, 6 maja 2024 14:07\nDo: Cy\nTemat: zamówienie",
    "sv": "Från: Shop\nSkickat: den 6 maj 2024 14:07\nTill: Cy\nÄmne: order",
    "da": "Fra: help@shop.example\nSendt: 19. marts 2011 12:10\nTil: Cy\nEmne: ordre",
    "fi": "Lähettäjä: Shop\nLähetetty: maanantai 6. toukokuuta 2024 14.07\nVastaanottaja: Cy\n"
    "Aihe: tilaus",
    "tr": "Kimden: Shop <help@shop.example>\nGönderildi: 6 Mayıs 2024 Pazartesi 14:07\nKime: Cy\n"
    "Konu: sipariş",
    "cs": "Od: Shop <help@shop.example>\nOdesláno: pondělí 6. května 2024 14:07\nKomu: Cy\n"
    "Předmět: objednávka",
    "vi": "Từ: Shop <help@shop.example>\nĐã gửi: 06 Tháng Năm 2024 14:07\nTới: Cy\n"
    "Chủ đề: đơn hàng",
    "ru": "От: Shop <help@shop.example>\nОтправлено: 6 мая 2024 г. 14:07\nКому: Cy\nТема: заказ",
    "uk": "Від: Shop <help@shop.example>\nНадіслано: 6 травня 2024 р. 14:07\nКому: Cy\n"
    "Тема: замовлення",
    "ar": "من: Shop <help@shop.example>\nتم الإرسال: الاثنين، 6 مايو 2024 14:07\nإلى: Cy\n"
    "الموضوع: طلب",
    "ko outlook": "보낸 사람: 새벽 상점 <help@shop.example>\n보낸 날짜: 2024년 5월 6일 월요일 "
    "오후 2:07\n"
    "받는 사람: Cy <cy@c.example>\n제목: RE: 주문",
    "ko outlook names": "보낸 사람: 새벽 상점\n보낸 날짜: 2024년 5월 6일 월요일 오후 2:07\n받는 "
    "사람: Cy\n"
    "참조: Bo\n제목: RE: 주문",
    "ko samsung": "발신: 새벽 상점 <help@shop.example>\n날짜: 2024/5/6 오후 2:07 (GMT+09:00)\n"
    "받은 사람: cy@c.example\n제목: 주문",
    "ko daum": "보낸사람 : 새벽 상점 <help@shop.example>\n받는사람 : <cy@c.example>\n"
    "날짜: 2024년 5월 6일 월요일, 14시 07분 00초 +0900\n제목: 주문",
    "ko naver": '보낸사람: "새벽 상점"<help@shop.example>\n받는사람: <cy@c.example>\n참조:\n'
    "보낸시간: 2024-05-06 (월) 14:07:00 (GMT+09:00)\n제목: 주문",
    "naver": 'From: "새벽 상점"<help@shop.example>\nTo: <cy@c.example>;\nCc:\n'
    "Sent: 2024-05-06 (월) 14:07:00 (GMT+09:00)\nSubject: 주문",
    "ja": "差出人: 夜明け商店 <help@shop.example>\n送信日時: 2024年5月6日 14:07\n宛先: Cy\n件名: "
    "Re: 注文",
    "zh": "发件人: 商店 <help@shop.example>\n发送时间: 2024年5月6日 14:07\n收件人: Cy\n主题: "
    "回复: 订单",
    "zh qq": '发件人: "Shop"<help@shop.example>;\n发送时间: 2024年5月6日(星期一) 下午2:07\n'
    '收件人: "Cy"<cy@c.example>;\n主题: 订单',
    "zh foxmail": "发件人： 商店\n发送时间： 2024-05-06 14:07\n收件人： cy@c.example\n主题： 订单",
    "zh 163": "| 发件人 | 商店<help@shop.example> |\n| 发送日期 | 2024年05月06日 14:07 |\n"
    "| 收件人 | <cy@c.example> |\n| 主题 | 订单 |",
    "zh-tw": "寄件者: 商店 <help@shop.example>\n寄件日期: 2024年5月6日 下午 02:07\n收件者: Cy\n"
    "主旨: RE: 訂單",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_of_header_names(name: str) -> None:
    check(f"{BLOCKS[name]}\n\n{BODY}")
    reply, rest = split_reply(f"{REPLY}\n\n{'_' * 32}\n{BLOCKS[name]}\n\n{BODY}")
    assert reply == REPLY
    assert rest.endswith(BODY)
    quoted = "\n".join(f"> {line}" for line in BLOCKS[name].split("\n"))
    check(f"{quoted}\n{QUOTED}")


@pytest.mark.parametrize(
    "title", ["------[ 받은 메일 내용 ]------", "Original Message", "Message du 06/05/24 14:07"]
)
def test_a_title_above_a_block_goes_with_it(title: str) -> None:
    check(f"{title}\n{BLOCKS['ko samsung']}\n\n{BODY}")


def test_the_first_seam_counts() -> None:
    older = f"{SENTENCES['ko gmail']}\n\n{QUOTED}"
    check(f"{BLOCKS['ko outlook']}\n\n{BODY}\n\n{BLOCKS['outlook en']}\n\n{BODY}\n\n{older}")
    check(f"{SENTENCES['fr gmail']}\n\n{QUOTED}\n> {SENTENCES['de gmail']}\n>> Hallo")


def test_above_our_marker_the_sentence_goes_too() -> None:
    marker = "> ##- Please write your answer above this line -##\n> \n> Hello"
    check(f"{SENTENCES['gmail en']}\n\n{marker}")
    check(marker)
