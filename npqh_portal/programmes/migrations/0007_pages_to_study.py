import django.db.models.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock
import npqh_portal.db


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0006_policies_are_drafted_and_adopted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StudyPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item_code", models.SlugField(max_length=60, verbose_name="module")),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "title",
                    models.CharField(help_text="As in its newest revision: staff know the page by it.", max_length=120),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="study_pages",
                        to="programmes.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "page of a module",
                "verbose_name_plural": "pages of modules",
                "ordering": ["programme", "item_code", "place"],
            },
        ),
        migrations.CreateModel(
            name="StudyFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                ("name", models.CharField(max_length=80)),
                ("stored_name", models.CharField(editable=False, max_length=80, unique=True)),
                ("kind", models.CharField(max_length=5)),
                ("size_bytes", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="programmes.studypage"
                    ),
                ),
            ],
            options={
                "ordering": ["page", "name"],
            },
        ),
        migrations.CreateModel(
            name="StudyRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published")], default="draft", max_length=10
                    ),
                ),
                ("body", models.TextField(blank=True)),
                ("written_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                ("title", models.CharField(max_length=120)),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="programmes.studypage"
                    ),
                ),
                (
                    "written_by",
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
                "ordering": ["page", "-number"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="studypage",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("programme", "item_code", "place"),
                name="one_page_at_a_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyfile",
            constraint=models.UniqueConstraint(fields=("page", "name"), name="one_file_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="studyfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("size_bytes__gt", 0)), name="study_file_is_not_empty"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="studyfile",
            trigger=pgtrigger.compiler.Trigger(
                name="bytes_never_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="32192de1aeaee012c2fcf72a99475c5b0185b1df",
                    operation="UPDATE",
                    pgid="pgtrigger_bytes_never_change_f1111",
                    table="programmes_studyfile",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="studyrevision",
            constraint=models.UniqueConstraint(fields=("page", "number"), name="one_page_revision_of_a_number"),
        ),
        migrations.AddConstraint(
            model_name="studyrevision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")), fields=("page",), name="one_draft_of_a_page"
            ),
        ),
        migrations.AddConstraint(
            model_name="studyrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at", None), ("state", "draft")),
                    models.Q(("published_at__isnull", False), ("state", "published")),
                    _connector="OR",
                ),
                name="published_page_has_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyrevision",
            constraint=models.CheckConstraint(condition=models.Q(("minutes__gt", 0)), name="page_takes_minutes"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="studyrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="published_words_stand",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state = 'published')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1c3acc5354782f439cc4abbd9c2b5a067645fa91",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_words_stand_6a721",
                    table="programmes_studyrevision",
                    when="BEFORE",
                ),
            ),
        ),
    ]
