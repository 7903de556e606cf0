"""HTML mail as text: blocks, lists, what is hidden, what mailers leave in."""

import pytest

from onque.modules.mail.rules.html import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three<BR />four", "one\ntwo\nthree\nfour"),
        ("a <b>bold</b> and <i>slanted</i> word", "a bold and slanted word"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
        ("a &amp; b &lt;c&gt; &#44397; &#xAD6D; &nbsp;&hearts;", "a & b <c> 국 국 ♥"),
        ("<style>p{color:red}</style>x<script>alert(1)</script>", "x"),
        ("<STYLE type=text/css>p{color:red}</STYLE >x", "x"),
        ("<head><title>t</title><style>a{}</style></head><body>x</body>", "x"),
        ("<head><style>a{}</style><body>x</body>", "x"),
        ('<div style="display:none">hidden</div>seen', "seen"),
        ('<div style="display : none !important; max-height:0">hidden</div>seen', "seen"),
        ('<span style="font-size:0;overflow:hidden;max-height:0px">hidden</span>seen', "seen"),
        ("<div hidden>hidden</div>seen", "seen"),
        ('<p style="font-size:0.9em">seen</p>', "seen"),
        ("<!-- note -->x<!---->y<!-->z", "xyz"),
        ("<!--[if mso]><p>for Word</p><![endif]-->x", "x"),
        ("<![if !mso]>x<![endif]>", "x"),
        ("<!--[if !mso]><!-->x<!--<![endif]-->", "x"),
        ("x<o:p></o:p><o:p>&nbsp;</o:p>y", "x y"),
        ("<p>x</p><o:p>&nbsp;</o:p><p>y</p>", "x\n\ny"),
        ("<xml><w:WordDocument>junk</w:WordDocument></xml>x", "x"),
        ("preview\u200c \u00a0\u200c \u00a0\u200c \u00a0\u034f \u00a0end", "preview end"),
        ("<div>\u200c\u00a0\u200c\u00a0\u200c</div>x", "x"),
        ("\ufeffx\u200by\u00adz", "xyz"),
        ("👩\u200d💻 joined", "👩\u200d💻 joined"),
        ('<a href="https://x.test/a?b=1&amp;c=2">here</a>', "here <https://x.test/a?b=1&c=2>"),
        ('<a href="https://x.test/">https://x.test/</a>', "https://x.test/"),
        ('<a href="https://x.test/">x.test</a>', "x.test"),
        ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c"),
        ('<a href="https://x.test/t"><img src="https://x.test/i.png"></a>', ""),
        ('<img src="cid:logo@x">', "[image: logo]"),
        ('<img src="https://x.test/p.gif" width="1" height="1" alt="">', ""),
        ('<img src="https://x.test/p.gif" alt="Shop">', "[image: Shop]"),
        ("<hr>x", "_" * 32 + "\nx"),
        ("<blockquote type=cite><p>q</p></blockquote>new", "> q\n\nnew"),
        ("a < b and c > d", "a < b and c > d"),
        ("1<2", "1<2"),
        ("x<", "x<"),
        ("x<p", "x<p"),
        ("x<p y", "x<p y"),
        ("a<!b", "a<!b"),
        ("a<![x b", "a<![x b"),
        ('<div title="a > b">x</div>', "x"),
        ('<div title="broken>x</div>', "x"),
        ("<textarea>a\nb</textarea>", "a\nb"),
        ("<td>1<td>2", "1 2"),
        ("</p></div>x", "x"),
        ("&#99999999999999999999;x", "x"),
        ("&#xD800;x", "\ufffdx"),
        ("<p>한글\n문단</p>", "한글 문단"),
        ("", ""),
    ],
)
def test_text(html: str, text: str) -> None:
    assert to_text(html) == text


BOMBS = {
    "elements": "<div>" * 200_000,
    "quotations": "<blockquote type=cite>" * 20_000 + "x",
    "formats": "".join(f"<b id={n}>" for n in range(30_000)) + "<p>x</p>" * 30_000,
    "openings": "<" * 500_000,
    "names": "<a" * 300_000,
    "names and an end": "<a" * 300_000 + ">",
    "quotes": "<a '" * 200_000 + ">",
    "two quotes": "<a \"> <a' " * 100_000 + "'\">",
    "comments": "<!--" * 300_000 + ">",
    "styles": "<style>" * 100_000 + ">",
    "closed styles": "<STYLE></STYLE>" * 60_000,
    "ends": "</p>" * 300_000,
    "attributes": "<a " + "x=1 " * 300_000 + ">",
    "blanks": "<p>" + " " * 1_000_000 + "</p>",
    "invisible": "\u200c" * 600_000,
    "entities": "&" * 500_000,
    "numbers": "&#" + "9" * 500_000 + ";",
    "links": '<a href="https://x.test/">' * 60_000 + "x" + "</a>" * 60_000,
    "hidden": "<i style='display:none'>" * 60_000,
    "declared": '<i style="' + "font-size:0;" * 100_000 + '">x</i>',
    "cells": "<td>" * 300_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_whatever_is_written_takes_bounded_time(name: str) -> None:
    to_text(BOMBS[name])
