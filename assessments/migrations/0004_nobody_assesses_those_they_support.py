import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_certificates_from_before"),
        ("cohorts", "0011_support_strands"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="allocation",
            name="nobody_assesses_those_they_teach",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allocation",
            trigger=pgtrigger.compiler.Trigger(
                name="nobody_assesses_those_they_teach",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT 1\n                        FROM assessments_submission s\n                        JOIN cohorts_enrolment e ON e.id = s.enrolment_id\n                        LEFT JOIN cohorts_membership m ON m.enrolment_id = e.id\n                        WHERE s.id = NEW.submission_id AND (\n                            e.person_id = NEW.person_id\n                            OR EXISTS (\n                                SELECT 1 FROM cohorts_facilitation f\n                                WHERE f.group_id = m.group_id AND f.person_id = NEW.person_id\n                            )\n                            OR EXISTS (\n                                SELECT 1 FROM cohorts_supportmatch x\n                                WHERE x.enrolment_id = e.id AND x.supporter_id = NEW.person_id\n                            )\n                            OR EXISTS (\n                                SELECT 1 FROM cohorts_seminar t\n                                WHERE t.facilitator_id = NEW.person_id AND t.state = 'scheduled'\n                                AND (t.group_id = m.group_id OR (t.group_id IS NULL AND t.cohort_id = m.cohort_id))\n                            )\n                        )\n                    ) THEN\n                        RAISE EXCEPTION 'nobody assesses those they teach';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="4bbc972f5c65e5a20514869ed59f6d4d00800688",
                    operation="INSERT",
                    pgid="pgtrigger_nobody_assesses_those_they_teach_15bc7",
                    table="assessments_allocation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
