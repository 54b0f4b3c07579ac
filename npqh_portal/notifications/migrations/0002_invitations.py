from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="calendar",
            field=models.TextField(
                blank=True, default="", editable=False, help_text="An invitation that goes with it (RFC 5546), if any."
            ),
        ),
    ]
