from django.db import migrations
from django.db.models import Count, Q

from applications.rules.standard import STANDARD
from npqh_portal import clock


def give_forms(apps, schema_editor):
    """Applications from before forms had versions began with the standard one."""
    application = apps.get_model("applications", "Application")
    form_version = apps.get_model("applications", "FormVersion")
    programmes = application.objects.order_by().values_list("intake__version__programme", flat=True).distinct()
    for programme in programmes:
        form, _ = form_version.objects.get_or_create(
            programme_id=programme,
            number=1,
            defaults={"state": "published", "published_at": clock.now(), **STANDARD},
        )
        application.objects.filter(intake__version__programme=programme, form=None).update(form=form)


def count_places(apps, schema_editor):
    intakes = apps.get_model("programmes", "Intake").objects.annotate(
        held=Count("applications", filter=Q(applications__state__in=["offered", "accepted"]))
    )
    for intake in intakes.filter(held__gt=0):
        intake.places_taken = intake.held
        intake.capacity = max(intake.capacity, intake.held)
        intake.save(update_fields=["places_taken", "capacity"])


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_forms_funding_endorsements_places"),
        ("programmes", "0005_places_and_funding_of_intakes"),
    ]

    operations = [
        migrations.RunPython(give_forms, migrations.RunPython.noop),
        migrations.RunPython(count_places, migrations.RunPython.noop),
    ]
