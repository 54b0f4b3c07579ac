from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0027_reflections_shared_by_name"),
    ]

    operations = [
        migrations.AlterField(
            model_name="catchup",
            name="state",
            field=models.CharField(
                choices=[
                    ("sent", "Waiting for a decision"),
                    ("returned", "Sent back for more"),
                    ("accepted", "Accepted"),
                    ("refused", "Not accepted"),
                    ("withdrawn", "Taken back"),
                    ("not_needed", "Not needed any more"),
                ],
                default="sent",
                max_length=10,
            ),
        ),
    ]
