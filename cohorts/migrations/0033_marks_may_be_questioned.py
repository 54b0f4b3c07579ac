import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock
import npqh_portal.db


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0032_change_projects_and_behaviours"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                (
                    "claimed",
                    models.CharField(
                        choices=[
                            ("present", "Present"),
                            ("partly", "Part"),
                            ("absent", "Absent"),
                            ("authorised", "Authorised absence"),
                            ("caught_up", "Caught up"),
                            ("exempt", "Exempt"),
                        ],
                        max_length=10,
                        verbose_name="what they say",
                    ),
                ),
                (
                    "claimed_minutes",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Where they say that they were there in part."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for an answer"),
                            ("kept", "The mark stands"),
                            ("further", "With the programme lead"),
                            ("corrected", "The mark was corrected"),
                            ("final", "The mark stands for good"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("answer_by", models.DateField()),
                ("further_by", models.DateField(blank=True, null=True)),
                (
                    "corrected_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrects",
                        to="cohorts.attendancemark",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="cohorts.enrolment"
                    ),
                ),
                (
                    "mark",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="cohorts.attendancemark"
                    ),
                ),
                (
                    "seminar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="cohorts.seminar"
                    ),
                ),
            ],
            options={
                "ordering": ["answer_by", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AppealFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                ("stored_name", models.CharField(editable=False, max_length=80, unique=True)),
                ("sender_name", models.CharField(max_length=200)),
                ("kind", models.CharField(choices=[("docx", "Word document"), ("pdf", "PDF")], max_length=5)),
                ("size_bytes", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="file", to="cohorts.appeal"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AppealStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for an answer"),
                            ("kept", "The mark stands"),
                            ("further", "With the programme lead"),
                            ("corrected", "The mark was corrected"),
                            ("final", "The mark stands for good"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="cohorts.appeal"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["appeal", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("mark",),
                name="a_mark_is_questioned_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "further"])),
                fields=("enrolment", "seminar"),
                name="one_appeal_of_a_session_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "kept"), _negated=True), ("further_by__isnull", False), _connector="OR"
                ),
                name="a_kept_mark_says_until_when_it_goes_further",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrected_to", None), ("state", "corrected"), _connector="OR"),
                name="only_a_corrected_mark_has_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed", "partly"), ("claimed_minutes__gte", 1)),
                    models.Q(models.Q(("claimed", "partly"), _negated=True), ("claimed_minutes", 0)),
                    _connector="OR",
                ),
                name="an_appeal_says_minutes_of_a_part",
            ),
        ),
        migrations.AddConstraint(
            model_name="appealfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("size_bytes__gt", 0)), name="appealfile_is_not_empty"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appealfile",
            trigger=pgtrigger.compiler.Trigger(
                name="bytes_never_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size_bytes" IS DISTINCT FROM (NEW."size_bytes") OR OLD."stored_name" IS DISTINCT FROM (NEW."stored_name"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="bf0c362d5b13cef68263e37a79d1f038a4a60923",
                    operation="UPDATE",
                    pgid="pgtrigger_bytes_never_change_62b43",
                    table="cohorts_appealfile",
                    when="BEFORE",
                ),
            ),
        ),
    ]
