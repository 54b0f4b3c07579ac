import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock

STATES = [("waiting", "Waiting to be confirmed"), ("done", "Taken over"), ("discarded", "Discarded")]


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0003_runs_before_this_portal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="pastimport",
            options={
                "ordering": ["-at", "-pk"],
                "verbose_name": "list of past participants",
                "verbose_name_plural": "lists of past participants",
            },
        ),
        migrations.RenameField("pastimport", "imported_at", "at"),
        migrations.RenameField("pastimport", "imported_by", "by"),
        migrations.AlterField(
            model_name="pastimport",
            name="at",
            field=models.DateTimeField(default=npqh_portal.clock.now, verbose_name="handed in"),
        ),
        migrations.AlterField(
            model_name="pastimport",
            name="by",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: an operator.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="pastimport",
            name="certified",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Known before, whose certificate this file brings.",
                verbose_name="given a certificate",
            ),
        ),
        migrations.AddField(
            model_name="pastimport",
            name="after",
            field=models.ForeignKey(
                blank=True,
                help_text="The newest that had been taken over when this one was looked at.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cohorts.pastimport",
            ),
        ),
        # Until now every list was taken over at once.
        migrations.AddField(
            model_name="pastimport",
            name="state",
            field=models.CharField(choices=STATES, default="done", max_length=10),
        ),
        migrations.AlterField(
            model_name="pastimport",
            name="state",
            field=models.CharField(choices=STATES, default="waiting", max_length=10),
        ),
        migrations.AddField(
            model_name="pastimport",
            name="stored_name",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddConstraint(
            model_name="pastimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "waiting"), ("stored_name__gt", ""))
                | (models.Q(("state", "waiting"), _negated=True) & models.Q(("stored_name", ""))),
                name="a_list_is_kept_only_while_it_waits",
            ),
        ),
    ]
