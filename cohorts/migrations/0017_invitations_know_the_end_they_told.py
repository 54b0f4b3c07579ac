from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0016_saves_are_counted_and_words_kept_whole")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="ends_at",
            # Nobody has been sent one yet.
            field=models.DateTimeField(default=npqh_portal.clock.now, help_text="The end, as it was told."),
            preserve_default=False,
        ),
    ]
