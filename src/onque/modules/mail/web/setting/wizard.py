"""The wizard: address, receiving, folder, sending, test. Each step is a form of its own."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onque.kernel.errors import AppError, Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import AddressTaken, MailboxTaken
from onque.modules.mail.contracts.setup import CheckCard, SetupCard
from onque.modules.mail.rules import presets
from onque.modules.mail.services import checking, setups
from onque.modules.mail.web.requests import MemberRequest, shell
from onque.modules.mail.web.setting import troubles, words
from onque.modules.mail.web.setting.forms import (
    AddressForm,
    Errors,
    FolderForm,
    errors_of,
    server_entry,
)

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def new(request: MemberRequest) -> HttpResponse:
    """Ask for the address; begin with it."""
    if request.method != "POST":
        return _address_page(request, {})
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _address_page(request, {"address": words.ERRORS["address", "not_an_address"]})
    brand_id, provider = form.cleaned_data["brand"], form.cleaned_data["provider"]
    address = form.cleaned_data["address"]
    try:
        setup_id = setups.begin(
            request.actor, brand_id=brand_id, address=address, provider=provider
        )
    except Invalid as refusal:
        return _address_page(request, errors_of(refusal))
    return _to(request, "setup-incoming", setup_id)


@require_POST
def edit(request: MemberRequest, mailbox_id: UUID) -> HttpResponse:
    """Begin to change a mailbox that is connected."""
    setup_id = setups.edit_mailbox(request.actor, mailbox_id=mailbox_id)
    return _to(request, "setup-incoming", setup_id)


@both
def incoming(request: MemberRequest, setup_id: UUID) -> HttpResponse:
    """Ask for the server that mail is fetched from; saving tries it at once."""
    if request.method != "POST":
        return _page(request, setup_id, "incoming", {})
    entry = server_entry(request)
    try:
        setups.save_incoming(request.actor, setup_id=setup_id, entry=entry)
    except Invalid as refusal:
        return _page(request, setup_id, "incoming", errors_of(refusal))
    _start(request, setup_id, "incoming")
    return _to(request, "setup-folder", setup_id)


@both
def folder(request: MemberRequest, setup_id: UUID) -> HttpResponse:
    """Ask what is fetched, and what happens to it then."""
    if request.method != "POST":
        return _page(request, setup_id, "folder", {})
    form = FolderForm(request.POST)
    form.is_valid()
    try:
        setups.save_folder(request.actor, setup_id=setup_id, **form.cleaned_data)
    except Invalid as refusal:
        return _page(request, setup_id, "folder", errors_of(refusal))
    return _to(request, "setup-outgoing", setup_id)


@both
def outgoing(request: MemberRequest, setup_id: UUID) -> HttpResponse:
    """Ask how the address sends; saving begins the whole test."""
    if request.method != "POST":
        return _page(request, setup_id, "outgoing", {})
    kind, entry = request.POST.get("out_kind", ""), server_entry(request, "out_")
    try:
        setups.save_outgoing(request.actor, setup_id=setup_id, kind=kind, entry=entry)
    except Invalid as refusal:
        return _page(request, setup_id, "outgoing", errors_of(refusal))
    _start(request, setup_id, "mailbox")
    return _to(request, "setup-test", setup_id)


@both
def test(request: MemberRequest, setup_id: UUID) -> HttpResponse:
    """Show the test as it runs; connect the mailbox."""
    if request.method != "POST":
        return _page(request, setup_id, "test", {})
    try:
        setups.finish(request.actor, setup_id=setup_id)
    except (Invalid, AddressTaken, MailboxTaken) as refusal:
        return _page(request, setup_id, "test", {"": _told(refusal)})
    return redirect("mail:addresses", slug=request.workspace.slug)


@require_POST
def try_out(request: MemberRequest, setup_id: UUID) -> HttpResponse:
    """Test once more."""
    whole = request.POST.get("kind") == "mailbox"
    _start(request, setup_id, "mailbox" if whole else "incoming")
    return _to(request, "setup-test" if whole else "setup-folder", setup_id)


@require_POST
def discard(request: MemberRequest, setup_id: UUID) -> HttpResponse:
    """Forget what was begun."""
    setups.discard(request.actor, setup_id=setup_id)
    return redirect("mail:addresses", slug=request.workspace.slug)


@require_GET
def check(request: MemberRequest, check_id: UUID) -> HttpResponse:
    """Show a test as it stands: what the page asks for each second while it runs."""
    card = checking.get_check(request.actor, check_id=check_id)
    context = {"check": card, "says": words, "slug": request.workspace.slug, "again": ""}
    return render(request, "mail/setup/_check.html", {**context, "again": _again(request, card)})


def _again(request: MemberRequest, card: CheckCard) -> str:
    """Where a test is begun anew."""
    slug = request.workspace.slug
    if card.kind == "reconsent":
        return ""  # its answer counts once: the page has a link that asks anew
    if card.kind in {"incoming", "mailbox", "consent"}:
        kwargs = {"slug": slug, "setup_id": card.subject_id}
        return reverse("mail:setup-try", kwargs=kwargs)
    if card.kind == "way":
        return reverse("mail:sending-check", kwargs={"slug": slug, "brand_id": card.subject_id})
    if card.kind == "dkim":
        return reverse("mail:dkim-check", kwargs={"slug": slug, "brand_id": card.subject_id})
    kwargs = {"slug": slug, "address_id": card.subject_id, "kind": card.kind}
    return reverse("mail:address-check", kwargs=kwargs)


def _start(request: MemberRequest, setup_id: UUID, kind: str) -> None:
    card = setups.get_setup(request.actor, setup_id=setup_id)
    checking.start(request.actor, kind=kind, subject_id=setup_id, address=card.address)


def _address_page(request: MemberRequest, errors: Errors) -> HttpResponse:
    context = {
        **shell(request),
        "says": words,
        "errors": errors,
        "given": request.POST.dict(),
        "brands": [(brand.id, brand.name) for brand in identity.list_brands()],
        "presets": [(p.key, p.label or words.PROVIDERS["other"]) for p in presets.PRESETS],
        "unfinished": setups.list_unfinished(request.actor),
    }
    return render(request, "mail/setup/address.html", context, status=422 if errors else 200)


def _page(request: MemberRequest, setup_id: UUID, step: str, errors: Errors) -> HttpResponse:
    card = setups.get_setup(request.actor, setup_id=setup_id)
    run = checking.find_latest(
        request.actor, kind="mailbox" if step == "test" else "incoming", subject_id=setup_id
    )
    context = {
        **shell(request),
        "says": words,
        "troubles": troubles,
        "errors": errors,
        "setup": card,
        "value": _values(request, card),
        "steps": list(words.WIZARD.items()),
        "step": step,
        "check": run,
        "again": _again(request, run) if run else "",
        "plain": setups.offers_plain(),
    }
    status = 422 if errors else 200
    return render(request, f"mail/setup/{step}.html", context, status=status)


def _values(request: MemberRequest, card: SetupCard) -> dict[str, Any]:
    """What the form shows: what was just typed, else what is stored; never a password."""
    stored = {
        "host": card.host,
        "port": card.port,
        "security": card.security,
        "user_name": card.user_name,
        "folder": card.folder,
        "after_import": card.after_import,
        "move_folder": card.move_folder,
        "with_history": "on" if card.with_history else "",
        "out_kind": card.out_kind,
        "out_host": card.out_host,
        "out_port": card.out_port,
        "out_security": card.out_security,
        "out_user_name": card.out_user,
    }
    if request.method != "POST":
        return stored
    return {name: request.POST.get(name, "") for name in stored}


def _told(refusal: AppError) -> object:
    if isinstance(refusal, Invalid):
        return next(iter(errors_of(refusal).values()))
    return words.TAKEN[refusal.code]


def _to(request: MemberRequest, name: str, setup_id: UUID) -> HttpResponse:
    return redirect(f"mail:{name}", slug=request.workspace.slug, setup_id=setup_id)
