"""Where the applicant finds their school."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.actions import ask_for_school, choose_school
from applications.errors import SchoolNotSelectable
from applications.forms.schools import SchoolForm, SchoolSearchForm
from applications.queries.applications import may_change
from applications.queries.schools import found_schools, open_task
from npqh_portal import clock
from npqh_portal.web.doors import refusals, signed_in

from .own import next_page, own_application, person_of, sent


@signed_in
@require_http_methods(["GET", "POST"])
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """Search, choose from what was found, or name a school that is not listed, for staff to find."""
    application = own_application(request, public_id)
    if request.method == "GET" and not may_change(application, clock.now()):
        return redirect("applications:form", public_id)
    sought, page = request.GET.get("q", "").strip()[:100], request.GET.get("page", "")
    found = found_schools(sought, int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1)
    missing = open_task(application) if application.school_name and not application.school_id else None
    questions = SchoolForm(
        sent(request), application=application, today=clock.today(), found=found.choices, missing=missing
    )
    if questions.is_valid():
        with refusals(questions, under={SchoolNotSelectable: "school"}):
            chosen, given, person = questions.chosen, questions.cleaned_data, person_of(request)
            if chosen:
                choose_school(application, school=chosen, by=person)
            else:
                ask_for_school(
                    application, name=given["school_name"], town=given["town"], postcode=given["postcode"], by=person
                )
            return next_page(request, public_id)
    context = {
        "application": application,
        "form": questions,
        "search": SchoolSearchForm(initial={"q": sought}),
        "found": found,
        "missing": missing,
        "asks": bool(sought or application.school_name or questions.is_bound),
        "changing": "change" in request.GET,
    }
    return render(request, "applications/school.html", context)
