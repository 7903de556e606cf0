"""What the sanitiser keeps of HTML, and that nothing of it can run, load or deceive."""

import re
from html.parser import HTMLParser

import pytest
from tests.hostile.payloads import HOST, all_payloads

from onque.kernel import markup

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
PLAIN = frozenset(
    [
        "dir",
        "lang",
        "title",
        "href",
        "src",
        "alt",
        "width",
        "height",
        "colspan",
        "rowspan",
        "border",
        "start",
        "type",
        "class",
        "target",
        "rel",
    ]
)
LAYOUT = PLAIN | frozenset(
    "style data-src align valign bgcolor color cellpadding cellspacing".split()  # noqa: SIM905
)
LEADS = re.compile(r"(?:https?://|mailto:|tel:)")
SHOWS = re.compile(r"(?:cid:|data:image/(?:png|jpe?g|gif|webp);base64,)")


class Strict(HTMLParser):
    """Refuses whatever is not on the list."""

    def __init__(self, attributes: frozenset[str]) -> None:
        super().__init__()
        self.allowed = attributes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in self.allowed, (tag, name)
            text = value or ""
            if name == "href":
                assert LEADS.match(text), text
            if name == "src":
                assert SHOWS.match(text), text
            if name == "data-src":
                assert text.startswith(("http://", "https://")), text
            if name == "style":
                assert not re.search(r"url|\\|/\*|@|expression|position|behavior", text), text
            if name == "class":
                assert all(one.startswith("mh-") for one in text.split()), text

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def check(html: str, attributes: frozenset[str]) -> None:
    reader = Strict(attributes)
    reader.feed(html)
    reader.close()


@pytest.mark.parametrize(
    "payload", [one for _name, one in all_payloads()], ids=[name for name, _one in all_payloads()]
)
def test_nothing_hostile_survives(payload):
    for html in (payload, f"<p>before</p>{payload}<p>after</p>", f"<table><td><p>{payload}"):
        safe = markup.sanitise(html)
        check(safe.html, PLAIN)
        check(safe.layout, LAYOUT)
        check(markup.sanitise_for_preview(html), PLAIN - {"src"})
        placed = markup.place_pictures(safe.html, lambda _content_id: None)
        assert f'src="https://{HOST}' not in placed


@pytest.mark.parametrize("payload", [one for _name, one in all_payloads()])
def test_sanitising_twice_is_sanitising_once(payload):
    once = markup.sanitise(f"<p>before</p>{payload}")
    assert markup.sanitise(once.html).html == once.html
    again = markup.sanitise(once.layout)
    assert (again.html, again.layout) == ((once.html, once.layout) if once.layout else ("", ""))


def test_meaning_stays_without_style():
    safe = markup.sanitise(
        '<div style="font-weight: 700; color: #C00000">red</div><p align=center>mid</p>'
        '<font color="blue">b</font><span style="background-color: yellow">m</span>'
        '<span style="display:none">preheader</span><s style="text-decoration:line-through">x</s>'
    )
    assert safe.html == (
        '<div class="mh-bold mh-red">red</div><p class="mh-center">mid</p>'
        '<font class="mh-blue">b</font><span class="mh-mark">m</span>'
        '<span class="mh-hide">preheader</span><s class="mh-struck">x</s>'
    )


def test_black_and_grey_ink_follow_the_reader_s_theme():
    safe = markup.sanitise('<p style="color: black">a</p><p style="color:rgb(90, 90, 90)">b</p>')
    assert safe.html == "<p>a</p><p>b</p>"
    assert safe.layout == ""


def test_a_layout_is_kept_only_where_it_adds_something():
    assert markup.sanitise('<p style="font-family:Arial;background:#fff">a</p>').layout == ""
    rich = markup.sanitise('<td bgcolor="#003366" style="color:#fff;padding:8px">a</td><p>b</p>')
    assert rich.html == "a<p>b</p>"  # a cell without its table is text
    boxed = markup.sanitise('<div style="background:#036;color:#fff;position:fixed">a</div>')
    assert boxed.layout == '<div style="background:#036;color:#fff">a</div>'


def test_pictures_elsewhere_are_held_back_and_counted():
    safe = markup.sanitise(
        '<img src="https://t.example/p.png" alt="Logo"><img src="cid:a">'
        '<img src="cid:b" alt="그림">'
        "<img src='cid:c'>"
    )
    assert (safe.remote_images, safe.trackers) == (1, 0)
    assert safe.content_ids == {"a", "b", "c"}
    assert "t.example" not in safe.html
    assert '<span class="mh-pic">Logo</span>' in safe.html
    known = {"a": "/desk/acme/files/1/", "c": ""}
    placed = markup.place_pictures(safe.html, known.get)
    assert '<img src="/desk/acme/files/1/" loading="lazy" alt="">' in placed
    assert '<span class="mh-pic">그림</span>' in placed
    assert placed.count("<img") == 1
    assert 'data-src="https://t.example/p.png"' in safe.layout
    assert ' src="https://t.example/p.png"' in markup.show_remote(safe.layout)


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="https://t.example/a.png" width=1 height="1">',
        '<img src="https://t.example/a.png" style="width:1px;height:1px">',
        '<img src="https://t.example/a.png" height=0>',
        '<img src="https://t.example/a.png" style="display: none !important">',
        '<img src="https://t.example/a.png" style="visibility:hidden">',
        '<img src="https://u1.ct.sendgrid.net/wf/open?upn=abc">',
        '<img src="https://x.us1.list-manage.com/track/open.php?u=1&id=2">',
        '<img src="https://mailtrack.io/trace/mail/abc.png">',
        '<img src="https://abc.r.us-east-1.awstrack.me/I0/0100/x">',
        '<img src="https://shop.example/pixel.gif?u=1">',
        '<img src="https://www.google-analytics.com/collect?v=1">',
    ],
)
def test_what_only_tracks_is_gone_for_good(picture):
    safe = markup.sanitise(f"<p>hi</p>{picture}")
    assert (safe.trackers, safe.remote_images) == (1, 0)
    assert safe.html == "<p>hi</p>"
    assert "img" not in safe.layout


@pytest.mark.parametrize(
    ("address", "words", "host"),
    [
        ("https://evil.example/login", "www.bank.co.kr", "evil.example"),
        ("https://evil.example/", "<b>https://bank.co.kr</b>/login", "evil.example"),
        ("https://bank.example@evil.example/", "Your account", "evil.example"),
        ("http://bank.example.evil.example/", "bank.example", "bank.example.evil.example"),
        ("https://xn--80ak6aa92e.example/", "apple.example", "xn--80ak6aa92e.example"),
    ],
)
def test_a_link_that_deceives_is_marked(address, words, host):
    safe = markup.sanitise(f'<a href="{address}">{words}</a>')
    assert safe.traps == 1
    assert f'</a><span title="{host}" class="mh-trap"></span>' in safe.html
    assert markup.sanitise(safe.html).traps == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://www.shop.example/a", "shop.example"),
        ("https://login.shop.example/a", "https://shop.example/"),
        ("https://shop.example/", "Open your order"),
        ("https://files.example/1", "receipt.pdf"),
        ("mailto:a@shop.example", "a@shop.example"),
        ("https://한글.example/", "한글.example"),
        ("https://away.example/", "See shop.example for more"),
        ("https://[bad", "shop.example"),
    ],
)
def test_an_honest_link_is_not(address, words):
    safe = markup.sanitise(f'<a href="{address}">{words}</a>')
    assert safe.traps == 0
    assert "mh-trap" not in safe.html


def test_links_open_elsewhere_and_tell_nothing():
    assert markup.sanitise('<a href="https://a.example" target=_self rel=opener>x</a>').html == (
        '<a href="https://a.example" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )


def test_a_sender_cannot_mark_a_link_as_honest_or_not():
    safe = markup.sanitise('<p><span class="mh-trap" title="x"></span>a</p>')
    assert "title" not in safe.html or 'class="mh-trap"' not in safe.html


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x",
        "<b><i>" * 100_000 + "x",
        "<p>x</p>" * 300_000,
        "<table><tr><td>" * 50_000,
    ],
    ids=["deep", "formatting", "long", "tables"],
)
def test_bombs_are_not_shown_at_all(html):
    assert markup.sanitise(html) == markup.SafeHtml()


def test_empty_html_is_nothing():
    assert markup.sanitise("<html><body><p>&nbsp;</p><script>x</script></body></html>").html == ""
    assert markup.sanitise("") == markup.SafeHtml()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<html>\x89PNG\r\n\x1a\n", ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_only_proven_pictures_are_pictures(content, kind):
    assert markup.proven_image(content) == kind
