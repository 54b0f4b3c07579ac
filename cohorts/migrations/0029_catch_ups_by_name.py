from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0028_catch_ups_may_be_settled_by_a_register"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="catchup",
            options={"ordering": ["sent_at", "pk"], "verbose_name": "catch-up"},
        ),
        migrations.AlterModelOptions(
            name="catchupoffer",
            options={"ordering": ["item", "way", "title"], "verbose_name": "catch-up offer"},
        ),
    ]
