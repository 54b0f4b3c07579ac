"""What every page needs on which an applicant writes."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from applications.access import applications_visible_to
from applications.models import Application
from npqh_portal.web.doors import person_of

# What comes along with an application: all that its pages tell of, and what a page of its form draws on.
WHOLE = ("school", "form", "intake__version__programme")
FORM = ("school", "form", "intake")


def own_application(request: HttpRequest, public_id: str, *, along: Sequence[str] = WHOLE) -> Application:
    """One's own application. Whoever may read it elsewhere is told that this is not their page to write on."""
    person = person_of(request)
    own = Application.objects.filter(person=person, public_id=public_id)
    application = own.select_related(*along).first()
    if application is None:
        get_object_or_404(applications_visible_to(request.user), public_id=public_id)
        raise PermissionDenied
    application.person = person
    return application


def next_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whoever came from the check page goes back there."""
    return redirect("applications:check" if "change" in request.GET else "applications:form", public_id)
