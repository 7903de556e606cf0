from django.db import migrations

from onque.kernel.rls import TENANT, finder


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_search_some")]

    operations = [
        # like onque_search_recent, which the version before still calls, but ends at `most` hits
        finder(
            "onque_search_newest",
            arguments="of_kind varchar, wanted tsquery, patterns text[], upto timestamptz,"
            " upto_id uuid, newest integer, most integer",
            returns="TABLE (kind varchar, object_id uuid, parent_id uuid, at timestamptz, id uuid)",
            roles=("onque_app", "onque_reader"),
            body=f"""
                SELECT d.kind, d.object_id, d.parent_id, d.at, d.id FROM (
                    SELECT * FROM kernel_searchdocument s
                    WHERE s.tenant_id = {TENANT} AND s.kind = of_kind
                      AND (s.at, s.id) < (upto, upto_id)
                    ORDER BY s.at DESC, s.id DESC LIMIT newest
                ) d
                WHERE d.tsv @@ wanted AND d.body LIKE ALL (patterns)
                ORDER BY d.at DESC, d.id DESC LIMIT most
            """,  # noqa: S608 - ours
        ),
    ]
