"""A sender may be let in only when proven: one word more, the column stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0020_consent"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="senderrule",
                    name="verdict",
                    field=models.CharField(
                        choices=[("allow", "Allow"), ("proven", "Proven"), ("block", "Block")],
                        max_length=8,
                    ),
                ),
            ]
        ),
    ]
