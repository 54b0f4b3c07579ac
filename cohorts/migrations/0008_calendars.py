import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0007_facilitators"),
        ("people", "0002_email_may_be_unknown"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarChoice",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="calendar_choice",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("none", "Not at all"),
                            ("feed", "A private calendar that I subscribe to"),
                            ("invitations", "An invitation by email for every session"),
                        ],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("chosen_at", models.DateTimeField(default=npqh_portal.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("read_on", models.DateField(blank=True, null=True, verbose_name="last read on")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["person", "-made_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("person",), name="one_live_feed_of_a_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveSmallIntegerField(default=0)),
                ("revision", models.PositiveSmallIntegerField(help_text="The seminar's, as it was told.")),
                ("is_cancelled", models.BooleanField(default=False)),
                ("sent_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seminar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="cohorts.seminar"
                    ),
                ),
            ],
            options={
                "ordering": ["person", "seminar"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "seminar"), name="one_invitation_to_a_seminar")
                ],
            },
        ),
    ]
