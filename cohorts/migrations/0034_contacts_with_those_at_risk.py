import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock
import npqh_portal.db


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0033_marks_may_be_questioned"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=npqh_portal.db.random_id, editable=False, max_length=16, unique=True),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("call", "Call"), ("email", "Email"), ("meeting", "Meeting"), ("message", "Message")],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                ("note", models.TextField(blank=True, default="")),
                ("recorded_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("revision", models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="cohorts.enrolment"
                    ),
                ),
            ],
            options={
                "ordering": ["enrolment", "-on", "-pk"],
            },
        ),
    ]
