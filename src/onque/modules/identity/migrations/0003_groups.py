"""Groups whose members get tickets in turn, and groups that are archived."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_after_send")]

    operations = [
        migrations.AddField(
            model_name="group",
            name="archived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="group",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="groupmember",
            name="turn",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
    ]
