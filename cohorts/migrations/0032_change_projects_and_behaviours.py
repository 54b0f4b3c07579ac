import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import npqh_portal.clock
import npqh_portal.db


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0031_modules_are_read_page_by_page"),
        ("programmes", "0006_policies_are_drafted_and_adopted"),
    ]

    operations = [
        migrations.AddField(
            model_name="formativefile",
            name="caption",
            field=models.CharField(blank=True, default="", help_text="What a picture shows.", max_length=200),
        ),
        migrations.AlterField(
            model_name="formativefile",
            name="kind",
            field=models.CharField(
                choices=[
                    ("docx", "Word document"),
                    ("pdf", "PDF"),
                    ("png", "Picture"),
                    ("jpg", "Picture"),
                    ("jpeg", "Picture"),
                ],
                max_length=5,
            ),
        ),
        migrations.CreateModel(
            name="SelfEvaluation",
            fields=[
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="self_evaluation",
                        serialize=False,
                        to="cohorts.enrolment",
                    ),
                ),
                ("saved_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, help_text="When every behaviour was first rated anew.", null=True),
                ),
                ("revision", models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_at", None),
                            models.Q(("reviewed_at__gte", models.F("sent_at")), ("sent_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_review_comes_after_a_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeProject",
            fields=[
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="change_project",
                        serialize=False,
                        to="cohorts.enrolment",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                ("what", models.TextField(blank=True, default="", verbose_name="what they want to change")),
                ("why", models.TextField(blank=True, default="", verbose_name="what shows that it is needed")),
                ("for_whom", models.TextField(blank=True, default="", verbose_name="for whom")),
                ("how_known", models.TextField(blank=True, default="", verbose_name="how they will know")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("saved_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("revision", models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")),
                (
                    "shared_with",
                    models.ManyToManyField(blank=True, related_name="change_projects", to="cohorts.supportmatch"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on", None),
                            ("ends_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="a_project_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("planned", models.TextField(verbose_name="what they will try")),
                ("happened", models.TextField(blank=True, default="", verbose_name="what happened")),
                ("saved_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("revision", models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="programmes.course"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="course_changes",
                        to="cohorts.enrolment",
                    ),
                ),
            ],
            options={
                "ordering": ["enrolment", "course__number"],
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "course"), name="one_small_change_in_a_course"),
                    models.CheckConstraint(
                        condition=models.Q(("planned", ""), _negated=True), name="a_small_change_is_planned"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BehaviourRating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rating", models.PositiveSmallIntegerField(blank=True, help_text="From 1 to 4.", null=True)),
                ("plan", models.TextField(blank=True, default="", verbose_name="how they will develop it")),
                (
                    "rating_now",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rating at the end"),
                ),
                ("helped", models.TextField(blank=True, default="", verbose_name="what helped")),
                ("what_next", models.TextField(blank=True, default="", verbose_name="what is next")),
                (
                    "behaviour",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="programmes.behaviour"
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="cohorts.selfevaluation"
                    ),
                ),
            ],
            options={
                "ordering": ["evaluation", "behaviour__number"],
                "constraints": [
                    models.UniqueConstraint(fields=("evaluation", "behaviour"), name="a_behaviour_is_rated_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rating", None), ("rating__range", (1, 4)), _connector="OR"),
                        name="rated_on_the_scale",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rating_now", None), ("rating_now__range", (1, 4)), _connector="OR"),
                        name="rated_anew_on_the_scale",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("helped", ""), ("rating_now", None), ("what_next", "")),
                            ("rating__isnull", False),
                            _connector="OR",
                        ),
                        name="a_behaviour_is_reviewed_after_a_start",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="behaviourrating",
            trigger=pgtrigger.compiler.Trigger(
                name="the_start_stands",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (SELECT sent_at FROM cohorts_selfevaluation WHERE enrolment_id = NEW.evaluation_id) IS NULL THEN\n                        IF NEW.rating_now IS NOT NULL OR NEW.helped <> '' OR NEW.what_next <> '' THEN\n                            RAISE EXCEPTION 'Nothing is reviewed before the evaluation at the start is sent';\n                        END IF;\n                    ELSIF TG_OP = 'UPDATE' AND OLD.rating IS DISTINCT FROM NEW.rating THEN\n                        RAISE EXCEPTION 'A rating at the start never changes once it is sent';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="c496a0035a3eb65876cf3dde4a603b628923436a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_the_start_stands_219da",
                    table="cohorts_behaviourrating",
                    when="BEFORE",
                ),
            ),
        ),
    ]
