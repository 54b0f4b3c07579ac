import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock
import npqh_portal.db


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0008_calendars"),
        ("people", "0002_email_may_be_unknown"),
        ("schools", "0007_fewer_words_to_search_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectoryEntry",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="directory_entry",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "about",
                    models.TextField(
                        blank=True, default="", help_text="What you lead, and what you would like to talk about."
                    ),
                ),
                ("shows_email", models.BooleanField(default=False)),
                ("shows_school", models.BooleanField(default=True)),
                ("consented_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None), models.Q(("about", ""), ("shows_email", False)), _connector="OR"
                        ),
                        name="who_left_shows_nothing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                ("visited_on", models.DateField()),
                ("school_name", models.CharField(max_length=200)),
                ("host", models.CharField(blank=True, default="", max_length=120, verbose_name="who received you")),
                ("purpose", models.CharField(max_length=300, verbose_name="what you went to see")),
                ("learnt", models.TextField(blank=True, default="", verbose_name="what you take home")),
                ("logged_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="school_visits",
                        to="cohorts.enrolment",
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
            options={
                "ordering": ["enrolment", "-visited_on", "-pk"],
            },
        ),
    ]
