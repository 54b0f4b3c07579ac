"""What the tasks of a programme ask for beside the course: a placement, its days, and governing boards."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import errors
from cohorts.actions import placements as actions
from cohorts.forms.network import RemoveForm
from cohorts.forms.placements import DayForm, NewDayForm, PlacementSchoolForm, PlacementWorkForm, PresentationForm
from cohorts.models import BoardPresentation, Enrolment, Placement, PlacementDay
from cohorts.queries import placements as queries
from cohorts.queries.network import school_of
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import PresentedTo
from npqh_portal.web.doors import for_role, person_of, refusals
from npqh_portal.web.forms import sent
from npqh_portal.web.words import short_day

from .own import enrolment_of


@for_role(Role.PARTICIPANT)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What is done, and what is next, of the tasks that ask for more than the course. Not there for anybody else."""
    enrolment = _own(request)
    found = queries.tasks_of(enrolment, clock.today())
    if not found.plans:
        raise Http404
    context = {"enrolment": enrolment, "tasks": found, "may_write": enrolment.state in LIVE_ENROLMENT}
    return render(request, "cohorts/tasks.html", context)


@for_role(Role.PARTICIPANT)
@require_safe
def placement(request: HttpRequest) -> HttpResponse:
    """The school beside one's own, the days there, and what was written of it."""
    enrolment = _own(request)
    asked = queries.placement_days_asked(enrolment)
    if not asked:
        raise Http404
    there = _placement_of(enrolment)
    if there is None:
        return redirect("cohorts:tasks")
    context = {
        "placement": there,
        "days": queries.days_of(there, asked),
        "compared": queries.compared(school_of(enrolment), there.school),
        "declines": queries.declines_before(there),
        "may_write": enrolment.state in LIVE_ENROLMENT,
    }
    return render(request, "cohorts/placement.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def placement_school(request: HttpRequest) -> HttpResponse:
    enrolment, there = _placing(request)
    form = PlacementSchoolForm(sent(request), placement=there)
    if form.is_valid():
        at_own = (errors.PlacementAtOwnSchool, errors.PlacementNamedAsOwnSchool)
        with refusals(form, under=dict.fromkeys(at_own, "called")):
            made = actions.name_placement(enrolment, **form.said(), by=person_of(request))
            words = (
                ""
                if made.agreed_at or made.declined_id
                else " Your programme lead reads it next, and you get an email once it is agreed."
            )
            messages.success(request, f"Saved: your placement at {made.school_name}.{words}")
            return redirect("cohorts:placement")
    there = _placement_of(enrolment)
    context = {
        "form": form,
        "placement": there,
        "own": school_of(enrolment),
        "is_overtaken": form.overtaken_by(there.revision if there else 0),
    }
    return render(request, "cohorts/placement_school.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def placement_work(request: HttpRequest) -> HttpResponse:
    """Research and plan (S68)."""
    enrolment, there = _placing(request)
    if there is None:
        return redirect("cohorts:placement_school")
    form = PlacementWorkForm(sent(request), placement=there)
    if form.is_valid():
        with refusals(form):
            actions.write_placement(enrolment, **form.said(), by=person_of(request))
            messages.success(request, "Saved: your research and your plan.")
            return redirect("cohorts:placement")
    there = _placement_of(enrolment)
    context = {"form": form, "placement": there, "is_overtaken": form.overtaken_by(there.revision if there else 0)}
    return render(request, "cohorts/placement_work.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def placement_day_add(request: HttpRequest) -> HttpResponse:
    enrolment, there = _placing(request)
    if there is None:
        return redirect("cohorts:placement_school")
    if there.declined_id:
        messages.warning(request, str(errors.PlacementDeclined()))
        return redirect("cohorts:placement")
    form = NewDayForm(sent(request))
    if form.is_valid():
        of_the_day = (errors.DayToCome, errors.DayTooEarly, errors.DayTooLate, errors.DayLogged)
        with refusals(form, under=dict.fromkeys(of_the_day, "on")):
            actions.log_placement_day(enrolment, **form.said(), by=person_of(request))
            _say_day(request, there, form.said()["on"])
            return redirect("cohorts:placement")
    return render(request, "cohorts/placement_day.html", {"form": form, "placement": there, "day": None})


def _say_day(request: HttpRequest, there: Placement, on: date) -> None:
    if rest := queries.rest_on(on):
        messages.warning(request, f"Logged: {short_day(on)}. It is no working day ({rest}), so it does not count.")
    else:
        messages.success(request, f"Logged: {short_day(on)} at {there.school_name}.")


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def placement_day(request: HttpRequest, on: str) -> HttpResponse:
    enrolment, there = _placing(request)
    day = _day(enrolment, on)
    form = DayForm(sent(request), day=day)
    if form.is_valid():
        with refusals(form):
            actions.change_placement_day(day, **form.said(), by=person_of(request))
            messages.success(request, f"Saved: {short_day(day.on)}.")
            return redirect("cohorts:placement")
    if form.is_bound:
        day = _day(enrolment, on)
    context = {"form": form, "placement": there, "day": day, "is_overtaken": form.overtaken_by(day.revision)}
    return render(request, "cohorts/placement_day.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def placement_day_remove(request: HttpRequest, on: str) -> HttpResponse:
    enrolment, there = _placing(request)
    day = _day(enrolment, on)
    form = RemoveForm(sent(request), revision=day.revision)
    if form.is_valid():
        with refusals(form):
            actions.remove_placement_day(day, revision=form.cleaned_data["revision"], by=person_of(request))
            messages.success(request, f"Removed: {short_day(day.on)}.")
            return redirect("cohorts:placement")
    if form.is_bound:
        day = _day(enrolment, on)
        form.overtaken_by(day.revision)
    return render(request, "cohorts/placement_day_remove.html", {"form": form, "placement": there, "day": day})


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def presentation(request: HttpRequest, code: str) -> HttpResponse:
    """A plan as one governing board heard it (S62, S69)."""
    enrolment = _own(request, writes=True)
    asked = queries.tasks_beside(enrolment.version_id).exclude(presented_to=PresentedTo.NOBODY)
    task = get_object_or_404(asked, code=code)
    at_placement = task.presented_to == PresentedTo.PLACEMENT_BOARD
    there = _placement_of(enrolment)
    heard = BoardPresentation.objects.filter(enrolment=enrolment, task=task).first()
    school = (there.school_name if there else "") if at_placement else str(school_of(enrolment) or "")
    board = f"The governing board of {school}" if school else ""
    form = PresentationForm(sent(request), task=task, presentation=heard, board=board)
    if form.is_valid():
        under = {
            errors.DayToCome: "presented_on",
            errors.DayTooEarly: "presented_on",
            errors.DayTooLate: "presented_on",
            errors.PresentedBeforePlacement: "presented_on",
            errors.DoneBeforePresented: "implementation_starts_on",
        }
        with refusals(form, under=under):
            actions.write_presentation(enrolment, task=task, **form.said(), by=person_of(request))
            messages.success(request, f"Saved: what {form.said()['board']} heard and said.")
            return redirect("cohorts:tasks")
    if form.is_bound:
        heard = BoardPresentation.objects.filter(enrolment=enrolment, task=task).first()
    context = {
        "form": form,
        "task": task,
        "presentation": heard,
        "is_too_early": at_placement and there is None,
        "is_overtaken": form.overtaken_by(heard.revision if heard else 0),
    }
    return render(request, "cohorts/presentation.html", context)


def _own(request: HttpRequest, *, writes: bool = False) -> Enrolment:
    """Their run of the programme. Whoever has left it, or took it before this portal, writes nothing here."""
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over or (writes and enrolment.state not in LIVE_ENROLMENT):
        raise Http404
    return enrolment


def _placing(request: HttpRequest) -> tuple[Enrolment, Placement | None]:
    """To write of it, and only where a task of the programme asks for a placement."""
    enrolment = _own(request, writes=True)
    if not queries.placement_days_asked(enrolment):
        raise Http404
    return enrolment, _placement_of(enrolment)


def _placement_of(enrolment: Enrolment) -> Placement | None:
    placements = Placement.objects.select_related("school", "agreed_by", "declined")
    return placements.filter(pk=enrolment.pk).first()


def _day(enrolment: Enrolment, on: str) -> PlacementDay:
    """By its date as the address has it: 2027-03-01."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(PlacementDay, placement=enrolment.pk, on=day)
