"""Acme with at least one row in every tenant table, and how to see whether somebody touched it."""

from collections.abc import Iterator
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models

from onque.kernel import clock
from onque.kernel.ids import new_id
from onque.kernel.models import TenantModel
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.identity.models import User
from onque.modules.identity.tests.factories import Cast
from onque.modules.survey.tests.factories import asked

SECRET = "Ssecret"
SECRETS = (SECRET, "Broken lid", "The lid is broken", "cy@customer.test")

Ids = dict[str, UUID]


def tenant_models() -> list[type[TenantModel]]:
    """Every table of tenants, by label."""
    found = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return sorted(found, key=lambda model: model._meta.label)


def fill(cast: Cast) -> Ids:
    """Give Acme a solved ticket with its survey, and a row in every table it has none in."""
    asked(cast)
    with tenant_scope(cast.acme.id):
        identity.create_brand(name=f"{SECRET} brand", slug="acme-brand")
        ids: Ids = {}
        for model in tenant_models():
            _fill_one(model, ids)
    return ids


def snapshot(tenant_id: UUID) -> dict[str, list[str]]:
    """Everything a tenant has, as text, by table."""
    with tenant_scope(tenant_id):
        return {
            model._meta.label: sorted(repr(row) for row in model._default_manager.values())
            for model in tenant_models()
        }


def columns(table: str) -> Iterator[str]:
    """The columns of a table as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
        )
        yield from (row[0] for row in cursor.fetchall())


def _fill_one(model: type[models.Model], ids: Ids) -> UUID:
    label = model._meta.label
    if label in ids:
        return ids[label]
    row = model._default_manager.order_by("-id").first()
    if row is None:
        values = {
            field.attname: _value(field, ids)
            for field in model._meta.concrete_fields
            if field.name not in {"id", "tenant_id"}
        }
        row = model._default_manager.create(**values)
    ids[label] = row.pk
    return ids[label]


def _value(field: models.Field, ids: Ids) -> object:
    if isinstance(field, models.ForeignKey):
        target = field.related_model
        if target is User:
            return User.objects.order_by("id").first().pk
        return None if field.null and target._meta.label not in ids else _fill_one(target, ids)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.CharField | models.TextField):
        return SECRET[: field.max_length]
    if field.has_default():
        return field.get_default()
    made = {
        models.DateTimeField: clock.now,
        models.DateField: lambda: clock.now().date(),
        models.UUIDField: new_id,
        SearchVectorField: lambda: "'words'",
    }
    return made.get(type(field), lambda: 1)()
