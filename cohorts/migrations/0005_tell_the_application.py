import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from django.db.models import Exists, OuterRef


def tell(apps, schema_editor):
    """Those who are enrolled already."""
    live = apps.get_model("cohorts", "Enrolment").objects.filter(application=OuterRef("pk")).exclude(state="withdrawn")
    accepted = apps.get_model("applications", "Application").objects.filter(state="accepted")
    accepted.filter(Exists(live)).update(is_enrolled=True)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0006_whether_somebody_is_enrolled"),
        ("cohorts", "0004_lists_wait_to_be_confirmed"),
    ]

    operations = [
        migrations.RunPython(tell, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="enrolment",
            trigger=pgtrigger.compiler.Trigger(
                name="tell_the_application",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.application_id IS NOT NULL)",
                    func="\n    UPDATE applications_application\n    SET is_enrolled = EXISTS (\n        SELECT FROM cohorts_enrolment WHERE application_id = NEW.application_id AND state <> 'withdrawn'\n    )\n    WHERE id = NEW.application_id;\n    RETURN NULL;\n",
                    hash="a0297a31341197a319101dd2a57c8d8075c62068",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_tell_the_application_8ec75",
                    table="cohorts_enrolment",
                    when="AFTER",
                ),
            ),
        ),
    ]
