import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock

# Of those from before, the day on which they were made is the last that is known of them.
_SINCE_THEY_WERE_MADE = "UPDATE cohorts_supportmeeting SET calendar_changed_at = made_at"


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0024_deferrals_have_a_reason"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="supportmeeting",
            name="calendar_revision",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Counts the changes of when, where and whether: what calendars are told."
            ),
        ),
        migrations.AddField(
            model_name="supportmeeting",
            name="calendar_changed_at",
            field=models.DateTimeField(default=npqh_portal.clock.now),
        ),
        migrations.RunSQL(_SINCE_THEY_WERE_MADE, migrations.RunSQL.noop),
        migrations.AlterModelOptions(name="invitation", options={"ordering": ["person", "seminar", "meeting"]}),
        migrations.AddField(
            model_name="invitation",
            name="meeting",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="cohorts.supportmeeting",
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="seminar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="cohorts.seminar",
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="revision",
            field=models.PositiveSmallIntegerField(help_text="The seminar's or meeting's, as it was told."),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(fields=("person", "meeting"), name="one_invitation_to_a_meeting"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("meeting__isnull", False), ("seminar", None)),
                    models.Q(("meeting", None), ("seminar__isnull", False)),
                    _connector="OR",
                ),
                name="invited_to_a_seminar_or_a_meeting",
            ),
        ),
    ]
