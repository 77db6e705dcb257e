import uuid

from django.db import migrations
from django.db.models import Count


def one_each(apps, schema_editor) -> None:
    """Give each abstract a key of its own where several have the same: 0007 had one default for all rows."""
    abstracts = apps.get_model("submissions", "ThesisAbstract").objects.using(schema_editor.connection.alias)
    groups = abstracts.order_by().values("key").annotate(rows=Count("pk")).filter(rows__gt=1)
    shared = list(groups.values_list("key", flat=True))
    for abstract in abstracts.filter(key__in=shared).only("pk"):
        abstract.key = uuid.uuid4()
        abstract.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [
        ("submissions", "0009_withdrawn_ids"),
    ]

    operations = [
        migrations.RunPython(one_each, migrations.RunPython.noop, elidable=True),
    ]
