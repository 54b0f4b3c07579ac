"""A facilitator's own pages, and what participants read of them."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import actions, errors, queries
from cohorts.access import appeals_led_by, catch_ups_led_by, formative_rounds_of_groups_led_by, registers_of
from cohorts.forms.facilitators import AbsenceForm, ProfileForm
from cohorts.models import Absence, FacilitatorProfile
from cohorts.queries.appeals import to_answer
from cohorts.queries.catch_up import to_decide
from cohorts.queries.facilitators import (
    absences_ahead,
    groups_led_by,
    kinds_of,
    loads_by_term,
    profile_of,
    sessions_on,
    shown_profiles_to,
)
from cohorts.queries.formative import lines_of_rounds, waiting_for_feedback
from cohorts.queries.history import history_of
from cohorts.queries.warnings import how_many
from cohorts.rules.timetable import register_opens_at
from cohorts.states import AppealState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of, refusals
from npqh_portal.web.words import short_day

SITTINGS_AHEAD = 4
CATCH_UPS_SHOWN = 5
APPEALS_SHOWN = 5
WORK_TO_ANSWER = 5
# What has changed stands beside a session for so long.
NEWS = timedelta(days=14)


@for_role(Role.FACILITATOR)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    person, now = person_of(request), clock.now()
    mine = registers_of(person)
    ahead = list(queries.sittings_ahead(mine, now)[:SITTINGS_AHEAD])
    expected, history = queries.who_is_expected_at(ahead), history_of(ahead)
    lines = [
        (one, len(expected[one.pk]), [line for line in history.get(one.pk, []) if line.at > now - NEWS])
        for one in ahead
    ]
    waiting = list(waiting_for_feedback(formative_rounds_of_groups_led_by(person))[: WORK_TO_ANSWER + 1])
    led = groups_led_by(person, clock.today())
    undecided = list(to_decide(catch_ups_led_by(person)))
    context = {
        "appeals": to_answer(appeals_led_by(person), AppealState.ASKED)[:APPEALS_SHOWN],
        "catch_ups": [
            (one, (clock.today() - clock.london_date(one.sent_at)).days) for one in undecided[:CATCH_UPS_SHOWN]
        ],
        "catch_ups_left": len(undecided[CATCH_UPS_SHOWN:]),
        "work": lines_of_rounds(waiting[:WORK_TO_ANSWER], clock.today()),
        "has_more_work": len(waiting) > WORK_TO_ANSWER,
        "to_do": queries.registers_to_do(mine, at=now),
        "ahead": lines,
        "groups": led,
        "warned": how_many(led, now),
        "away": absences_ahead(person, clock.today()).first(),
        "now": now,
        "today": clock.today(),
        "opens_next": next((opens_at for one in ahead if (opens_at := register_opens_at(one.starts_at)) > now), None),
        "long_ago": now - timedelta(days=1),
    }
    return render(request, "cohorts/today.html", context)


@for_role(Role.FACILITATOR)
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Who is in the groups they lead, and how much they lead by term."""
    person = person_of(request)
    context = {
        "groups": groups_led_by(person, clock.today()),
        "loads": loads_by_term(person, clock.today()),
        "today": clock.today(),
    }
    return render(request, "cohorts/facilitator_groups.html", context)


@for_role(Role.FACILITATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Written by themselves; “Preview” shows it as participants would read it, and keeps nothing."""
    person = person_of(request)
    held = profile_of(person)
    initial = {
        "headline": held.headline,
        "biography": held.biography,
        "is_shown": ("yes" if held.is_shown else "no") if not held._state.adding else None,
        "weekdays": list(held.weekdays),
    }
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    preview = None
    if form.is_valid():
        if "preview" in request.POST:
            said = form.cleaned_data
            preview = FacilitatorProfile(person=person, headline=said["headline"], biography=said["biography"])
        else:
            with refusals(form, under={errors.NoWeekdayOffered: "weekdays"}):
                saved = actions.write_profile(person, **form.cleaned_data, by=person)
                messages.success(request, f"Saved. {_SHOWN[saved.is_shown]}")
                return redirect("cohorts:facilitator_profile")
    context = {"form": form, "preview": preview, "kind": _kind(person), "is_shown": held.is_shown}
    return render(request, "cohorts/facilitator_profile.html", context)


_SHOWN = {True: "Participants of your groups can read it.", False: "Nobody but you can read it."}


@for_role(Role.FACILITATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """The days on which they cannot lead; one more is entered here."""
    person = person_of(request)
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals(form, under=_UNDER):
            added = actions.add_absence(person, **form.cleaned_data, by=person)
            given = sessions_on(person, added.from_on, added.to_on, clock.now()).count()
            messages.success(request, f"Entered: {_days(added)}. {_GIVEN[min(given, 2)].format(given)}")
            return redirect("cohorts:absence", added.from_on) if given else redirect("cohorts:absences")
    context = {"form": form, "absences": absences_ahead(person, clock.today())}
    return render(request, "cohorts/facilitator_absences.html", context)


_UNDER: dict[type[RuleViolation], str] = {
    errors.AbsenceBackwards: "to_on",
    errors.AbsenceOver: "to_on",
    errors.AbsenceTooLong: "to_on",
    errors.AbsenceTooFarAhead: "to_on",
    errors.AbsenceOverlaps: "from_on",
}
_GIVEN = (
    "You lead no session then.",
    "One session of yours falls on these days.",
    "{} sessions of yours fall on these days.",
)


@for_role(Role.FACILITATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, first_day: str) -> HttpResponse:
    """One absence: what they were to lead then, with a way to ask for somebody else; or it is taken back."""
    person = person_of(request)
    found = next((one for one in Absence.objects.filter(person=person) if str(one.from_on) == first_day), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        with refusals(request):
            if "remove" in request.POST:
                actions.remove_absence(found, by=person)
                messages.success(request, f"Removed: {_days(found)}.")
            elif "ask" in request.POST:
                count = actions.ask_for_replacement(found, by=person)
                words = "one session" if count == 1 else f"{count} sessions"
                messages.success(request, f"The programme leads are asked to find somebody for {words}.")
        return redirect("cohorts:absences")
    sessions = sessions_on(person, found.from_on, found.to_on, clock.now())
    return render(request, "cohorts/facilitator_absence.html", {"absence": found, "sessions": sessions})


def _days(absence: Absence) -> str:
    if absence.from_on == absence.to_on:
        return short_day(absence.from_on)
    return f"{short_day(absence.from_on)} to {short_day(absence.to_on)}"


@for_role(Role.PARTICIPANT, Role.FACILITATOR)
@require_safe
def shown_profile(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the participants of somebody's groups read of them (S76)."""
    readable = shown_profiles_to(person_of(request)).select_related("person")
    found = get_object_or_404(readable, person__public_id=public_id)
    return render(request, "cohorts/facilitator.html", {"profile": found, "kind": _kind(found.person)})


def _kind(person: User) -> str:
    return kinds_of([person.pk]).get(person.pk, "")
