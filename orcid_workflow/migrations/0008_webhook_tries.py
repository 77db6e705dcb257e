from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orcid_workflow", "0007_whose_an_item_is")]

    operations = [
        migrations.AddField(
            model_name="connection", name="hook_attempts", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="connection",
            name="hook_next_try_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
