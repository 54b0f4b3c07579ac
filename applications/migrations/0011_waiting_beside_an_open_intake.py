"""Who registers interest beside an open intake waits for another; and is forgotten some months after."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0010_funding_not_known_while_a_school_is_sought"),
        ("programmes", "0005_places_and_funding_of_intakes"),
    ]

    operations = [
        migrations.AddField(
            model_name="interest",
            name="known",
            field=models.ManyToManyField(blank=True, editable=False, related_name="+", to="programmes.intake"),
        ),
        migrations.AddField(
            model_name="interest",
            name="forgotten_at",
            field=models.DateTimeField(blank=True, help_text="When name, address and school were emptied.", null=True),
        ),
        migrations.AlterField(
            model_name="interest",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="email address"),
        ),
        migrations.AlterField(
            model_name="interest", name="full_name", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=Q(forgotten_at=None, email__gt="")
                | Q(email="", full_name="", school_name="", forgotten_at__isnull=False)
                & (Q(told_at__isnull=False) | Q(left_at__isnull=False)),
                name="forgotten_whole_and_only_off_the_register",
            ),
        ),
    ]
