import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def say_whose(apps, schema_editor):
    """What is there belongs to whom its connection belongs to; a connection that nobody owns any more had an owner."""
    Connection = apps.get_model("orcid_workflow", "Connection")
    owner = Connection.objects.filter(pk=OuterRef("connection")).values("user")[:1]
    apps.get_model("orcid_workflow", "OrcidItem").objects.update(user=Subquery(owner))
    left = Connection.objects.filter(user=None).exclude(disconnected_at=None)
    left.update(owned_since=F("disconnected_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("orcid_workflow", "0006_unclaimed_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="owned_since",
            field=models.DateTimeField(
                blank=True,
                help_text="When its former owner left it; empty: it never had another owner than it has.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="orciditem",
            name="user",
            field=models.ForeignKey(
                blank=True,
                help_text="For whom it was wished: the owner of the connection at that time.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(say_whose, migrations.RunPython.noop),
    ]
