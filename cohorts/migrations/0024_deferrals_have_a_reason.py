from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0023_placements_may_be_declined")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="deferred_on",
            field=models.DateField(blank=True, null=True, verbose_name="deferred"),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="deferred_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("bereavement", "Somebody close to them died"),
                    ("illness", "A long illness"),
                    ("child", "Leave for a child"),
                    ("break", "A break from work"),
                    ("other", "Another reason"),
                ],
                default="",
                max_length=20,
                verbose_name="reason for deferring",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="withdrawn_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("workload", "Too much to do beside the job"),
                    ("capacity", "Their school could not spare them"),
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
                condition=models.Q(
                    models.Q(("deferred_for", ""), ("deferred_on", None)),
                    models.Q(
                        ("deferred_on__isnull", False),
                        ("state", "deferred"),
                        models.Q(("deferred_for", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_deferral_has_a_day_and_a_reason",
            ),
        ),
    ]
