from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orcid_workflow", "0004_connection_removing_until"),
    ]

    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                (
                    "key",
                    models.CharField(
                        help_text="API and client.", max_length=200, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        blank=True, help_text="Numbers of the limiter's algorithm; empty: never used."
                    ),
                ),
            ],
        ),
    ]
