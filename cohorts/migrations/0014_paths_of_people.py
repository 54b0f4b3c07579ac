"""When somebody deferred plans to return, and when and why somebody withdrew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0013_feeds_know_what_was_read"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="returns_on",
            field=models.DateField(
                blank=True, help_text="Of somebody deferred.", null=True, verbose_name="planned return"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="withdrawn_on",
            field=models.DateField(blank=True, null=True, verbose_name="withdrawn"),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="withdrawn_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("workload", "Too much to do beside the job"),
                    ("commitment", "It took more than they had expected"),
                    ("health", "Health, or a child on the way"),
                    ("personal", "Another personal reason"),
                    ("priorities", "They want to learn something else now"),
                    ("moved_school", "They changed school"),
                    ("school", "Something changed at their school"),
                    ("school_leadership", "The leadership of their school changed"),
                    ("career", "They changed career"),
                    ("role", "The programme does not fit their role"),
                    ("structure", "How the programme is laid out"),
                    ("content", "What the programme teaches"),
                    ("facilitation", "How its sessions are led"),
                    ("access", "They could not take part fully"),
                    ("quality", "Another fault of the programme"),
                    ("assessment", "They did not meet what the assessment asks"),
                    ("silent", "They no longer answer"),
                    ("payment", "The fee was not paid"),
                    ("mistake", "They were enrolled by mistake"),
                    ("other", "Another reason"),
                ],
                default="",
                max_length=20,
                verbose_name="reason for leaving",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("returns_on", None), ("state", "deferred"), _connector="OR"),
                name="only_somebody_deferred_plans_to_return",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_for", ""), ("withdrawn_on", None)),
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_on__isnull", False),
                        models.Q(("withdrawn_for", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_withdrawal_has_a_day_and_a_reason",
            ),
        ),
    ]
