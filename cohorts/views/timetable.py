"""A session's page, for everybody whom it concerns, and a participant's whole timetable."""

from datetime import date
from itertools import groupby

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cohorts.access import may_record_register, seminars_visible_to
from cohorts.models import Invitation, SchoolTerm, Seminar
from cohorts.queries import (
    closed_cohort_of,
    credited_whole,
    latest_membership_of,
    seminars_of_enrolment,
    sessions_of,
)
from cohorts.queries.facilitators import shown_profiles_to
from cohorts.queries.guests import guest_view, newest_place_around
from cohorts.queries.history import history_of, moved_from, reasons_of
from cohorts.rules.timetable import is_link_shown, link_shown_from
from cohorts.states import CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of
from npqh_portal.web.words import moment

from .own import enrolment_of


@for_role(Role.PARTICIPANT, Role.FACILITATOR, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
@require_safe
def session(request: HttpRequest, public_id: str) -> HttpResponse:
    person, now = person_of(request), clock.now()
    seminar = sessions_to_read(person).filter(public_id=public_id).first()
    if seminar is None:
        return theirs_no_longer(request, public_id)
    minutes = seminar.cohort.link_minutes_before
    shown_from = link_shown_from(seminar.starts_at, minutes)
    history = history_of([seminar])[seminar.pk]
    context = {
        "seminar": seminar,
        "now": now,
        "is_over": seminar.ends_at <= now,
        "is_link_shown": is_link_shown(seminar.starts_at, seminar.ends_at, minutes_before=minutes, at=now),
        "link_shown_from": shown_from,
        "is_link_today": clock.london_date(shown_from) == clock.london_date(now),
        "history": history,
        "moved_from": moved_from(history),
        "reason": reasons_of([seminar]).get(seminar.pk, ""),
        "is_participant": has_role(person, Role.PARTICIPANT),
        "takes_register": may_record_register(person, seminar),
        "guest": guest_view(person, seminar, now),
        "has_profile": shown_profiles_to(person).filter(person=seminar.facilitator_id).exists(),
    }
    return render(request, "cohorts/timetable_session.html", context)


def theirs_no_longer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Letters, calendars and bookmarks still lead to what somebody went to, or led: say what holds instead."""
    enrolment = enrolment_of(request)
    place = newest_place_around(enrolment, public_id) if enrolment else None
    if place:
        with_group = place.seminar.group or place.seminar.cohort
        if place.ended_at:
            words = f"You do not attend “{place.seminar}” with {with_group}. What holds for you stands here."
        else:
            when = moment(place.seminar.starts_at)
            words = f"Your place at “{place.seminar}” is with {with_group}, on {when}, instead of your own group."
        messages.info(request, words)
        return redirect("cohorts:timetable")
    person = person_of(request)
    if Invitation.objects.filter(person=person, seminar__public_id=public_id).exists():
        messages.info(request, "That session is not yours any more. What holds for you stands here.")
        return redirect("cohorts:timetable" if has_role(person, Role.PARTICIPANT) else "cohorts:registers")
    raise Http404


def sessions_to_read(person: User) -> QuerySet[Seminar]:
    """What concerns them, and what they may read the register of; but nothing that is only planned."""
    theirs = Q(pk__in=sessions_of(person, cancelled_too=True).values("pk"))
    told = Seminar.objects.exclude(state=SeminarState.PLANNED).exclude(cohort__state=CohortState.DRAFT)
    return told.filter(theirs | Q(pk__in=seminars_visible_to(person).values("pk"))).select_related(
        "item__course", "venue", "facilitator", "group", "cohort"
    )


@for_role(Role.PARTICIPANT)
@require_safe
def timetable(request: HttpRequest) -> HttpResponse:
    enrolment, now = enrolment_of(request), clock.now()
    if enrolment is None or enrolment.is_taken_over:
        return render(request, "cohorts/timetable.html", {"enrolment": enrolment})
    sessions = list(seminars_of_enrolment(enrolment))
    whole = credited_whole(enrolment, now)
    history, reasons, terms = history_of(sessions), reasons_of(sessions), list(SchoolTerm.objects.all())
    rows = [(one, moved_from(history[one.pk]), reasons.get(one.pk, ""), _term(one, terms)) for one in sessions]
    context = {
        "enrolment": enrolment,
        "now": now,
        "ahead": sum(
            one.ends_at > now and one.state == SeminarState.SCHEDULED and one.item_id not in whole for one in sessions
        ),
        "whole": whole,
        "closed": closed_cohort_of(enrolment, latest_membership_of(enrolment)),
        "months": [(first, list(ones)) for first, ones in groupby(rows, key=lambda row: _month(row[0]))],
    }
    return render(request, "cohorts/timetable.html", context)


def _month(seminar: Seminar) -> date:
    """Its first day, in London."""
    return clock.london_date(seminar.starts_at).replace(day=1)


def _term(seminar: Seminar, terms: list[SchoolTerm]) -> SchoolTerm | None:
    day = clock.london_date(seminar.starts_at)
    return next((term for term in terms if term.starts_on <= day <= term.ends_on), None)
