"""Roles of a workspace's own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_audit_newest")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="archived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="role",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
    ]
