"""What an item's owner said gets a column of its own; until now it was read from the state, which wishes change."""

from django.db import migrations, models


def from_the_state(apps, schema_editor):
    items = apps.get_model("orcid_workflow", "OrcidItem").objects
    items.filter(state="paused").update(owners_no="left_off")
    items.filter(state="needs_attention", action="gone").update(owners_no="removed")


class Migration(migrations.Migration):

    dependencies = [
        ("orcid_workflow", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="orciditem",
            name="owners_no",
            field=models.CharField(
                blank=True,
                choices=[("removed", "Removed at ORCID"), ("left_off", "Left off here")],
                max_length=10,
            ),
        ),
        migrations.RunPython(from_the_state, migrations.RunPython.noop, elidable=True),
    ]
