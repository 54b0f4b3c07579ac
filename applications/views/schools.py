"""Where the applicant finds their school."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.actions import save_answers
from applications.forms.schools import SchoolForm, SchoolSearchForm
from applications.queries.applications import may_change
from npqh_portal import clock
from npqh_portal.schools.queries import closed_for_good, find_schools, successors_of_closed
from npqh_portal.web.doors import refusals, signed_in

from .own import next_page, own_application, person_of, sent

SCHOOLS_SHOWN = 20


@signed_in
@require_http_methods(["GET", "POST"])
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """Search, choose from what was found, or type the name of a school that is not listed."""
    application = own_application(request, public_id)
    if request.method == "GET" and not may_change(application, clock.now()):
        return redirect("applications:form", public_id)
    sought = request.GET.get("q", "").strip()[:100]
    found = list(find_schools(sought)[: SCHOOLS_SHOWN + 1])
    closed = [] if found else successors_of_closed(sought)
    gone = [] if found or closed else closed_for_good(sought)
    choices = found[:SCHOOLS_SHOWN] or [link.successor for link in closed]
    questions = SchoolForm(sent(request), application=application, today=clock.today(), found=choices)
    if questions.is_valid():
        with refusals(questions):
            save_answers(application, answers=questions.cleaned_data, by=person_of(request))
            return next_page(request, public_id)
    context = {
        "application": application,
        "form": questions,
        "search": SchoolSearchForm(initial={"q": sought}),
        "sought": sought,
        "found": len(found),
        "closed": closed,
        "gone": gone,
        "shown": SCHOOLS_SHOWN,
        "asks": bool(sought or application.school_name or questions.is_bound),
        "changing": "change" in request.GET,
    }
    return render(request, "applications/school.html", context)
