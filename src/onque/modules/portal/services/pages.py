"""Finding the page of a brand, with the rights of the public role."""

from onque.kernel.errors import NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.portal.contracts import BrandPage
from onque.modules.portal.repositories import types


def get_brand_page(*, tenant_slug: str, brand_slug: str) -> BrandPage:
    """Return a brand's page; opens its own scope. Raises `NotFound` for an unknown name."""
    tenant = identity.tenant_by_slug(tenant_slug)
    if tenant is None:
        raise NotFound(kind="workspace", slug=tenant_slug)
    with tenant_scope(tenant.id, read_only=True):
        brands = {brand.slug: brand for brand in identity.list_brands()}
        if (brand := brands.get(brand_slug)) is None:
            raise NotFound(kind="brand", slug=brand_slug)
        has_form = bool(types.of_brand(brand.id, only_open=True))
    return BrandPage(
        tenant_id=tenant.id,
        tenant_slug=tenant.slug,
        workspace_name=tenant.name,
        brand_id=brand.id,
        brand_name=brand.name,
        brand_slug=brand.slug,
        color=brand.color,
        language=brand.locale[:2],
        support_address=brand.support_address,
        has_form=has_form,
    )
