"""Fills the demo workspaces through the modules' own services, with the clock set back.

What happened "last week" was not sent to anybody: inside `events.quiet` nothing is published.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from uuid import NAMESPACE_URL, UUID, uuid5

from onque.config.demo import english, japanese, korean
from onque.config.demo.inquiries import offer_inquiries
from onque.config.demo.people import HANBIT, PASSWORD, WORKSPACES, Workspace
from onque.config.demo.scenes import Cast, Scene
from onque.config.demo.telling import Teller
from onque.kernel import clock, events
from onque.kernel.access import Actor, system_actor
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.identity.contracts import BrandCard, MemberCard, TenantCard
from onque.modules.mail import public as mail

TICKETS = 90
OLDEST_DAYS = 21
SPAM_EVERY = 29
JAPANESE_EVERY = 12


def seed() -> None:
    """Make and fill each demo workspace that is not there yet; safe to repeat."""
    for number, workspace in enumerate(WORKSPACES):
        card = identity.tenant_by_slug(workspace.slug) or _make(workspace)
        with tenant_scope(card.id), events.quiet():
            if len(identity.list_members()) > 1:
                continue
            _fill(workspace, card.id, random.Random(number))  # noqa: S311 - the same every time


def _make(workspace: Workspace) -> TenantCard:
    owner = workspace.people[0]
    return identity.create_tenant(
        name=workspace.name,
        slug=workspace.slug,
        locale=workspace.locale,
        time_zone=workspace.time_zone,
        owner_email=owner.email,
        owner_name=owner.name,
        owner_password=PASSWORD,
    )


def _fill(workspace: Workspace, tenant_id: UUID, dice: random.Random) -> None:
    system = system_actor(tenant_id)
    brands = _brands(workspace, system)
    members = _members(workspace)
    groups = _groups(workspace, members)
    actors = [_actor(tenant_id, member) for member in members if member.role_key != "owner"]
    teller = Teller(system=system, brands=brands, groups=groups, actors=actors, dice=dice)
    for index, (moment, cast, scene) in enumerate(_stories(workspace, dice)):
        key = uuid5(NAMESPACE_URL, f"onque-demo:{workspace.slug}:{index}")
        teller.tell(key, moment, cast, scene)


def _brands(workspace: Workspace, system: Actor) -> list[BrandCard]:
    brands = [identity.default_brand()]
    first = workspace.brands[0]
    identity.set_brand_address(brands[0].id, support_address=first.address, sender_name=first.name)
    brands += [
        identity.create_brand(
            name=shop.name,
            slug=shop.slug,
            locale=shop.locale,
            color=shop.color,
            support_address=shop.address,
        )
        for shop in workspace.brands[1:]
    ]
    for brand, shop in zip(brands, workspace.brands, strict=True):
        mail.add_address(system, brand_id=brand.id, address=shop.address, is_main=True)
        offer_inquiries(system, brand.id)
    return brands


def _members(workspace: Workspace) -> list[MemberCard]:
    for person in workspace.people[1:]:
        identity.create_member(
            email=person.email,
            name=person.name,
            role_key=person.role,
            password=PASSWORD,
            locale=workspace.locale,
        )
    return identity.list_members()


def _groups(workspace: Workspace, members: list[MemberCard]) -> list[UUID]:
    by_email = {member.email: member.id for member in members}
    return [
        identity.create_group(
            name=name,
            member_ids=[by_email[p.email] for p in workspace.people if p.group == name],
        ).id
        for name in workspace.groups
    ]


def _actor(tenant_id: UUID, member: MemberCard) -> Actor:
    roles = {role.key: role for role in identity.list_roles()}
    return Actor(
        kind="member",
        tenant_id=tenant_id,
        id=member.id,
        name=member.name,
        permissions=roles[member.role_key].permissions | {"ticket.view_all", "ticket.trash"},
        locale=member.locale,
    )


def _stories(workspace: Workspace, dice: random.Random) -> Iterator[tuple[datetime, Cast, Scene]]:
    """When, in which language and what, oldest first; the last ones are minutes old."""
    main = korean.CAST if workspace is HANBIT else english.CAST
    scenes, foreign = cycle(main.scenes), cycle(japanese.CAST.scenes)
    now = clock.now()
    for index in range(TICKETS):
        left = 1 - (index + dice.random()) / TICKETS
        moment = now - timedelta(days=OLDEST_DAYS * left * left, minutes=4)
        if index % SPAM_EVERY == SPAM_EVERY - 1:
            yield moment, main, main.spam
        elif workspace is HANBIT and index % JAPANESE_EVERY == JAPANESE_EVERY - 1:
            yield moment, japanese.CAST, next(foreign)
        else:
            yield moment, main, next(scenes)
