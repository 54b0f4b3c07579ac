import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0009_directory_and_visits"),
        ("programmes", "0005_places_and_funding_of_intakes"),
        ("schools", "0007_fewer_words_to_search_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="placement",
                        serialize=False,
                        to="cohorts.enrolment",
                    ),
                ),
                ("school_name", models.CharField(max_length=200)),
                ("host", models.CharField(blank=True, default="", max_length=120, verbose_name="who hosts you")),
                (
                    "contrasts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("performance", "How well its pupils do"),
                                ("pupils", "Who its pupils are"),
                                ("geography", "Where it lies"),
                                ("other", "In another way"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("why_it_contrasts", models.TextField(blank=True, default="")),
                (
                    "research",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The challenges of resources and capability it faces or will face.",
                    ),
                ),
                ("plan", models.TextField(blank=True, default="", help_text="Your action plan.")),
                ("changed_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "agreed_at",
                    models.DateTimeField(blank=True, help_text="When a lead agreed to the school.", null=True),
                ),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.school",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BoardPresentation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("presented_on", models.DateField()),
                ("board", models.CharField(max_length=200, verbose_name="which board")),
                ("feedback", models.TextField(blank=True, default="", verbose_name="what the board said")),
                ("implementation_starts_on", models.DateField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presentations",
                        to="cohorts.enrolment",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presentations",
                        to="programmes.assessmenttask",
                    ),
                ),
            ],
            options={
                "ordering": ["enrolment", "task"],
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "task"), name="one_presentation_for_a_task"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("implementation_starts_on", None),
                            ("implementation_starts_on__gte", models.F("presented_on")),
                            _connector="OR",
                        ),
                        name="presented_before_it_is_done",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlacementDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("what", models.CharField(blank=True, default="", max_length=300, verbose_name="what you did")),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="cohorts.placement"
                    ),
                ),
            ],
            options={
                "ordering": ["placement", "on"],
                "constraints": [
                    models.UniqueConstraint(fields=("placement", "on"), name="one_placement_day_on_a_date")
                ],
            },
        ),
    ]
