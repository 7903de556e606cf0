"""The status a ticket had when a reply was held."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0014_ticket_created"),
    ]

    operations = [
        migrations.AddField(
            model_name="heldreply",
            name="status_before",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]
