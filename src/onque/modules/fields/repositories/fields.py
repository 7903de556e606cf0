"""Queries on fields and their values."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.fields.contracts import FieldType
from onque.modules.fields.models import FieldDefinition, FieldValue


class FieldRepository(Repository[FieldDefinition]):
    """Definitions of fields."""

    model = FieldDefinition

    def about(self, subject: str) -> list[FieldDefinition]:
        """Return the fields about a subject in their order, archived ones too."""
        return list(self.rows.filter(subject=subject).order_by("position", "id"))

    def has_key(self, subject: str, key: str, *, but: UUID) -> bool:
        """Tell whether another field about the subject is called so."""
        return self.rows.filter(subject=subject, key=key).exclude(pk=but).exists()


class ValueRepository(Repository[FieldValue]):
    """What is kept in fields."""

    model = FieldValue

    def of_objects(self, object_ids: Collection[UUID]) -> dict[UUID, dict[UUID, list[str]]]:
        """Return the texts of each field of some things, in one query."""
        found: dict[UUID, dict[UUID, list[str]]] = {}
        rows = self.rows.filter(object_id__in=object_ids).order_by("object_id", "position")
        for object_id, field_id, text in rows.values_list("object_id", "field_id", "text"):
            found.setdefault(object_id, {}).setdefault(field_id, []).append(text)
        return found

    def forget(self, object_id: UUID) -> None:
        """Drop everything of a thing."""
        self.rows.filter(object_id=object_id).delete()

    def write(
        self,
        object_id: UUID,
        new: Mapping[UUID, Sequence[str]],
        types: Mapping[UUID, FieldType],
    ) -> None:
        """Put the given texts in the place of what the named fields of a thing had."""
        self.rows.filter(object_id=object_id, field_id__in=list(new)).delete()
        FieldValue.objects.bulk_create(
            FieldValue(
                field_id=field_id,
                object_id=object_id,
                position=position,
                text=text,
                number=Decimal(text) if types[field_id] == FieldType.NUMBER else None,
                day=date.fromisoformat(text) if types[field_id] == FieldType.DATE else None,
            )
            for field_id, texts in new.items()
            for position, text in enumerate(texts)
        )
