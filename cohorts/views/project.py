"""The change project and the small changes: the participant's pages, and those of the coach they are shared with."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import errors
from cohorts.access import projects_shared_with_coach
from cohorts.actions import practice as practice_actions
from cohorts.actions import project as actions
from cohorts.forms.project import ProjectForm, SmallChangeForm
from cohorts.models import ChangeProject, Enrolment, Membership
from cohorts.queries import latest_membership_of, practice
from cohorts.queries import project as queries
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of, refusals
from npqh_portal.web.forms import sent

from .own import enrolment_of

# --- the participant -----------------------------------------------------------------------------


@for_role(Role.PARTICIPANT)
@require_safe
def project(request: HttpRequest) -> HttpResponse:
    """The plan, the stages with where each stands, and the small changes made so far."""
    enrolment = _asked(request)
    whole = _whole(enrolment)
    context = whole | {
        "is_live": enrolment.state in LIVE_ENROLMENT,
        "others": [match for match in queries.supporters_now(enrolment) if match not in whole["readers"]],
        "today": clock.today(),
    }
    return render(request, "cohorts/project.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def project_plan(request: HttpRequest) -> HttpResponse:
    enrolment = _asked(request)
    stay = latest_membership_of(enrolment)
    if not _may_write(enrolment, stay):
        return redirect("cohorts:project")
    plan = ChangeProject.objects.filter(enrolment=enrolment).first()
    form = ProjectForm(sent(request), plan=plan)
    if form.is_valid():
        with refusals(form, under={errors.ProjectBackwards: "ends_on"}):
            actions.save_project(enrolment, **form.said(), by=person_of(request))
            messages.success(request, "Saved: your plan. You can go on with it at any time.")
            return redirect("cohorts:project")
    plan = ChangeProject.objects.filter(enrolment=enrolment).first()
    context = {"form": form, "plan": plan, "is_overtaken": form.overtaken_by(plan.revision if plan else 0)}
    return render(request, "cohorts/project_plan.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def project_share(request: HttpRequest) -> HttpResponse:
    """The one switch of the project's page: those who support them now read it, or nobody."""
    enrolment = _asked(request)
    if request.method != "POST":
        return redirect("cohorts:project")
    is_shared = request.POST.get("share") == "1"
    with refusals(request):
        plan = actions.share_project(enrolment, is_shared=is_shared, by=person_of(request))
        names = " and ".join(str(match.supporter) for match in plan.shared_with.select_related("supporter"))
        messages.success(
            request, f"Shared: {names} can read it. Nobody is told by email." if is_shared else "No longer shared."
        )
    return redirect("cohorts:project")


@for_role(Role.PARTICIPANT)
@require_safe
def project_file(request: HttpRequest) -> HttpResponse:
    """All of it in one page to keep: it needs nothing else, no network and no portal."""
    enrolment = _asked(request)
    text = render_to_string("cohorts/project_file.html", _whole(enrolment) | {"at": clock.now()})
    headers = {"Content-Disposition": 'attachment; filename="change-project.html"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, headers=headers)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def course_change(request: HttpRequest, code: str) -> HttpResponse:
    """The small change that goes with one course: what to try, then what happened."""
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over or not practice.asked_of(enrolment).small_changes:
        raise Http404
    course = get_object_or_404(practice.courses_of(enrolment), code=code)
    change = practice.small_changes_written(enrolment).get(code)
    may_write = _may_write(enrolment, latest_membership_of(enrolment))
    form = SmallChangeForm(sent(request), change=change)
    if form.is_valid():
        with refusals(form, under={errors.SmallChangeNotPlanned: "planned"}):
            practice_actions.save_small_change(enrolment, course=course, **form.said(), by=person_of(request))
            messages.success(request, f"Saved: your small change in “{course.title}”.")
            return redirect("cohorts:course")
    change = practice.small_changes_written(enrolment).get(code)
    context = {
        "course": course,
        "change": change,
        "form": form,
        "may_write": may_write,
        "is_overtaken": form.overtaken_by(change.revision if change else 0),
    }
    return render(request, "cohorts/course_change.html", context)


def _asked(request: HttpRequest) -> Enrolment:
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over or not practice.asked_of(enrolment).project:
        raise Http404
    return enrolment


def _may_write(enrolment: Enrolment, stay: Membership | None) -> bool:
    return enrolment.state in LIVE_ENROLMENT and stay is not None and stay.cohort.starts_on <= clock.today()


def _whole(enrolment: Enrolment) -> dict[str, Any]:
    stay = latest_membership_of(enrolment)
    found = queries.project_of(enrolment, stay, queries.sent_work_of(enrolment))
    return {
        "enrolment": enrolment,
        "project": found,
        "readers": queries.readers_of(found.plan) if found.plan else [],
        "may_write": _may_write(enrolment, stay),
        "small_changes": _small_changes(enrolment, stay),
    }


def _small_changes(enrolment: Enrolment, stay: Membership | None) -> list[practice.SmallChange]:
    if not practice.asked_of(enrolment).small_changes:
        return []
    found = practice.small_changes_of(enrolment, stay, clock.today())
    # Whoever has left, or is done, is asked for none.
    return found if enrolment.state in LIVE_ENROLMENT else [one for one in found if one.change]


# --- the coach -----------------------------------------------------------------------------------


@for_role(Role.COACH)
@require_safe
def coach_projects(request: HttpRequest) -> HttpResponse:
    """The projects that the people one supports share."""
    return render(request, "cohorts/projects_shared.html", {"plans": _shared_with(person_of(request))})


@for_role(Role.COACH)
@require_safe
def coach_project(request: HttpRequest, public_id: str) -> HttpResponse:
    plan = next((one for one in _shared_with(person_of(request)) if one.public_id == public_id), None)
    if plan is None:
        raise Http404
    return render(request, "cohorts/project_shared.html", _whole(plan.enrolment))


def _shared_with(person: User) -> list[ChangeProject]:
    found = projects_shared_with_coach(person).select_related("enrolment__person", "enrolment__version__programme")
    return list(found.order_by("enrolment__person__full_name", "pk"))
