"""The reply in HTML mail, by the marks of many mail programs; and where nothing may be cut."""

from pathlib import Path

import pytest

from onque.modules.mail.rules.parsed import ParsedMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.quote_html import split_html

NEW = "Yes, please send it <b>again</b>.<br>Thank you!"
SAID = "Yes, please send it again.\nThank you!"
OLD = "Hello,<br>your order has left our house.<br>Ada"
INTRO = "On Mon, May 6, 2024 at 2:07 PM Shop &lt;<a "
"href='mailto:h@s.example'>h@s.example</a>&gt; wrote:"
UNKNOWN = "Mon 6 Mayr 2024 zo 14:07 hot Shop &lt;h@s.example&gt; gschriim:"
BLOCK = (
    "<b>From:</b> Shop &lt;h@s.example&gt;<br><b>Sent:</b> Monday, May 6, 2024 2:07 PM<br>"
    "<b>To:</b> Cy<br><b>Subject:</b> order"
)

PLACES = {"NEW": NEW, "OLD": OLD, "INTRO": INTRO, "UNKNOWN": UNKNOWN, "BLOCK": BLOCK}


def fill(markup: str) -> str:
    for name, words in PLACES.items():
        markup = markup.replace(f"{{{name}}}", words)
    return markup


PROGRAMS = {
    path.stem: fill(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "samples" / "quotes").glob("*.htm"))
}


def read(html: str, text: str = "", subject: str = "Re: order") -> ParsedMail:
    head = f"From: cy@c.example\nSubject: {subject}\nMIME-Version: 1.0\n"
    if not text:
        body = f"Content-Type: text/html; charset=utf-8\n\n{html}"
    else:
        body = (
            "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; "
            f"charset=utf-8\n\n{text}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--"
        )
    return parse_mail(f"{head}{body}\n".encode())


def holds_all(mail: ParsedMail) -> None:
    shown = [line for line in f"{mail.reply}\n{mail.quoted}".split("\n") if line.strip()]
    assert shown == [line for line in mail.text.split("\n") if line.strip()]
    assert mail.reply_html + mail.quoted_html == mail.html


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_reply_of_html_alone(name: str) -> None:
    mail = read(PROGRAMS[name])
    assert [line for line in mail.reply.split("\n") if line.strip()][:2] == [
        "Yes, please send it again.",
        "Thank you!",
    ]
    for part in (mail.reply, mail.reply_html):
        assert "your order" not in part
        assert "h@s.example" not in part
    assert "<b>again</b>" in mail.reply_html
    assert "your order" in mail.quoted_html
    holds_all(mail)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_marks_of_the_html_tell_where_the_text_ends(name: str) -> None:
    text = "Yes, please send it again.\nThank you!\n\nsome words of a language nobody knows\n\n"
    "Hello,\nAda"
    mail = read(PROGRAMS[name], text)
    assert "<b>again</b>" in mail.reply_html
    assert "your order" not in mail.reply_html
    if "signature" not in name and name not in {"apple-ios", "outlook-mobile"}:
        assert mail.reply == SAID
    holds_all(mail)


def test_a_text_that_says_something_else_is_not_cut_by_the_html() -> None:
    mail = read(PROGRAMS["gmail"], "Something else altogether\n\nand more of it")
    assert (mail.reply, mail.quoted) == ("Something else altogether\n\nand more of it", "")


WHOLE = {
    "gmail forward": '<div>See this.</div><div class="gmail_quote"><div class="gmail_attr">----- '
    f"Forwarded message -----<br>From: Shop &lt;h@s.example&gt;<br></div>{OLD}</div>",
    "apple forward": f'<div>See.</div><blockquote type="cite"><div>Begin forwarded message:</div>'
    f"<div><b>From:</b> Shop</div><div>{OLD}</div></blockquote>",
    "inline": f'<div class="moz-cite-prefix">{INTRO}</div><blockquote type="cite">Red?</blockquote>'
    '<p>Yes.</p><blockquote type="cite">Large?</blockquote><p>No.</p>',
    "nothing above": f'<div class="gmail_quote"><div>{INTRO}</div><blockquote type="cite">{OLD}'
    "</blockquote></div>",
    "an indented paragraph": "<p>Please note:</p><blockquote style='margin:0 0 0 "
    "40px;border:none'>it is "
    "red</blockquote>",
    "a ruled box": "<p>Offer</p><div style='border-top:solid #E1E1E1 1pt'>Prices and more</div>",
    "a quotation of a poet": "<p>As he said</p><blockquote>To be or not</blockquote><p>Right?</p>",
    "empty": "<p></p>",
}


@pytest.mark.parametrize("name", WHOLE)
def test_shown_whole(name: str) -> None:
    assert split_html(WHOLE[name]) == (WHOLE[name], "")
    mail = read(WHOLE[name])
    assert (mail.reply, mail.quoted) == (mail.text.strip("\n"), "")
    assert (mail.reply_html, mail.quoted_html) == (mail.html, "")


def test_outlooks_forward_is_shown_whole() -> None:
    assert read(PROGRAMS["outlook-365"], subject="FW: order").quoted_html == ""
    assert read(PROGRAMS["outlook-365"], subject="RE: FW: order").quoted_html


def test_an_answer_below_the_quotation() -> None:
    html = (
        f'<div class="moz-cite-prefix">{INTRO}</div><blockquote type="cite">{OLD}<br>1<br>2<br>3'
        "</blockquote><p>Below, <i>I</i> answer.</p>"
    )
    visible, quoted = split_html(html)
    assert "Below, <i>I</i> answer." in visible
    assert "your order" not in visible
    assert "your order" in quoted
    mail = read(html)
    assert mail.reply == "Below, I answer."


def test_pictures_of_the_reply_stay() -> None:
    html = f'<p>See <br><img src="cid:a"></p><div class="gmail_quote">{INTRO}<p>{OLD}</p></div>'
    visible, _quoted = split_html(html)
    assert "cid:a" in visible


@pytest.mark.parametrize(
    "html",
    [
        *(mark * 5000 for mark in ("<", "<a ", '<a "', "<!--", "<b>", "</b>", "a<br>", "&#x;")),
        "<div class=gmail_quote>" * 3000,
        "<blockquote type=cite>x" * 3000,
    ],
)
def test_hostile_html_is_read_in_one_pass(html: str) -> None:
    visible, quoted = split_html(f"<p>hi</p>{html}")
    assert visible + quoted == f"<p>hi</p>{html}"
