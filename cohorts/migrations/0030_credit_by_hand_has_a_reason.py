from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0029_catch_ups_by_name"),
    ]

    operations = []
