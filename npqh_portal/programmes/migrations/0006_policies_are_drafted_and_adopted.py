import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import npqh_portal.programmes.models.engagement


def adopted_from_the_start(apps, schema_editor):
    """Every policy there is was in force as soon as its version was loaded."""
    policies = apps.get_model("programmes", "EngagementPolicy").objects
    loaded = apps.get_model("programmes", "ProgrammeVersion").objects.filter(pk=models.OuterRef("version"))
    policies.update(adopted_at=models.Subquery(loaded.values("loaded_at")))


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0005_places_and_funding_of_intakes"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="engagementpolicy",
            name="frozen_once_published",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="policycomponent",
            name="frozen_once_published",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="policycomponent",
            name="first_policy_is_whole",
        ),
        migrations.AddField(
            model_name="engagementpolicy",
            name="adopted_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="Empty: a draft.", null=True),
        ),
        migrations.RunPython(adopted_from_the_start, migrations.RunPython.noop),
        migrations.AddField(
            model_name="engagementpolicy",
            name="appeal_answer_days",
            field=models.PositiveSmallIntegerField(
                default=10, help_text="Days within which a question about a mark is answered."
            ),
        ),
        migrations.AddField(
            model_name="engagementpolicy",
            name="appeal_days",
            field=models.PositiveSmallIntegerField(
                default=15, help_text="Days within which a participant may question a mark, from when it was recorded."
            ),
        ),
        migrations.AddField(
            model_name="engagementpolicy",
            name="catch_up_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("seminar", "Seminar"),
                        ("module", "Online module"),
                        ("conference", "Conference"),
                        ("practical_cycle", "Practical cycle"),
                        ("formative_task", "Formative task"),
                        ("reflection", "Reflection"),
                        ("webinar", "Webinar"),
                        ("drop_in", "Drop-in"),
                        ("research", "Individual research"),
                        ("work_task", "Work-based task"),
                        ("school_visit", "School visit"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=npqh_portal.programmes.models.engagement.usually_caught_up,
                help_text="The sessions that can be caught up.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="engagementpolicy",
            name="counted_statuses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("present", "Present"),
                        ("partly", "There in part: the minutes there"),
                        ("authorised", "Authorised absence: as if present"),
                        ("caught_up", "Caught up"),
                    ],
                    max_length=10,
                ),
                default=npqh_portal.programmes.models.engagement.usually_counted,
                help_text="What a register must say of somebody to earn them credit.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="engagementpolicy",
            name="spare_sessions",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="Whoever can miss fewer sessions than this stands on the early-warning list."
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="engagementpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_once_published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.adopted_at IS NOT NULL)",
                    func="\n                IF TG_OP <> 'INSERT' AND (SELECT state FROM programmes_programmeversion WHERE id = OLD.version_id) <> 'draft'\n                OR TG_OP <> 'DELETE' AND (SELECT state FROM programmes_programmeversion WHERE id = NEW.version_id) <> 'draft' THEN\n                    RAISE EXCEPTION 'A published version of a programme never changes: % on %', TG_OP, TG_TABLE_NAME;\n                END IF;\n                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                RETURN NEW;\n            ",
                    hash="e2ac3f3aea09e19f7bd0670ad002353e77a507c1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_once_published_82be0",
                    table="programmes_engagementpolicy",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="policycomponent",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_once_published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP <> 'INSERT' AND (SELECT state FROM programmes_programmeversion WHERE id = (SELECT version_id FROM programmes_engagementpolicy WHERE id = OLD.policy_id AND adopted_at IS NOT NULL)) <> 'draft'\n                OR TG_OP <> 'DELETE' AND (SELECT state FROM programmes_programmeversion WHERE id = (SELECT version_id FROM programmes_engagementpolicy WHERE id = NEW.policy_id AND adopted_at IS NOT NULL)) <> 'draft' THEN\n                    RAISE EXCEPTION 'A published version of a programme never changes: % on %', TG_OP, TG_TABLE_NAME;\n                END IF;\n                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                RETURN NEW;\n            ",
                    hash="55a105d3917813a8fd8a9e47cd0e989a29643cff",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_once_published_c2c01",
                    table="programmes_policycomponent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="engagementpolicy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("adopted_at", None)), fields=("version",), name="one_draft_policy_of_a_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="engagementpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), _negated=True), ("adopted_at__isnull", False), _connector="OR"
                ),
                name="first_policy_comes_with_its_version",
            ),
        ),
    ]
