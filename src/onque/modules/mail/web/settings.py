"""The addresses customers write to."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import AddressTaken
from onque.modules.mail.services import addresses
from onque.modules.mail.web.requests import MemberRequest, shell


class AddressForm(forms.Form):
    """A new address of a brand."""

    address = forms.CharField(max_length=320)
    brand = forms.UUIDField()


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List addresses and mailboxes."""
    return _page(request)


@require_POST
def add(request: MemberRequest) -> HttpResponse:
    """Lead an address to a brand."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, _("Enter an address such as help@example.com."))
    brand_id: UUID = form.cleaned_data["brand"]
    address: str = form.cleaned_data["address"]
    try:
        addresses.add_address(request.actor, brand_id=brand_id, address=address)
    except AddressTaken:
        return _page(request, _("This address already leads to a brand, perhaps elsewhere."))
    except Invalid:
        return _page(request, _("Enter an address such as help@example.com."))
    return redirect("mail:addresses", slug=request.workspace.slug)


def _page(request: MemberRequest, error: str = "") -> HttpResponse:
    context = {
        **shell(request),
        "addresses": addresses.list_addresses(request.actor),
        "mailboxes": addresses.list_mailboxes(request.actor),
        "brands": [(brand.id, brand.name) for brand in identity.list_brands()],
        "error": error,
        "address": request.POST.get("address", "") if error else "",
        "brand": request.POST.get("brand", ""),
    }
    return render(request, "mail/addresses.html", context, status=422 if error else 200)
