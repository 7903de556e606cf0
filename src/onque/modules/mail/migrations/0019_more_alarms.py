"""Refused mailboxes and open stops are alarms too."""

from django.db import migrations

from onque.kernel.rls import finder


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0018_inbound_bytes"),
    ]

    operations = [
        finder(
            "onque_mail_troubles",
            arguments="received_by timestamptz",
            returns="TABLE (tenant_id uuid)",
            body="SELECT f.tenant_id FROM mail_mailboxfolder f WHERE f.missing_count > 0"
            " UNION SELECT m.tenant_id FROM mail_inboundmail m"
            " WHERE m.state IN ('stored', 'parsed', 'routed') AND m.received_at <= received_by"
            " UNION SELECT b.tenant_id FROM mail_mailbox b"
            " WHERE b.state = 'failing' AND b.is_enabled AND b.state_since <= received_by"
            " UNION SELECT s.tenant_id FROM mail_stop s WHERE s.resumed_at IS NULL"
            " UNION SELECT a.tenant_id FROM mail_alarm a",
        ),
    ]
