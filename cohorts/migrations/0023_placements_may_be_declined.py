import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0022_catch_ups_and_formative_work"),
        ("schools", "0007_fewer_words_to_search_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlacementDecline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("school_name", models.CharField(max_length=200)),
                ("why", models.TextField()),
                ("at", models.DateTimeField(default=npqh_portal.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declines",
                        to="cohorts.placement",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.school",
                    ),
                ),
            ],
            options={"ordering": ["placement", "-at", "-pk"]},
        ),
        migrations.AddField(
            model_name="placement",
            name="declined",
            field=models.ForeignKey(
                blank=True,
                help_text="A lead's no to the school as it stands here. None once another is named.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cohorts.placementdecline",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed_at", None), ("declined", None), _connector="OR"),
                name="a_placement_is_agreed_or_declined",
            ),
        ),
    ]
