"""Where the reply ends, by mail program and language; and where no cut may be made."""

import pytest

from onque.modules.mail.rules.html import to_text
from onque.modules.mail.rules.replies import split_reply

REPLY = "네, 아직 안 들어왔어요.\n\n확인 부탁드려요."
INTRODUCTIONS = {
    "gmail ko": "2024년 5월 6일 (월) 오후 2:07, 새벽 상점 <help@shop.example>님이 작성:\n"
    "\n> 안녕하세요",
    "gmail ko wrapped": "2024년 5월 6일 (월) 오후 2:07, 새벽 상점 <\n"
    "help@shop.example>님이 작성:\n\n> 안녕",
    "gmail en": "On Mon, May 6, 2024 at 2:07 PM Shop <help@shop.example> wrote:\n\n> hi",
    "apple en": "On May 6, 2024, at 14:07, Shop <help@shop.example> wrote:\n> \n> hi",
    "apple ko": "2024. 5. 6. 오후 2:07, 새벽 상점 <help@shop.example> 작성:\n\n> 안녕",
    "thunderbird ko": "2024-05-06 오후 2:07에 새벽 상점 이(가) 쓴 글: <help@shop.example> 작성:\n"
    "> 안녕",
    "naver": "-----Original Message-----\n"
    'From: "새벽 상점"<help@shop.example>\nTo: <a@b.example>\n\n안녕',
    "daum": "--------- 원본 메일 ---------\n"
    "보낸사람 : 새벽 상점\n받는사람 : 나\n날짜 : 2024\n제목 : 주문",
    "outlook ko": "보낸 사람: 새벽 상점 <help@shop.example>\n"
    "보낸 날짜: 2024년\n받는 사람: 나\n제목: 주문\n\n안녕",
    "outlook en": "From: Shop <help@shop.example>\nSent: Monday\nTo: me\nSubject: order\n\nhi",
    "outlook line": "________________________________\nFrom: Shop\nSent: Monday\nTo: me\n\nhi",
    "outlook de": "Von: Shop\nGesendet: Montag\nAn: mich\nBetreff: Bestellung\n\nHallo",
    "de": "Am 06.05.2024 um 14:07 schrieb Shop <help@shop.example>:\n> Hallo",
    "fr": "Le lun. 6 mai 2024 à 14:07, Shop <help@shop.example> a écrit :\n> Bonjour",
    "es": "El lun, 6 may 2024 a las 14:07, Shop (<help@shop.example>) escribió:\n> Hola",
    "pt": "Em seg., 6 de mai. de 2024 às 14:07, Shop <help@shop.example> escreveu:\n> Oi",
    "it": "Il giorno lun 6 mag 2024 alle ore 14:07 Shop <help@shop.example> ha scritto:\n> Ciao",
    "ru": "пн, 6 мая 2024 г. в 14:07, Shop <help@shop.example>:\n> Привет",
    "zh": "Shop <help@shop.example> 于2024年5月6日周一 14:07写道：\n> 你好",
    "ja": "2024年5月6日(月) 14:07 Shop <help@shop.example>:\n> こんにちは",
    "ours ko": "##- 이 줄 위에 답장을 적어 주세요 -##\n\n안녕하세요",
    "quote alone": "> 안녕하세요\n> 새벽 상점입니다",
}


@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_the_quotation_is_cut(name: str) -> None:
    rest = INTRODUCTIONS[name]
    reply, quoted = split_reply(f"{REPLY}\n\n{rest}\n")
    assert reply == REPLY
    assert quoted.strip("_\n ").startswith(rest.strip("_\n ")[:20])


@pytest.mark.parametrize("name", [n for n in INTRODUCTIONS if "> " in INTRODUCTIONS[n]])
def test_answers_below_or_between_are_shown_whole(name: str) -> None:
    text = f"{INTRODUCTIONS[name]}\n\n이렇게 답합니다. 위의 글을 보세요."
    assert split_reply(text) == (text, "")
    between = f"안녕하세요\n\n{text}"
    assert split_reply(between)[0] == between


@pytest.mark.parametrize(
    "text",
    [
        "On 5 May I wrote you a mail with this order:\n\n1. red shoes\n2. blue hat\n",
        "보낸 사람: 저예요\n오늘 주문한 물건이 안 왔어요.",
        "From: the shop I expected more.\nTo be honest, it hurts.",
        "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: Mon\nTo: me\n\nsee",
        "He said:\n> nothing\n\nand then left.",
        "-- \nonly a signature",
        "",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert split_reply(text) == (text.strip("\n"), "")


def test_forwarded_mail_is_shown_whole() -> None:
    text = "보세요\n\nFrom: A <a@b.example>\nSent: Mon\nTo: me\n\n원문"
    assert split_reply(text, "FW: 주문") == (text, "")
    assert split_reply(text, "Re: 주문")[0] == "보세요"


HTML = {
    "gmail": '<div>네</div><div class="gmail_quote"><div>On Mon, May 6, 2024 at 2:07 PM Shop '
    '&lt;<a href="mailto:h@s.example">h@s.example</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote">hi<br>there</blockquote></div>',
    "apple": '<div>네</div><div><blockquote type="cite"><div>On May 6, 2024, at 14:07, Shop '
    "&lt;h@s.example&gt; wrote:</div><div>hi</div></blockquote></div>",
    "outlook": "<p>네</p><div style='border-top:solid #E1E1E1 1pt'><p><b>From:</b> Shop<br>"
    "<b>Sent:</b> Monday<br><b>To:</b> me<br><b>Subject:</b> order</p></div><p>hi</p>",
    "naver": "<p>네</p><p>-----Original Message-----<br><b>From:</b> Shop<br><b>To:</b> me</p>hi",
}


@pytest.mark.parametrize("name", HTML)
def test_replies_in_html(name: str) -> None:
    assert split_reply(to_text(HTML[name]))[0] == "네"


def test_html_as_text() -> None:
    shown = "<style>x</style><ul><li>하나<li>둘</ul><pre>a\n  b</pre><table><tr><td>1<td>2</table>"
    hidden = '<p style="display:none">no</p><img src="http://t/x.gif" width="1">&lt;b&gt; &amp;'
    text = to_text(shown + hidden + "<![ broken")
    assert text.startswith("- 하나\n- 둘\na\n  b\n1 2")
    assert "no" not in text
    assert "<b> &" in text
