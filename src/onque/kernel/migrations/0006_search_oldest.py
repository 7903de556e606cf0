from django.db import migrations

from onque.kernel.rls import finder


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_outbox_functions")]

    operations = [
        finder(
            "onque_search_oldest",
            arguments="",
            returns="timestamptz",
            body="""
                SELECT marked_at FROM kernel_searchmark WHERE attempts = 0
                ORDER BY marked_at LIMIT 1
            """,
        ),
    ]
