"""What is held of participants, and how they change it. How they sign in is changed under their account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from applications.forms.schools import SchoolSearchForm
from applications.queries.schools import found_schools
from cohorts.forms.details import MyNameForm, MySchoolForm, MyTrnForm
from cohorts.queries import school_held_of
from npqh_portal.people.actions import change_trn, rename_person
from npqh_portal.people.queries import changes_of
from npqh_portal.people.roles import Role
from npqh_portal.schools.actions import change_school
from npqh_portal.schools.errors import SchoolNotOpen
from npqh_portal.web.doors import for_role, person_of, refusals

from .own import enrolment_of

ASKING = ("GET", "HEAD", "POST")


@for_role(Role.PARTICIPANT)
@require_safe
def details(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    context = {
        "person": person,
        "school": school_held_of(person, enrolment_of(request)),
        "changes": changes_of(person),
    }
    return render(request, "cohorts/details.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(ASKING)
def name(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = MyNameForm(request.POST or None, person=person)
    if form.is_valid():
        with refusals(form):
            rename_person(person, **form.cleaned_data, by=person)
            messages.success(request, "Your name is kept as you wrote it.")
            return redirect("cohorts:details")
    return render(request, "cohorts/details_name.html", {"form": form})


@for_role(Role.PARTICIPANT)
@require_http_methods(ASKING)
def trn(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = MyTrnForm(request.POST or None, person=person)
    if form.is_valid():
        with refusals(form):
            change_trn(person, **form.cleaned_data, by=person)
            messages.success(request, "Your teacher reference number is kept. We check it before we use it.")
            return redirect("cohorts:details")
    return render(request, "cohorts/details_trn.html", {"form": form})


@for_role(Role.PARTICIPANT)
@require_http_methods(ASKING)
def school(request: HttpRequest) -> HttpResponse:
    """Search, then choose from what was found."""
    person, sought = person_of(request), request.GET.get("q", "").strip()
    held = school_held_of(person, enrolment_of(request))
    found = found_schools(sought)
    form = MySchoolForm(request.POST or None, found=found)
    if form.is_valid():
        with refusals(form, under={SchoolNotOpen: "school"}):
            change_school(person, school=form.chosen, from_on=form.cleaned_data["from_on"], before=held, by=person)
            messages.success(request, f"{form.chosen} is held as your school now.")
            return redirect("cohorts:details")
    search = SchoolSearchForm({"q": sought}) if sought else SchoolSearchForm()
    context = {"form": form, "search": search, "found": found, "held": held}
    return render(request, "cohorts/details_school.html", context)
