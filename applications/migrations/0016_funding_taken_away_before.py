from django.db import migrations


class Migration(migrations.Migration):
    """What was taken away before there was a column for it, as the audit trail has it."""

    dependencies = [("applications", "0015_when_funding_was_taken_away"), ("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE applications_application SET funding_taken_at = taken.at
            FROM (
                SELECT subject_id, max(at) AS at FROM audit_entry
                WHERE verb = 'application.funding_taken_away' AND subject_type = 'applications.application'
                GROUP BY subject_id
            ) taken
            WHERE taken.subject_id = applications_application.id
                AND NOT funded_place AND state IN ('offered', 'accepted')
            """,
            migrations.RunSQL.noop,
        ),
    ]
