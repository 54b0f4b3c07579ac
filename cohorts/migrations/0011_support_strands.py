import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock
import npqh_portal.db


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0010_placements_and_boards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("new_heads", "Additional support for new headteachers"),
                            ("one_to_one", "One-to-one support"),
                        ],
                        max_length=15,
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                (
                    "planned_to_on",
                    models.DateField(
                        help_text="The last day of the support as it is meant.", verbose_name="planned until"
                    ),
                ),
                (
                    "to_on",
                    models.DateField(
                        blank=True, help_text="The first day it no longer holds.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="support", to="cohorts.enrolment"
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["enrolment", "strand", "-from_on"],
            },
        ),
        migrations.CreateModel(
            name="SupportAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                ("text", models.CharField(max_length=400)),
                ("is_supporters", models.BooleanField(default=False, help_text="The supporter does it.")),
                ("due_on", models.DateField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="actions", to="cohorts.supportmatch"
                    ),
                ),
            ],
            options={
                "ordering": ["match", "-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SupportMeeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                ("starts_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)])),
                ("is_face_to_face", models.BooleanField(default=True)),
                ("place", models.CharField(blank=True, default="", max_length=160)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("held", "Held"),
                            ("missed", "Did not take place"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("notes", models.TextField(blank=True, default="", help_text="Read by the two of you alone.")),
                ("made_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="cohorts.supportmatch"
                    ),
                ),
            ],
            options={
                "ordering": ["match", "-starts_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="supportmatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("to_on", None)), fields=("enrolment", "strand"), name="one_supporter_in_a_strand"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportmatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("planned_to_on__gte", models.F("from_on"))), name="support_is_meant_to_last"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportmatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_on", None), ("to_on__gte", models.F("from_on")), _connector="OR"),
                name="support_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportmeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 720)), name="a_meeting_lasts_part_of_a_day"
            ),
        ),
    ]
