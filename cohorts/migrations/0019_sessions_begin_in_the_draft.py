import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0018_who_supports_whom"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pendingchange",
            name="seminar",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="pending",
                serialize=False,
                to="cohorts.seminar",
            ),
        ),
        migrations.AlterField(
            model_name="seminar",
            name="state",
            field=models.CharField(
                choices=[("planned", "Draft"), ("scheduled", "Scheduled"), ("cancelled", "Cancelled")],
                default="planned",
                max_length=10,
            ),
        ),
    ]
