import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0026_formative_work_in_rounds")]

    operations = [
        migrations.AddField(
            model_name="reflection",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reflections",
                to="cohorts.group",
            ),
        ),
        migrations.AddField(
            model_name="reflection",
            name="match",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reflections",
                to="cohorts.supportmatch",
            ),
        ),
        migrations.AddConstraint(
            model_name="reflection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group", None), ("match", None), ("shared_with", "nobody")),
                    models.Q(("group", None), ("match__isnull", False), ("shared_with", "coach")),
                    models.Q(("group__isnull", False), ("match", None), ("shared_with", "group")),
                    _connector="OR",
                ),
                name="a_reflection_is_shared_with_somebody",
            ),
        ),
    ]
