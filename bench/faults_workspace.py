"""Make the workspace of the kill run through the product's own doors."""

import django


def main() -> None:
    """Create the tenant, a brand address and three members."""
    django.setup(set_prefix=False)
    from bench.faults_installation import ADDRESS, MEMBERS, PASSWORD, SLUG
    from onque.kernel.access import system_actor
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.identity import public as identity
    from onque.modules.mail import public as mail

    owner, *others = MEMBERS
    tenant = identity.create_tenant(
        name="Faults",
        slug=SLUG,
        locale="en",
        time_zone="Asia/Seoul",
        owner_email=owner,
        owner_name="Ada",
        owner_password=PASSWORD,
    )
    with tenant_scope(tenant.id):
        for email in others:
            identity.create_member(
                email=email,
                name=email.partition("@")[0].title(),
                role_key="agent",
                password=PASSWORD,
                locale="ko",
            )
        brand = identity.default_brand()
        mail.add_address(system_actor(tenant.id), brand_id=brand.id, address=ADDRESS, is_main=True)


if __name__ == "__main__":
    main()
