"""Finding the page of a brand, with the rights of the public role."""

from onque.kernel.errors import NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.portal.contracts import BrandPage


def get_brand_page(*, tenant_slug: str, brand_slug: str) -> BrandPage:
    """Return a brand's page; opens its own scope. Raises `NotFound` for an unknown name."""
    tenant = identity.tenant_by_slug(tenant_slug)
    if tenant is None:
        raise NotFound(kind="workspace", slug=tenant_slug)
    with tenant_scope(tenant.id, read_only=True):
        brands = {brand.slug: brand for brand in identity.list_brands()}
    if (brand := brands.get(brand_slug)) is None:
        raise NotFound(kind="brand", slug=brand_slug)
    return BrandPage(
        workspace_name=tenant.name,
        brand_name=brand.name,
        color=brand.color,
        language=brand.locale[:2],
        support_address=brand.support_address,
    )
