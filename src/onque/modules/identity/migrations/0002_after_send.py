"""What comes after a send, as each member likes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="after_send",
            field=models.CharField(
                choices=[("stay", "Stay"), ("next", "Next"), ("list", "List")],
                db_default="stay",
                default="stay",
                max_length=8,
            ),
        ),
    ]
