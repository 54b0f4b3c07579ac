"""A participant who cannot come asks to attend with another group once, and gives such a place up again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cohorts import actions, errors
from cohorts.forms.guests import ElsewhereForm
from cohorts.models import Enrolment, Seminar
from cohorts.queries import seminars_of_enrolment
from cohorts.queries.guests import guest_place_at, places_elsewhere
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of, refusals
from npqh_portal.web.forms import PortalForm
from npqh_portal.web.words import moment

from .own import enrolment_of
from .timetable import theirs_no_longer


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def elsewhere(request: HttpRequest, public_id: str) -> HttpResponse:
    """Other groups' sessions of the same item that have room. What is asked for is granted at once."""
    enrolment, own = _theirs(request, public_id)
    if own is None:
        return theirs_no_longer(request, public_id)
    places = places_elsewhere(enrolment, own.item, clock.now())
    form = ElsewhereForm(request.POST if request.method == "POST" else None, places=places)
    if form.is_valid():
        chosen = form.chosen()
        with refusals(form, under={errors.SittingFull: "session"}):
            actions.attend_elsewhere(enrolment, seminar=chosen, by=person_of(request))
            messages.success(request, f"You attend on {moment(chosen.starts_at)}. Both facilitators are told by email.")
            return redirect("cohorts:session", chosen.public_id)
    context = {"seminar": own, "form": form, "places": places, "is_over": own.starts_at <= clock.now()}
    return render(request, "cohorts/guest_elsewhere.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def own_group(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a guest's place up. Asked for once more before it is done."""
    enrolment, host = _theirs(request, public_id)
    if host is None:
        return theirs_no_longer(request, public_id)
    place = guest_place_at(enrolment, host)
    if place is None or place.seminar_id != host.pk:
        raise Http404
    form = PortalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals(form):
            actions.attend_with_own_group(place, by=person_of(request))
            messages.success(request, "The place is given up. Both facilitators are told by email.")
            return redirect("cohorts:timetable")
    return render(request, "cohorts/guest_own_group.html", {"seminar": host, "own": place.instead_of, "form": form})


def _theirs(request: HttpRequest, public_id: str) -> tuple[Enrolment, Seminar | None]:
    """No session where it is not theirs, such as one whose place they took or gave up in another tab."""
    enrolment = enrolment_of(request)
    if enrolment is None:
        raise Http404
    return enrolment, seminars_of_enrolment(enrolment).filter(public_id=public_id).first()
