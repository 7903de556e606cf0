"""Who has something wrong with mail, for the alarm and for metrics."""

from django.db import migrations

from onque.kernel.rls import finder


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0014_mailbox_removed"),
    ]

    operations = [
        finder(
            "onque_mail_troubles",
            arguments="received_by timestamptz",
            returns="TABLE (tenant_id uuid)",
            body="SELECT f.tenant_id FROM mail_mailboxfolder f WHERE f.missing_count > 0"
            " UNION SELECT m.tenant_id FROM mail_inboundmail m"
            " WHERE m.state IN ('stored', 'parsed', 'routed') AND m.received_at <= received_by"
            " UNION SELECT a.tenant_id FROM mail_alarm a",
        ),
        finder(
            "onque_mail_balance",
            arguments="",
            returns="TABLE (mailbox_id uuid, missing bigint)",
            body="SELECT f.mailbox_id, sum(f.missing_count) FROM mail_mailboxfolder f"
            " WHERE f.counted_at IS NOT NULL GROUP BY f.mailbox_id",
        ),
    ]
