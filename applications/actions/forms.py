"""Versions of the application form."""

from django.db import transaction

from applications.models import FormVersion
from applications.rules.standard import STANDARD
from applications.states import FormState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.programmes.models import Programme


@transaction.atomic
def form_to_begin_with(programme: Programme) -> FormVersion:
    """The newest published form of a programme; for one that has none yet, the standard form, published now."""
    newest = FormVersion.objects.filter(programme=programme, state=FormState.PUBLISHED).order_by("-number")
    if known := newest.first():
        return known
    programme = lock(programme)
    if known := newest.first():
        return known
    last = FormVersion.objects.filter(programme=programme).order_by("-number").first()
    form = FormVersion.objects.create(
        programme=programme,
        number=last.number + 1 if last else 1,
        state=FormState.PUBLISHED,
        published_at=clock.now(),
        **STANDARD,
    )
    record("form.published", form, facts={"programme": programme.pk, "number": form.number}, by=None)
    return form
