"""Customers of whom nobody is to be known any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="anonymised_at",
            field=models.DateTimeField(null=True),
        ),
    ]
