from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0030_credit_by_hand_has_a_reason"),
    ]

    operations = []
