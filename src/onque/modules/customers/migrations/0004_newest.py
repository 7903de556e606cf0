"""The list of customers, the newest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0003_people"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="customer",
            index=models.Index(
                fields=["tenant_id", "-created_at", "-id"],
                condition=models.Q(merged_into_id__isnull=True),
                name="customers_newest",
            ),
        ),
    ]
