"""Whoever applies anew begins with what they wrote before, and looks at each part of it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0011_waiting_beside_an_open_intake")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="to_check",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                default=list,
                editable=False,
                help_text="Parts carried over from a withdrawn application that the applicant has not looked at since.",
                size=None,
            ),
        ),
    ]
