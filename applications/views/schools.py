"""Where the applicant finds their school."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.actions import ask_for_school, choose_school
from applications.errors import AnswersChanged, SchoolNotSelectable
from applications.forms.schools import SchoolForm, SchoolSearchForm
from applications.queries.answers import Answer, answers_to
from applications.queries.applications import may_change
from applications.queries.schools import found_schools, open_task
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.web.doors import person_of, refusals, signed_in
from npqh_portal.web.forms import sent

from .own import FORM, next_page, own_application


@signed_in
@require_http_methods(["GET", "POST"])
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """Search, choose from what was found, or name a school that is not listed, for staff to find."""
    application = own_application(request, public_id, along=FORM)
    if request.method == "GET" and not may_change(application, clock.now()):
        return redirect("applications:form", public_id)
    sought, page = request.GET.get("q", "").strip()[:100], request.GET.get("page", "")
    found = found_schools(sought, int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1)
    missing = open_task(application) if application.school_name and not application.school_id else None
    questions = SchoolForm(sent(request), application=application, today=clock.today(), found=found, missing=missing)
    stored: list[Answer] = []
    if questions.is_valid():
        with refusals(questions, under={SchoolNotSelectable: "school"}):
            try:
                _keep(questions, person_of(request))
                return next_page(request, public_id)
            except AnswersChanged:
                application = own_application(request, public_id)
                questions.show_again(application)
                stored = answers_to("school", application)
                raise
    context = {
        "application": application,
        "form": questions,
        "search": SchoolSearchForm(initial={"q": sought}),
        "found": found,
        "missing": missing,
        "stored": stored,
        "asks": bool(sought or application.school_name or questions.is_bound),
        "changing": "change" in request.GET,
    }
    return render(request, "applications/school.html", context)


def _keep(questions: SchoolForm, person: User) -> None:
    seen, given = questions.answered_from, questions.cleaned_data
    if questions.chosen:
        choose_school(questions.application, school=questions.chosen, seen=seen, by=person)
    else:
        what = {"name": given["school_name"], "town": given["town"], "postcode": given["postcode"]}
        ask_for_school(questions.application, **what, seen=seen, by=person)
