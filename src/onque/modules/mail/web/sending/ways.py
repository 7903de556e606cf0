"""Which way a brand's mail leaves: the installation's relay, a provider, and trying it out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from onque.kernel.errors import Invalid
from onque.modules.mail.rules.providers import PROVIDERS
from onque.modules.mail.services import accounts, brand_senders, sending
from onque.modules.mail.services.apis import Account
from onque.modules.mail.web.requests import MemberRequest, shell
from onque.modules.mail.web.sending import pages, words

both = require_http_methods(["GET", "HEAD", "POST"])
_LONGEST = 2000


@require_POST
def relay(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Send through the installation from now on."""
    brand_senders.send_by_relay(request.actor, brand_id=brand_id)
    return pages.back(request, brand_id)


@require_POST
def check(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Send oneself a test mail; the page shows it live."""
    accounts.try_way(request.actor, brand_id=brand_id)
    return pages.back(request, brand_id, "#check", saved=False)


@both
def provider(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Show and keep the account of a brand with a provider."""
    if request.method != "POST":
        return _page(request, brand_id)
    try:
        accounts.send_by_account(request.actor, brand_id=brand_id, account=_typed(request))
    except Invalid as refusal:
        return _page(request, brand_id, refusal)
    return pages.back(request, brand_id, "#h-way")


def _typed(request: HttpRequest) -> Account:
    given = request.POST
    return Account(
        provider=given.get("provider", ""),
        region=given.get("region", ""),
        domain=given.get("domain", "").strip()[:_LONGEST],
        secrets={name: given.get(name, "")[:_LONGEST] for name in ("key", "secret")},
    )


def _page(request: MemberRequest, brand_id: UUID, refusal: Invalid | None = None) -> HttpResponse:
    chosen = (request.POST or request.GET).get("provider", "")
    kept = accounts.get_account(request.actor, brand_id=brand_id, provider=chosen)
    typed = _typed(request)
    context = {
        **shell(request),
        "told": words,
        "card": sending.get_sending(request.actor, brand_id=brand_id),
        "account": kept,
        "kind": PROVIDERS[kept.provider],
        "providers": PROVIDERS,
        "region": typed.region or kept.region,
        "domain": typed.domain or kept.domain,
        "errors": pages.errors_of(refusal) if refusal else {},
    }
    return render(request, "mail/sending/provider.html", context, status=422 if refusal else 200)
