import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0030_credit_by_hand_has_a_reason"),
        ("programmes", "0007_pages_to_study"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pages_read", to="cohorts.enrolment"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reads", to="programmes.studypage"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reads", to="programmes.studyrevision"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("enrolment", "page"), name="a_page_is_read_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pageread",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fb1970048cd0018bab01338b5ed680f9d19b8b6b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_02176",
                    table="cohorts_pageread",
                    when="BEFORE",
                ),
            ),
        ),
    ]
