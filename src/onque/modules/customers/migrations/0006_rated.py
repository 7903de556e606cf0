"""The lists of customers with a rating."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0005_blocked"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="customer",
            index=models.Index(
                fields=["tenant_id", "rating", "-created_at", "-id"],
                condition=models.Q(merged_into_id__isnull=True) & ~models.Q(rating="general"),
                name="customers_rated",
            ),
        ),
    ]
