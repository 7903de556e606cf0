"""Alarms, acts on many mails, and what a person decided about one."""

from django.db import migrations, models

import onque.kernel.ids
import onque.kernel.tenancy
from onque.kernel.rls import fence, finder, of_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_tables"),
        ("mail", "0008_sending"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=onque.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "tenant_id",
                    models.UUIDField(default=onque.kernel.tenancy.current_tenant, editable=False),
                ),
                ("key", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=12)),
                ("subject_id", models.UUIDField(null=True)),
                ("label", models.CharField(max_length=320)),
                ("count", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("raised_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=onque.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "tenant_id",
                    models.UUIDField(default=onque.kernel.tenancy.current_tenant, editable=False),
                ),
                ("act", models.CharField(max_length=12)),
                ("filter", models.JSONField()),
                ("after", models.CharField(blank=True, default="", max_length=64)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("started_by", models.CharField(max_length=200)),
                ("started_by_id", models.UUIDField(null=True)),
                ("started_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="inboundmail",
            name="let_in",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="inboundmail",
            name="let_in_ticket_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="inboundmail",
            name="parsed_with",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="inboundmail",
            name="state_before",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.AddField(
            model_name="inboundmail",
            name="ticket_gone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(fields=("tenant_id", "key"), name="mail_alarm_once"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["tenant_id", "-started_at"], name="mail_run_latest"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["touched_at"],
                name="mail_run_open",
            ),
        ),
        fence("mail_alarm"),
        of_tenant("mail_alarm"),
        fence("mail_run"),
        of_tenant("mail_run"),
        finder(
            "onque_stuck_mail",
            arguments="received_by timestamptz, most integer",
            returns="TABLE (tenant_id uuid, id uuid)",
            body="SELECT m.tenant_id, m.id FROM mail_inboundmail m"
            " WHERE m.state IN ('stored', 'parsed', 'routed') AND m.received_at <= received_by"
            " ORDER BY m.received_at LIMIT most",
        ),
        finder(
            "onque_held_mail",
            arguments="wanted text[], at timestamptz, last_id uuid, most integer",
            returns="TABLE (tenant_id uuid, id uuid)",
            body="SELECT m.tenant_id, m.id FROM mail_inboundmail m"
            " WHERE m.state IN ('stored', 'parsed', 'routed', 'quarantined', 'suspended')"
            " AND m.state = ANY (wanted) AND (m.received_at, m.id) < (at, last_id)"
            " ORDER BY m.received_at DESC, m.id DESC LIMIT most",
        ),
        finder(
            "onque_mail_states",
            arguments="",
            returns="TABLE (state text, mails bigint, oldest timestamptz)",
            body="SELECT m.state, count(*), min(m.received_at) FROM mail_inboundmail m"
            " WHERE m.state IN ('stored', 'parsed', 'routed', 'quarantined', 'suspended')"
            " GROUP BY m.state",
        ),
        finder(
            "onque_mail_alarms",
            arguments="",
            returns="TABLE (kind text, subject_id uuid, missing integer, raised boolean)",
            body="SELECT a.kind, a.subject_id, a.count, a.raised_at IS NOT NULL FROM mail_alarm a"
            " ORDER BY a.since LIMIT 1000",
        ),
        finder(
            "onque_due_runs",
            arguments="touched_by timestamptz, most integer",
            returns="TABLE (tenant_id uuid, id uuid)",
            body="SELECT r.tenant_id, r.id FROM mail_run r WHERE r.ended_at IS NULL"
            " AND r.touched_at <= touched_by ORDER BY r.touched_at LIMIT most",
        ),
    ]
