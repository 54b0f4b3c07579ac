import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0003_register_columns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EligibilityEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identifier", models.CharField(max_length=8)),
            ],
            options={
                "verbose_name_plural": "eligibility entries",
            },
        ),
        migrations.CreateModel(
            name="EligibilityList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pp50", "PP50 schools"),
                            ("pp50-fe", "PP50 16–19 providers"),
                            ("rise", "RISE schools"),
                        ],
                        max_length=10,
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                (
                    "to_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day. Empty: until the next list.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "-from_on"],
            },
        ),
        migrations.CreateModel(
            name="SchoolChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.JSONField(
                        help_text="Column → [old, new]; dates as text, year first.", verbose_name="what changed"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SchoolImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("extract", "National extract"),
                            ("pp50", "PP50 schools"),
                            ("pp50-fe", "PP50 16–19 providers"),
                            ("rise", "RISE schools"),
                        ],
                        default="extract",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be confirmed"),
                            ("done", "Imported"),
                            ("discarded", "Discarded"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=npqh_portal.clock.now, verbose_name="handed in")),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="fingerprint (SHA-256)")),
                ("links_name", models.CharField(blank=True, default="", max_length=200, verbose_name="file of links")),
                (
                    "links_sha256",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="fingerprint of the links"),
                ),
                (
                    "from_on",
                    models.DateField(blank=True, null=True, verbose_name="in force from"),
                ),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="in force until")),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("lacking", models.PositiveIntegerField(default=0, verbose_name="known here and not in the file")),
                (
                    "rejections",
                    models.JSONField(default=list, help_text="Rows left out: line, identifier and reason of each."),
                ),
                ("remarks", models.JSONField(default=list)),
                (
                    "first_changes",
                    models.JSONField(default=list, help_text="URN, name, and what changes, of the first few."),
                ),
                ("stored_name", models.CharField(blank=True, default="", max_length=100)),
                ("links_stored_name", models.CharField(blank=True, default="", max_length=100)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SchoolLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        blank=True, default="", help_text="Amalgamated, merged, split; or plainly.", max_length=60
                    ),
                ),
                ("established_on", models.DateField(blank=True, null=True, verbose_name="since")),
            ],
            options={
                "ordering": ["established_on", "pk"],
            },
        ),
        migrations.AddField(
            model_name="eligibilityentry",
            name="list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="schools.eligibilitylist"
            ),
        ),
        migrations.AddField(
            model_name="schoolchange",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="schools.school"
            ),
        ),
        migrations.AddField(
            model_name="schoolimport",
            name="after",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.schoolimport",
                verbose_name="looked at after",
            ),
        ),
        migrations.AddField(
            model_name="schoolimport",
            name="by",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: an operator, or the clock.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="schoolchange",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="schools.schoolimport",
                verbose_name="import",
            ),
        ),
        migrations.AddField(
            model_name="eligibilitylist",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lists",
                to="schools.schoolimport",
                verbose_name="last imported from",
            ),
        ),
        migrations.AddField(
            model_name="schoollink",
            name="predecessor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="to_successors", to="schools.school"
            ),
        ),
        migrations.AddField(
            model_name="schoollink",
            name="successor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="to_predecessors", to="schools.school"
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilityentry",
            constraint=models.UniqueConstraint(fields=("identifier", "list"), name="listed_once_on_each_list"),
        ),
        migrations.AddConstraint(
            model_name="schoolimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "waiting"), models.Q(("links_stored_name", ""), ("stored_name", "")), _connector="OR"
                ),
                name="a_file_is_kept_only_while_it_waits",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="schoolchange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ceef5da6b64cd6a45e3d47c7751d17c4817c6ebf",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4bc84",
                    table="schools_schoolchange",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilitylist",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_on", None), ("to_on__gte", models.F("from_on")), _connector="OR"),
                name="eligibility_list_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilitylist",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("kind", "="),
                    (
                        models.Func(
                            "from_on",
                            "to_on",
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                            function="DATERANGE",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="one_eligibility_list_of_a_kind_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoollink",
            constraint=models.UniqueConstraint(
                fields=("predecessor", "successor"), name="one_link_between_two_schools"
            ),
        ),
        migrations.AddConstraint(
            model_name="schoollink",
            constraint=models.CheckConstraint(
                condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                name="no_school_follows_itself",
            ),
        ),
    ]
