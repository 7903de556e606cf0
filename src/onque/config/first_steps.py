"""The commands of a first installation: make a workspace, invite people."""

from django.conf import settings

from onque.kernel import sealed
from onque.kernel.access import system_actor
from onque.kernel.errors import AppError
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.mail import public as mail
from onque.modules.mail.public import ImapServer


class RefusedError(RuntimeError):
    """The step was refused; the text says why."""


def create_tenant(
    *, slug: str, name: str, owner_email: str, owner_name: str, locale: str, time_zone: str
) -> str:
    """Make a workspace with its owner; what is said tells how the owner signs in.

    Raises RefusedError.
    """
    try:
        identity.create_tenant(
            name=name,
            slug=slug,
            locale=locale,
            time_zone=time_zone,
            owner_email=owner_email,
            owner_name=owner_name,
        )
    except AppError as refusal:
        raise RefusedError(f"{refusal.code}: {dict(refusal.facts)}") from refusal
    return (
        f"Workspace {slug} is ready: {settings.PUBLIC_URL}/desk/{slug}/\n"
        f"{owner_email} sets a password at {settings.PUBLIC_URL}/desk/forgot"
    )


def invite_member(*, slug: str, email: str, role: str) -> str:
    """Invite somebody to a workspace by mail, and tell the link. Raises RefusedError."""
    tenant = identity.tenant_by_slug(slug)
    if tenant is None:
        raise RefusedError(f"There is no workspace {slug!r}.")
    try:
        with tenant_scope(tenant.id):
            actor = system_actor(tenant.id)
            invitation_id = identity.invite_member(actor, email=email, role_key=role)
            mail = identity.invitation_mail(invitation_id)
    except AppError as refusal:
        raise RefusedError(f"{refusal.code}: {dict(refusal.facts)}") from refusal
    link = f"{settings.PUBLIC_URL}{mail.link_path}" if mail else "(already used)"
    return f"Invited {email} as {role}. The link, valid for seven days: {link}"


def add_mailbox(*, slug: str, address: str, server: ImapServer, with_history: bool) -> str:
    """Lead an address to the first brand and fetch its mail by IMAP. Raises RefusedError."""
    tenant = identity.tenant_by_slug(slug)
    if tenant is None:
        raise RefusedError(f"There is no workspace {slug!r}.")
    actor = system_actor(tenant.id)
    try:
        with tenant_scope(tenant.id):
            brand = identity.default_brand()
            address_id = mail.add_address(actor, brand_id=brand.id, address=address)
            mail.add_mailbox(actor, address_id=address_id, server=server, with_history=with_history)
    except AppError as refusal:
        raise RefusedError(f"{refusal.code}: {dict(refusal.facts)}") from refusal
    page = f"{settings.PUBLIC_URL}/desk/{slug}/mail/addresses/"
    return f"{address} is fetched from {server.host}; how it does: {page}"


def rewrap_secrets() -> sealed.Count:
    """Bring every sealed value of every tenant and person under today's key. Safe to repeat."""
    count = sealed.Count()
    for tenant_id in identity.tenant_ids():
        sealed.rewrap_tenant(tenant_id, count)
    identity.rewrap_secrets(count)
    return count
