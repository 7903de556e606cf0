"""Until when a ticket is out of the queues, and the finder of those whose time has come."""

from django.db import migrations, models

from onque.kernel.rls import finder


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0008_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="snoozed_until",
            field=models.DateTimeField(null=True),
        ),
        finder(
            "onque_due_snoozes",
            arguments="moment timestamptz, most integer",
            returns="TABLE (tenant_id uuid, id uuid)",
            body="SELECT t.tenant_id, t.id FROM desk_ticket t"
            " WHERE t.snoozed_until <= moment ORDER BY t.snoozed_until LIMIT most",
        ),
    ]
