from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mail", "0006_polling")]

    operations = [
        AddIndexConcurrently(
            model_name="inboundmail",
            index=models.Index(
                condition=models.Q(("folder_id__isnull", False)),
                fields=["tenant_id", "folder_id", "uid_validity", "uid"],
                name="mail_inbound_folder",
            ),
        ),
    ]
