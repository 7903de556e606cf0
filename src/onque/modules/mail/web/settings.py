"""The addresses customers write to."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.modules.mail.contracts import AddressTaken
from onque.modules.mail.services import addresses
from onque.modules.mail.web.requests import MemberRequest
from onque.modules.mail.web.setting import pages


class AddressForm(forms.Form):
    """A new address of a brand."""

    address = forms.CharField(max_length=320)
    brand = forms.UUIDField()


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List addresses, mailboxes, forwarding and webhooks."""
    return pages.overview(request)


@require_POST
def add(request: MemberRequest) -> HttpResponse:
    """Lead an address to a brand."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return pages.overview(request, pages.Said(_("Enter an address such as help@example.com.")))
    brand_id: UUID = form.cleaned_data["brand"]
    address: str = form.cleaned_data["address"]
    try:
        addresses.add_address(request.actor, brand_id=brand_id, address=address)
    except AddressTaken:
        taken = _("This address already leads to a brand, perhaps elsewhere.")
        return pages.overview(request, pages.Said(taken))
    except Invalid:
        return pages.overview(request, pages.Said(_("Enter an address such as help@example.com.")))
    return redirect("mail:addresses", slug=request.workspace.slug)
