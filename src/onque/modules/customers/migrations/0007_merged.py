"""Who was merged into a customer."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0006_rated"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="customer",
            index=models.Index(
                fields=["tenant_id", "merged_into_id"],
                condition=models.Q(merged_into_id__isnull=False),
                name="customers_merged",
            ),
        ),
    ]
