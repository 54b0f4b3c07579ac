from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0025_meetings_stand_in_calendars")]

    operations = [
        migrations.RemoveConstraint(
            model_name="formativeround",
            name="feedback_has_words_and_a_moment",
        ),
        migrations.RemoveField(
            model_name="formativefile",
            name="round",
        ),
        migrations.AddField(
            model_name="formativefile",
            name="in_draft",
            field=models.BooleanField(default=True, help_text="Goes along with what is sent next."),
        ),
        migrations.AddField(
            model_name="formativeround",
            name="files",
            field=models.ManyToManyField(related_name="rounds", to="cohorts.formativefile"),
        ),
        migrations.AddField(
            model_name="formativeround",
            name="mended_at",
            field=models.DateTimeField(blank=True, help_text="When the feedback was last changed.", null=True),
        ),
        migrations.AlterField(
            model_name="formativeround",
            name="revision",
            field=models.PositiveIntegerField(default=1, help_text="Counts what was sent anew and saved as feedback."),
        ),
        migrations.AlterField(
            model_name="formativework",
            name="revision",
            field=models.PositiveIntegerField(default=0, help_text="Counts how often its words were saved."),
        ),
        migrations.AddConstraint(
            model_name="formativefile",
            constraint=models.UniqueConstraint(
                fields=("work", "sha256", "sender_name"), name="one_formative_file_of_these_bytes"
            ),
        ),
        migrations.AddConstraint(
            model_name="formativeround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("feedback", ""), ("feedback_at", None), ("feedback_by", None)),
                    models.Q(
                        ("feedback_at__gte", models.F("sent_at")),
                        ("feedback_at__isnull", False),
                        models.Q(("feedback", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="feedback_has_words_and_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="formativeround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mended_at", None),
                    models.Q(("feedback_at__isnull", False), ("mended_at__gte", models.F("feedback_at"))),
                    _connector="OR",
                ),
                name="feedback_is_mended_afterwards",
            ),
        ),
    ]
