"""A message's HTML on the ticket page, as it was sent, and whose pictures are loaded."""

from uuid import UUID

import pytest

from onque.kernel import markup
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import NewAttachment
from onque.modules.desk.models import Attachment, Message, TrustedSender
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read, statements

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
HTML = (
    '<div style="background:#036;color:#fff">Sale</div><p style="font-weight:bold">Hi</p>'
    '<img src="cid:logo"><img src="https://away.example/a.png" alt="Banner">'
    '<img src="https://away.example/open.gif"><a href="https://evil.example">bank.example</a>'
)


@pytest.fixture
def acme(cast, tmp_path, settings):
    settings.FILES_DIR = str(tmp_path)
    store.cache_clear()
    yield cast
    store.cache_clear()


@pytest.fixture
def bo(acme):
    return browser("bo@acme.test")


def picture(acme, content: bytes = PNG, **given: object) -> NewAttachment:
    key = f"files/{acme.acme.id.hex}/{abs(hash(content))}"
    store().put(key, content)
    fields: dict[str, object] = {
        "name": "로고.png",
        "content_type": "image/png",
        "size_bytes": len(content),
        "object_key": key,
        "content_id": "logo",
        "is_inline": True,
        "image_type": markup.proven_image(content),
        **given,
    }
    return NewAttachment(**fields)  # type: ignore[arg-type]  # a test's own words


def write(acme, html: str = HTML, *files: NewAttachment, email: str = "cy@customer.test") -> UUID:
    """Cy sends HTML; return the message's id."""
    with tenant_scope(acme.acme.id):
        return receive(
            acme.acme.id, html=markup.sanitise(html), attachments=files, email=email
        ).message_id


def test_the_page_shows_formatting_and_says_what_it_holds_back(acme, bo):
    write(acme, HTML, picture(acme))
    answer = bo.get(path("tickets/1/"))
    page = read(answer)
    html = answer.content.decode()
    assert '<p class="mh-bold">Hi</p>' in html
    assert "1 remote image is not shown." in page.text
    assert "1 tracking pixel was removed." in page.text
    assert "A link leads elsewhere than its words say." in page.text
    assert 'title="evil.example"' in html
    assert "away.example" not in html
    with tenant_scope(acme.acme.id):
        found = Attachment.objects.get()
    assert f'<img src="{path(f"files/{found.id}/picture")}" loading="lazy"' in html
    assert "로고.png" not in page.text  # it stands in the text, so it is not listed


def test_as_it_was_sent_is_a_document_that_can_do_nothing(acme, bo):
    message = write(acme)
    plain = bo.get(path(f"messages/{message}/body"))
    policy = plain["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe")
    assert "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox" in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy
    assert plain["Referrer-Policy"] == "no-referrer"
    html = plain.content.decode()
    assert '<div style="background:#036;color:#fff">Sale</div>' in html
    assert ' src="https://away.example' not in html
    asked = bo.get(path(f"messages/{message}/body?pictures=1"))
    assert "img-src 'self' data: https: http:;" in asked["Content-Security-Policy"]
    assert ' src="https://away.example/a.png"' in asked.content.decode()
    assert "open.gif" not in asked.content.decode()


def test_plain_text_has_no_such_document(acme, bo):
    with tenant_scope(acme.acme.id):
        message = receive(acme.acme.id).message_id
    assert bo.get(path(f"messages/{message}/body")).status_code == 404


def test_a_sender_is_trusted_for_the_workspace_and_no_longer(acme, bo):
    message = write(acme)
    trust = path(f"messages/{message}/pictures")
    for _twice in range(2):
        answer = bo.post(trust, {"trusted": "1"})
        assert answer["Location"] == path(f"tickets/1/#m{message.hex}")
    page = bo.get(path("tickets/1/")).content.decode()
    assert f'<iframe class="letter" src="{path(f"messages/{message}/body")}?pictures=1"' in page
    assert 'loading="lazy" sandbox="allow-same-origin allow-popups allow-popups-to' in page
    assert "always shows images from cy@customer.test" in read(bo.get(path("tickets/1/"))).text
    with tenant_scope(acme.acme.id):
        assert TrustedSender.objects.get().address == "cy@customer.test"
    bo.post(trust, {"trusted": "0"})
    page = read(bo.get(path("tickets/1/")))
    assert "1 remote image is not shown." in page.text
    with tenant_scope(acme.acme.id):
        assert not TrustedSender.objects.exists()


def test_who_may_not_see_the_ticket_gets_nothing_of_it(acme, bo):
    message = write(acme, HTML, picture(acme))
    dee = browser("dee@globex.test")
    with tenant_scope(acme.acme.id):
        found = Attachment.objects.get()
    for place in (f"messages/{message}/body", f"files/{found.id}/picture"):
        assert dee.get(path(place, "globex")).status_code == 404
    refused = dee.post(path(f"messages/{message}/pictures", "globex"), {"trusted": "1"})
    assert refused.status_code == 404
    with tenant_scope(acme.acme.id):
        assert not TrustedSender.objects.exists()


def test_only_a_customer_s_message_has_a_sender_to_trust(acme, bo):
    write(acme)
    with tenant_scope(acme.acme.id):
        row = Message.objects.get()
        row.direction = "out"
        row.save()
    assert bo.post(path(f"messages/{row.id}/pictures"), {"trusted": "1"}).status_code == 422


def test_a_proven_picture_is_shown_and_nothing_else(acme, bo):
    write(acme, HTML, picture(acme), picture(acme, b"<svg onload=x>", name="x.svg"))
    with tenant_scope(acme.acme.id):
        proven = Attachment.objects.get(image_type="image/png")
        other = Attachment.objects.get(image_type="")
    shown = bo.get(path(f"files/{proven.id}/picture"))
    assert shown.content == PNG
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Cache-Control"].startswith("private")
    assert shown["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert bo.get(path(f"files/{other.id}/picture")).status_code == 404
    assert bo.get(path(f"files/{other.id}/"))["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            "환불 영수증.pdf",
            "filename*=utf-8''%ED%99%98%EB%B6%88%20%EC%98%81%EC%88%98%EC%A6%9D.pdf",
        ),
        ("a\r\nSet-Cookie: x=1.txt", 'filename="aSet-Cookie: x=1.txt"'),
        ("\u202egpj.exe", 'filename="gpj.exe"'),
        ("../../etc/passwd", 'filename="passwd"'),
        ("..\\..\\x.bat", 'filename="x.bat"'),
        ('"; filename="x.html', 'filename="\\"; filename=\\"x.html"'),
        ("\u200b", 'filename="file"'),
    ],
)
def test_names_of_files_are_safe_in_headers(acme, bo, name, header):
    write(acme, HTML, picture(acme, name=name))
    with tenant_scope(acme.acme.id):
        found = Attachment.objects.get()
    assert bo.get(path(f"files/{found.id}/"))["Content-Disposition"] == f"attachment; {header}"


def test_a_picture_sent_again_and_again_is_folded_as_a_signature(acme, bo):
    for _mail in range(4):
        write(acme, "<p>Hi</p><img src=cid:logo>", picture(acme))
    with tenant_scope(acme.acme.id):
        repeated = list(Attachment.objects.order_by("id").values_list("is_repeated", flat=True))
        last = Attachment.objects.order_by("id").last()
    assert repeated == [False, False, False, True]
    assert "signature image" not in read(bo.get(path("tickets/3/"))).text
    answer = bo.get(path("tickets/4/"))
    assert "1 signature image" in read(answer).text
    html = answer.content.decode()
    assert html.count(path(f"files/{last.id}/picture")) == 1  # folded, no longer in the text


def test_another_sender_s_picture_and_a_large_one_are_no_signature(acme):
    for number in range(4):
        write(acme, HTML, picture(acme), email=f"cy{number}@customer.test")
    for _mail in range(4):
        write(acme, HTML, picture(acme, size_bytes=900_000, name="map.png"))
    with tenant_scope(acme.acme.id):
        assert not Attachment.objects.filter(is_repeated=True).exists()


def test_what_an_older_sanitiser_passed_is_sanitised_again(acme, bo):
    message = write(acme)
    with tenant_scope(acme.acme.id):
        Message.objects.update(
            html='<p onclick="x()">old</p><script>x()</script>',
            layout_html='<p onclick="x()">old layout</p>',
            html_version=0,
        )
    assert "<p>old</p>" in bo.get(path("tickets/1/")).content.decode()
    body = bo.get(path(f"messages/{message}/body")).content.decode()
    assert "<p>old layout</p>" in body
    assert "onclick" not in body


def test_trust_costs_a_query_only_where_pictures_are_held_back(acme, bo):
    write(acme, "<p>Hi</p>")
    write(acme)
    bo.get(path("tickets/1/"))
    with statements() as plain:
        bo.get(path("tickets/1/"))
    with statements() as held_back:
        bo.get(path("tickets/2/"))
    assert len(held_back) == len(plain) + 1
