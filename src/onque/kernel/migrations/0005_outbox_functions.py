"""Publishing, claiming and finishing as functions: one round trip each, their plans kept.

They run with the caller's own rights, so that row-level security holds inside them. A plan made while
the tables were small must not go on reading them whole when they have grown.
"""

from django.db import migrations

TENANT = "NULLIF(current_setting('app.tenant_id', true), '')::uuid"
KEY = "replace(tenant::text, '-', '') || ':' || p_subscriber || ':' || p_stream"

PUBLISH = f"""
CREATE FUNCTION outbox_publish(p_event uuid, p_stream text, p_stream_id uuid, p_name text,
    p_payload jsonb, p_keys text[], p_ids uuid[], p_now timestamptz, p_sweep_at timestamptz)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp
SET enable_seqscan = off AS $$
DECLARE
  tenant uuid := {TENANT};
  number bigint;
BEGIN
  INSERT INTO kernel_stream AS s (tenant_id, id, key, last_seq)
    VALUES (tenant, p_stream_id, p_stream, 1)
    ON CONFLICT (tenant_id, key) DO UPDATE SET last_seq = s.last_seq + 1
    RETURNING s.last_seq INTO number;
  INSERT INTO kernel_outboxevent (tenant_id, id, stream, seq, name, payload, published_at)
    VALUES (tenant, p_event, p_stream, number, p_name, p_payload, p_now);
  INSERT INTO kernel_delivery (tenant_id, id, event_id, subscriber, stream, seq, state, attempts,
      next_try_at, error, updated_at)
    SELECT tenant, d.id, p_event, d.key, p_stream, number, 'pending', 0, p_sweep_at, '', p_now
    FROM unnest(p_ids, p_keys) AS d (id, key);
END $$
"""  # noqa: S608 - our own words alone

CLAIM = f"""
CREATE FUNCTION outbox_claim(p_subscriber text, p_stream text, p_now timestamptz,
    p_until timestamptz)
RETURNS TABLE (id uuid, attempts smallint, payload jsonb, published_at timestamptz)
LANGUAGE plpgsql SET search_path = public, pg_temp
SET enable_seqscan = off AS $$
DECLARE
  tenant uuid := {TENANT};
  lowest record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended({KEY}, 0));
  SELECT d.id, d.attempts, d.state, d.next_try_at, d.event_id INTO lowest
    FROM kernel_delivery d
    WHERE d.tenant_id = tenant AND d.subscriber = p_subscriber AND d.stream = p_stream
      AND d.state IN ('pending', 'dead')
    ORDER BY d.seq LIMIT 1;
  IF NOT FOUND OR lowest.state = 'dead'
      OR (lowest.attempts > 0 AND lowest.next_try_at > p_now) THEN
    RETURN;
  END IF;
  IF p_until IS NOT NULL THEN
    UPDATE kernel_delivery d SET attempts = d.attempts + 1, next_try_at = p_until
      WHERE d.tenant_id = tenant AND d.id = lowest.id;
  END IF;
  RETURN QUERY SELECT lowest.id, lowest.attempts, e.payload, e.published_at
    FROM kernel_outboxevent e WHERE e.tenant_id = tenant AND e.id = lowest.event_id;
END $$
"""  # noqa: S608 - our own words alone

FINISH = f"""
CREATE FUNCTION outbox_finish(p_id uuid, p_subscriber text, p_stream text, p_now timestamptz)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp
SET enable_seqscan = off AS $$
DECLARE
  tenant uuid := {TENANT};
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended({KEY}, 0));
  UPDATE kernel_delivery d SET state = 'done', error = '', updated_at = p_now
    WHERE d.tenant_id = tenant AND d.id = p_id;
  RETURN EXISTS (SELECT 1 FROM kernel_delivery d
    WHERE d.tenant_id = tenant AND d.subscriber = p_subscriber AND d.stream = p_stream
      AND d.state IN ('pending', 'dead'));
END $$
"""  # noqa: S608 - our own words alone


def _only_ours(signature: str) -> list[str]:
    return [
        f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {signature} TO onque_app, onque_public",
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0004_search_newest"),
    ]

    operations = [
        migrations.RunSQL([body, *_only_ours(signature)], f"DROP FUNCTION {signature}")
        for body, signature in (
            (
                PUBLISH,
                "outbox_publish(uuid, text, uuid, text, jsonb, text[], uuid[],"
                " timestamptz, timestamptz)",
            ),
            (CLAIM, "outbox_claim(text, text, timestamptz, timestamptz)"),
            (FINISH, "outbox_finish(uuid, text, text, timestamptz)"),
        )
    ]
