"""How many connections mailboxes hold to one IMAP server, whichever workspace's they are."""

from django.db import migrations

from onque.kernel.rls import finder


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0021_proven_senders"),
    ]

    operations = [
        finder(
            "onque_imap_load",
            arguments="wanted_host varchar, held_at timestamptz",
            returns="TABLE (held bigint, wanted bigint)",
            body="SELECT count(*) FILTER (WHERE b.leased_until > held_at), count(*)"
            " FROM mail_mailbox b WHERE b.host = wanted_host AND b.is_enabled",
        ),
    ]
