"""What only looks like a quotation, answers below and between, forwards, and signatures."""

import pytest

from onque.modules.mail.rules.replies import is_answer, split_reply

INTRO = "On Mon, May 6, 2024 at 2:07 PM Shop <help@shop.example> wrote:"
LONG = "> Hello,\n> your order has left.\n> It should arrive by Friday.\n> Is that fine?\n> Ada"

WHOLE = {
    "prose en": "On Monday I wrote:\n\nplease cancel the order\n\nand nobody answered.",
    "prose dated": "On 5 May 2024 I wrote to help@shop.example:\n\ncancel it please\n\nStill "
    "nothing.",
    "prose colleague": "On 6 May 2024 at 10:30 your colleague wrote:\n\nwe will refund\n\nWhen?",
    "prose we": "On 05/06/2024 at 10:30 AM we wrote:\n\ncancel the order\n\nPlease answer.",
    "prose de": "Am 06.05.2024 um 10:30 schrieb ich Ihnen:\n\nBitte stornieren.\n\nKeine Antwort.",
    "prose de 2": "Am 5. Mai schrieb mir Ihr Kollege:\n\nwir erstatten\n\nWann denn?",
    "prose fr": "Le 6 mai 2024 à 10:30 j'ai écrit :\n\nannulez la commande\n\nRien.",
    "prose ko": "5월 6일에 제가 작성:\n\n취소해 주세요\n\n답이 없어요.",
    "prose ko 2": "2024년 5월 6일 14:07에 제가 작성했습니다:\n\n취소해 주세요\n\n답이 없어요.",
    "prose clause": "On 05/06/2024 at 10:30 AM Kim wrote that the parcel is lost and these were his"
    " words:\n\nlost\n\nWhere is it?",
    "he wrote": "Dear Shop, he wrote:\n\nI will pay.\n\nBut he did not.",
    "he said": "He said:\n> nothing\n\nand then left.",
    "from prose": "From: the start\nI thought this was odd.\nTo: be fair, it works.",
    "route form": "We want to move:\n\nFrom: Seoul\nTo: Busan\nDate: 5/6/2024\n\nHow much?",
    "route form 2": "Moving:\n\nFrom: Seoul\nTo: Busan\nDate: May 6\nSubject: piano\n\nHow much?",
    "flight": "Flight:\nFrom: ICN\nTo: NRT\nDate: 2024-05-06 14:07\n\nPlease rebook.",
    "interview": "Invitation for an interview:\n\nDate: Wednesday 3, October 2011\nTime: 7 : 00am\n"
    "Address: 130 Fox St\n\nPlease bring your ID.",
    "contact form": "New inquiry\n\nName: Kim\nEmail: kim@c.example\nSubject: order\nMessage: "
    "hello",
    "order form": "주문 내역입니다.\n\n이름: 김철수\n날짜: 2024-05-06\n제목: 신발\n수량: 2\n\n"
    "확인 부탁드려요.",
    "meeting ko": "회의 안내\n\n일시: 2024년 5월 6일 14:07\n장소: 서울\n제목: 도입 상담\n\n참석 "
    "부탁드립니다.",
    "letter": "To: the manager\nSubject: complaint\n\nI want my money back.",
    "von bis": "Reise\n\nVon: Berlin\nAn: Hamburg\nDatum: 06.05.2024\n\nWas kostet das?",
    "shell": "It fails:\n> npm install\n> npm start",
    "shell apart": "It fails when I run\n\n> npm install\n> npm start",
    "python": "I ran\n\n>>> import shop\n>>> shop.run()",
    "arrows": "Visit us now:\n>>> >>>  https://shop.example <<<\nVisit our site by the link above.",
    "table": "| a | b |\n| - | - |\n| 1 | 2 |",
    "table below text": "The prices:\n\n| a | b |\n| 1 | 2 |",
    "rule": "first part\n\n-----------------\n\nsecond part, which is also mine and matters",
    "rule 2": "first part\n____________________________\nsecond part",
    "list with dashes": "I need:\n\n- red shoes\n- blue hat\n-- and a coat",
    "dashes prose": "The price -- it was wrong.\n--\nPlease look at the following points, there "
    "are "
    "many of them, and each one is longer than what stands on a business card:\n1. a\n2. b",
    "original word": "I lost the original message. Please send it again.",
    "original word ko": "원본 메일을 못 찾겠어요.\n다시 보내 주세요.",
    "reply above": "Please look at the text above this line.\nIt is wrong.",
    "sent from": "Parcel one arrived.\nSent from Busan by ship on the sixth of May.",
    "sent from 2": "Here it is.\n\nSent from my desk, which is easier than my mobile phone.",
    "sent from ko": "택배는 왔어요.\n어제 부산에서 보냈습니다",
    "sent from de": "Das Paket ist da.\nGesendet mit der Post am 6. Mai",
    "sent from fr": "Bien reçu.\nEnvoyé par la poste le 3 mai",
    "telephone": "My iPhone is broken.\nIt was sent from my home to your shop.",
    "wrote colon": "My boss wrote:\nplease order ten more",
    "see below": "Hi,\n\nplease see my answers below:\n\n1. yes\n2. no",
    "time": "Opening hours\n\n2024-05-06 14:07: closed\n2024-05-07 14:07: open",
    "log": "Log:\n2024-05-06 14:07:01 mail from help@shop.example: refused\n2024-05-06 14:07:02 x",
    "contact": "Ask Ada Lovelace <help@shop.example>:\nshe knows more about it.",
    "on list": "On your remote host you can run:\n\ntelnet 127.0.0.1 52698\n\nThis should connect.",
    "on number": "On 5 of 10 tries it failed. My notes, written:\n\n1. bad",
    "de list": "De: 10 a 12\nA: casa",
    "chat": "Ada: hello\nCy: hi\nAda: how are you\nTo: you",
    "only signature": "-- \nCy\ncy@c.example",
    "only device": "Sent from my iPhone",
    "only quote": LONG,
    "only intro": f"{INTRO}\n\n{LONG}",
    "device and quote": f"Sent from my iPhone\n\n{INTRO}\n\n{LONG}",
    "empty": "",
}


@pytest.mark.parametrize("name", WHOLE)
def test_shown_whole(name: str) -> None:
    assert split_reply(WHOLE[name]) == (WHOLE[name], "")


def test_inline_answers_are_shown_whole() -> None:
    text = f"Hi Ada,\n\n{INTRO}\n> Was it red?\n\nYes.\n\n> And large?\n\nNo.\n\n> Ada"
    assert split_reply(text) == (text, "")
    text = f"{INTRO}\n{LONG}\n\nYes.\n\n> And large?\n> Or small?\n\nNo."
    assert split_reply(text) == (text, "")
    text = "> Was it red?\n\nYes.\n\n> And large?\n\nNo."
    assert split_reply(text) == (text, "")


def test_an_answer_below_a_long_quotation_comes_first() -> None:
    assert split_reply(f"{INTRO}\n\n{LONG}\n\nYes, fine.\n\nCy") == (
        "Yes, fine.\n\nCy",
        f"{INTRO}\n\n{LONG}",
    )
    assert split_reply(f"Hello Ada,\n\n{INTRO}\n{LONG}\n\nYes, fine.") == (
        "Hello Ada,\n\nYes, fine.",
        f"{INTRO}\n{LONG}",
    )


def test_a_greeting_below_the_quotation_stays() -> None:
    reply, rest = split_reply(f"Test reply\n{INTRO}\n\n{LONG}\n\nRegards, Cy")
    assert reply == "Test reply\n\nRegards, Cy"
    assert rest == f"{INTRO}\n\n{LONG}"


@pytest.mark.parametrize(
    "below",
    ["-- \nCy\nSales", "--\n*Cy*\nSales", "Sent from my iPhone", "나의 iPhone에서 보냄"],
)
def test_a_signature_below_the_quotation_is_folded_with_it(below: str) -> None:
    text = f"Yes.\n\n{INTRO}\n\n{LONG}\n\n{below}"
    assert split_reply(text) == ("Yes.", text.removeprefix("Yes.\n\n"))


def test_a_list_footer_below_the_quotation() -> None:
    footer = f"{'_' * 47}\nshop mailing list\nshop@lists.example\nhttps://lists.example/shop"
    assert split_reply(f"Yes.\n\n{INTRO}\n{LONG}\n\n{footer}")[0] == "Yes."


def test_wrapped_quoted_lines() -> None:
    long = "> your order of the sixth of May has left our house today, and it should be with\n"
    text = f"Yes.\n\n{INTRO}\n> Hello,\n{long}you soon.\n> And again:\n{long}you soon.\n> Ada"
    assert split_reply(text)[0] == "Yes."


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Ada <a@b.example>\nDate: Mon, May 6, "
    "2024"
    " at 2:07 PM\nSubject: order\nTo: Cy <c@d.example>\n\nhello",
    "gmail ko": "---------- Forwarded message ---------\n보낸사람: 아다 <a@b.example>\n"
    "Date: 2024년 5월 6일 (월) 오후 2:07\nSubject: 주문\nTo: <c@d.example>\n\n안녕",
    "apple": "Begin forwarded message:\n\nFrom: Ada <a@b.example>\nSubject: order\n"
    "Date: 6 May 2024 at 14:07:00 GMT+9\nTo: c@d.example\n\nhello",
    "apple quoted": "> Begin forwarded message:\n> \n> From: Ada <a@b.example>\n> Subject: order\n"
    "> Date: 6 May 2024\n> To: c@d.example\n> \n> hello",
    "apple de": "Anfang der weitergeleiteten Nachricht:\n\nVon: Ada <a@b.example>\nBetreff: x\n"
    "Datum: 6. Mai 2024 um 14:07:00 MESZ\nAn: c@d.example\n\nhallo",
    "apple ko": "전달된 메시지 시작:\n\n발신: 아다 <a@b.example>\n제목: 주문\n"
    "날짜: 2024년 5월 6일 오후 2:07\n수신: c@d.example\n\n안녕",
    "apple ja": "転送されたメッセージ:\n\n差出人: A <a@b.example>\n件名: 注文\n日付: "
    "2024年5月6日 14:07\n"
    "宛先: c@d.example\n\nこんにちは",
    "apple zh": "下面是被转发的邮件：\n\n发件人: A <a@b.example>\n主题: 订单\n日期: 2024年5月6日 "
    "14:07\n"
    "收件人: c@d.example\n\n你好",
    "thunderbird": "-------- Forwarded Message --------\nSubject: order\nDate: Mon, 6 May 2024 "
    "14:07\n"
    "From: Ada <a@b.example>\nTo: c@d.example\n\nhello",
    "thunderbird de": "-------- Weitergeleitete Nachricht --------\nBetreff: x\nVon: A "
    "<a@b.example>\n"
    "An: c@d.example\n\nhallo",
    "thunderbird ko": "-------- 전달된 메시지 --------\n제목: 주문\n날짜: 2024\n보낸 사람: 아다 "
    "<a@b.example>\n"
    "받는 사람: c@d.example\n\n안녕",
    "fr": "-------- Message transféré --------\nDe : A <a@b.example>\nObjet : x\n\nbonjour",
    "es": "---------- Mensaje reenviado ---------\nDe: A <a@b.example>\nAsunto: x\n\nhola",
    "pt": "---------- Mensagem encaminhada ---------\nDe: A <a@b.example>\nAssunto: x\n\noi",
    "it": "-------- Messaggio Inoltrato --------\nDa: A <a@b.example>\nOggetto: x\n\nciao",
    "ru": "-------- Пересылаемое сообщение --------\n06.05.2024, 14:07, A <a@b.example>:\n\nпривет",
    "zh": "---------- 转发的邮件 ---------\n发件人: A <a@b.example>\n\n你好",
    "qq": "------------------ 转发邮件 ------------------\n发件人: A <a@b.example>\n\n你好",
}


@pytest.mark.parametrize("name", FORWARDS)
@pytest.mark.parametrize("above", ["", "Please look at this.\n\n"])
def test_forwarded_mail_is_content(name: str, above: str) -> None:
    text = f"{above}{FORWARDS[name]}"
    assert split_reply(text, "Re: order") == (text, "")


@pytest.mark.parametrize(
    "subject", ["Fwd: x", "FW: x", "WG: x", "TR: x", "RV: x", "ENC: x", "전달: x"]
)
def test_a_header_block_under_a_forward_subject_is_content(subject: str) -> None:
    text = "See.\n\nFrom: Ada <a@b.example>\nSent: Monday 2:07 PM\nTo: Cy\nSubject: order\n\nhello"
    assert split_reply(text, subject) == (text, "")
    assert split_reply(text, f"Re: {subject}")[0] == "See."


def test_a_forward_inside_the_quotation_does_not_stop_the_cut() -> None:
    text = (
        f"Thanks.\n\n{INTRO}\n\n> See this.\n>\n> ---------- Forwarded message ---------\n> From: A"
    )
    assert split_reply(text)[0] == "Thanks."
    below = (
        "From: Ada <a@b.example>\nSent: Monday, May 6, 2024 2:07 PM\nTo: Cy\nSubject: FW: order\n\n"
    )
    assert split_reply(f"Thanks.\n\n{below}{FORWARDS['gmail']}")[0] == "Thanks."


def test_bare_quoted_lines_count_in_answers_only() -> None:
    text = "I found this in your shop:\n\nsome words\n\n> No returns.\n> No refunds."
    assert split_reply(text)[1] == "> No returns.\n> No refunds."
    assert split_reply(text, answers=False) == (text, "")


def test_what_an_answer_is() -> None:
    assert is_answer("Re: order", (), ())
    assert is_answer("order", ("a@b.example",), ())
    assert is_answer("[RE] 주문", ())
    assert is_answer("답장: 주문", ())
    assert is_answer("AW: Re[2]: x")
    assert not is_answer("order", (), ())
    assert not is_answer("Fwd: order")


SIGNATURES = [
    "-- \nCy\nSales, Corp.",
    "--\nCy\n+82 10 1234 5678",
    "-- \nCy\n\nThis message is confidential. If you are not the one it was meant for, tell us at "
    "once and delete it, since it may hold things that are nobody's business.",
    "Sent from my iPhone",
    "Sent from my Verizon Wireless BlackBerry",
    "Sent from my Galaxy S24",
    "Sent from Outlook for Android<https://aka.ms/ghei36>",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent from Yahoo Mail for iPhone",
    "Sent from Mail for Windows 10",
    "Sent with Proton Mail secure email.",
    "Sent with Airmail",
    "Sent via mobile",
    "[Sent from my mobile phone]",
    "나의 iPhone에서 보냄",
    "내 iPhone에서 보냄",
    "나의 Galaxy에서 보냄",
    "삼성 Galaxy 스마트폰에서 보냄",
    "네이버 메일 앱에서 보냄",
    "Android용 Outlook 다운로드",
    "iPhoneから送信",
    "Outlook for iOS を入手",
    "发自我的iPhone",
    "发自我的华为手机",
    "從我的 iPhone 傳送",
    "获取 Outlook for Android",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon mobile Orange",
    "Obtenir Outlook pour Android",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru",
    "Verstuurd vanaf mijn iPhone",
    "Wysłane z iPhone'a",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "iPhone'umdan gönderildi",
    "Odesláno z iPhonu",
    "Đã gửi từ iPhone của tôi",
    "Надіслано з iPhone",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_are_folded_alone_and_above_a_quotation(signature: str) -> None:
    assert split_reply(f"Yes.\n\nRegards\nCy\n\n{signature}") == ("Yes.\n\nRegards\nCy", signature)
    reply, rest = split_reply(f"Yes.\n\n{signature}\n\n{INTRO}\n\n{LONG}")
    assert reply == "Yes."
    assert rest == f"{signature}\n\n{INTRO}\n\n{LONG}"


@pytest.mark.parametrize(
    "text", [*WHOLE.values(), *FORWARDS.values(), f"Yes.\n\n{INTRO}\n\n{LONG}\n\nYes\n> a\nno"]
)
def test_no_line_is_ever_lost(text: str) -> None:
    for above in ("", "Hello\n\n", "Hello\n-- \nCy\n\n"):
        reply, rest = split_reply(above + text)
        shown = [line for line in f"{reply}\n{rest}".split("\n") if line.strip()]
        assert sorted(shown) == sorted(line for line in (above + text).split("\n") if line.strip())
