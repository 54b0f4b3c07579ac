from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0031_modules_are_read_page_by_page"),
    ]

    operations = []
