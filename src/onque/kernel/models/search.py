"""What can be found by words, and what waits to be indexed."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from onque.kernel.models.base import TenantModel


class SearchDocument(TenantModel):
    """One thing that can be found. `body` is the normalised text, `tsv` its lexemes.

    `parent_id` is what the thing belongs to, such as a message's ticket; `at` orders the results.
    """

    kind = models.CharField(max_length=16)
    object_id = models.UUIDField()
    parent_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    body = models.TextField()
    tsv = SearchVectorField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "kind", "object_id"], name="kernel_searchdocument_once"
            )
        ]
        indexes: ClassVar = [
            GinIndex(fields=["tenant_id", "tsv"], name="kernel_searchdocument_words"),
            models.Index(
                fields=["tenant_id", "kind", "-at", "-id"], name="kernel_searchdocument_at"
            ),
        ]


class SearchMark(TenantModel):
    """Something whose document must be written anew. Marked twice is indexed once.

    Not unique: a mark made while the indexer reads must stay for its next turn.
    """

    kind = models.CharField(max_length=16)
    object_id = models.UUIDField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")
    marked_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "attempts", "id"], name="kernel_searchmark_next"),
            # onque_search_due asks across tenants
            models.Index(fields=["attempts", "marked_at"], name="kernel_searchmark_due"),
        ]
