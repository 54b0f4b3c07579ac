from django.db import migrations


def keep_schools(apps, schema_editor):
    """What was logged so far counted for the school that the placement has now."""
    for placement in apps.get_model("cohorts", "Placement").objects.all():
        placement.days.update(school=placement.school_id, school_name=placement.school_name)


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0020_placement_days_keep_their_school")]

    operations = [migrations.RunPython(keep_schools, migrations.RunPython.noop)]
