from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0012_meetings_count_what_is_saved")]

    operations = [
        migrations.AddField(
            model_name="calendarfeed",
            name="content_digest",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
