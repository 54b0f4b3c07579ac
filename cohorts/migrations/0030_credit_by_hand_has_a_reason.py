import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0029_catch_ups_by_name"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ledgerentry",
            name="source",
            field=models.CharField(
                choices=[
                    ("register", "Register"),
                    ("completion", "Done in your own time"),
                    ("catch_up", "Catch-up"),
                    ("adjustment", "Adjustment"),
                    ("carried", "Carried over"),
                    ("recredit", "Worked out anew"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source__in", ["register", "completion", "catch_up", "adjustment", "carried", "recredit"])
                ),
                name="a_ledger_entry_has_a_known_source",
            ),
        ),
        migrations.CreateModel(
            name="CreditReason",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reason",
                        serialize=False,
                        to="cohorts.ledgerentry",
                    ),
                ),
                ("text", models.CharField(max_length=500)),
            ],
        ),
    ]
