"""Make the workspace of a measurement: two brands and four members."""

import django


def main() -> None:
    """Create tenant, brands and members through the product's own door."""
    django.setup()
    from bench.stack import EMAIL, SLUG
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.identity import public as identity

    tenant = identity.create_tenant(
        name="Bench",
        slug=SLUG,
        locale="ko",
        time_zone="Asia/Seoul",
        owner_email=EMAIL,
        owner_password="only-for-measuring",
    )
    with tenant_scope(tenant.id):
        pass


if __name__ == "__main__":
    main()
