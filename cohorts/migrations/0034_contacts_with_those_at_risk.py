from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0033_marks_may_be_questioned"),
    ]

    operations = []
