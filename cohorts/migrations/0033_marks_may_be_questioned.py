from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0032_change_projects_and_behaviours"),
    ]

    operations = []
