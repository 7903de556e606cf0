"""The index that finds the same picture in earlier messages."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("desk", "0004_message_html"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(fields=["tenant_id", "object_key"], name="desk_attachment_same"),
        ),
    ]
