from django.db import migrations

from onque.kernel.rls import TENANT, finder


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_search")]

    operations = [
        finder(
            "onque_search_some",
            arguments="of_kind varchar, wanted tsquery, patterns text[], upto timestamptz,"
            " upto_id uuid, most integer",
            returns="TABLE (kind varchar, object_id uuid, parent_id uuid, at timestamptz, id uuid)",
            roles=("onque_app", "onque_reader"),
            body=f"""
                SELECT s.kind, s.object_id, s.parent_id, s.at, s.id FROM kernel_searchdocument s
                WHERE s.tenant_id = {TENANT} AND s.tsv @@ wanted AND s.kind = of_kind
                  AND s.body LIKE ALL (patterns) AND (s.at, s.id) < (upto, upto_id)
                LIMIT most
            """,  # noqa: S608 - ours
        ),
    ]
