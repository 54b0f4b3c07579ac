"""Attending with another group once. Membership, group and what somebody is entitled to stay as they are."""

from django.db import transaction

from cohorts.errors import CatchUpStillOpen, PlaceJustChanged
from cohorts.models import CatchUp, Cohort, Enrolment, GuestPlace, Membership, Seminar
from cohorts.queries.guests import own_sitting, wish_of
from cohorts.rules.guests import check_guest, check_return
from cohorts.states import OPEN_CATCH_UP, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User

from .calendars import bring_invitations_up_to_date
from .guest_places import end, facts, tell, whole
from .timetable import follow_timetable


@transaction.atomic
def attend_elsewhere(enrolment: Enrolment, *, seminar: Seminar, by: User | None) -> GuestPlace:
    """Let somebody come to another group's session of an item, instead of their own group's that is to come, if any.

    They stand on its register, and are marked and credited there. The session keeps a place for each of its own
    people, whether they come or not, and for each guest. Twice gives the same place. Raises PlaceJustChanged,
    CatchUpStillOpen and what `check_guest` does.
    """
    lock(seminar.cohort)  # nobody is placed there meanwhile
    held = _held([seminar, own_sitting(enrolment, seminar.item, clock.now())])
    seminar, enrolment = held[seminar.pk], lock(enrolment)
    own = own_sitting(enrolment, seminar.item, clock.now())
    if own and own.pk not in held:
        raise PlaceJustChanged
    live = GuestPlace.objects.filter(enrolment=enrolment, ended_at=None)
    if place := live.filter(seminar=seminar).first():
        return place
    if CatchUp.objects.filter(
        enrolment=enrolment, seminar__item=seminar.item, state__in=sorted(OPEN_CATCH_UP)
    ).exists():
        raise CatchUpStillOpen
    check_guest(wish_of(enrolment, seminar, clock.now()), clock.now())
    # Of a session that was missed, or cancelled, they do not keep away from their own any more.
    live.filter(instead_of=own).exclude(instead_of=None).update(instead_of=None)
    place = GuestPlace.objects.create(enrolment=enrolment, seminar=seminar, instead_of=own)
    follow_timetable(Membership.objects.filter(enrolment=enrolment, to_on=None))
    record("guest-place.made", place, facts=facts(place), by=by)
    tell(place, is_back=False)
    bring_invitations_up_to_date([enrolment.person], by=by)
    return place


@transaction.atomic
def attend_with_own_group(place: GuestPlace, *, by: User | None) -> GuestPlace:
    """Give a guest's place up. Refused once its session has begun, unless their own group's is still to come.

    Then whoever missed it stays on its register all the same. One that was given up already is left alone.
    """
    mine = whole(GuestPlace.objects.filter(pk=place.pk))
    place = mine.get()
    held = _held([place.seminar, place.instead_of])
    lock(place.enrolment)
    place = mine.get()
    if place.instead_of and place.instead_of_id not in held:
        raise PlaceJustChanged
    if place.ended_at:
        return place
    own, now = place.instead_of, clock.now()
    is_own_to_come = own is not None and own.state == SeminarState.SCHEDULED and own.starts_at > now
    check_return(host_starts_at=place.seminar.starts_at, is_own_to_come=is_own_to_come, at=now)
    if place.seminar.starts_at > now:
        end(place, by=by)
    else:
        place.instead_of = None
        place.save(update_fields=["instead_of"])
        record("guest-place.ended", place, facts=facts(place), by=by)
    follow_timetable(Membership.objects.filter(enrolment=place.enrolment_id, to_on=None))
    bring_invitations_up_to_date([place.enrolment.person], by=by)
    return place


@transaction.atomic
def allow_guests(cohort: Cohort, *, allowed: bool, by: User | None) -> Cohort:
    """Whether people of other groups may come to its sessions from now on. Who has a place already keeps it."""
    cohort = lock(cohort)
    if cohort.guests_allowed != allowed:
        cohort.guests_allowed = allowed
        cohort.save(update_fields=["guests_allowed"])
        record("cohort.guests-allowed", cohort, facts={"allowed": allowed}, by=by)
    return cohort


def _held(seminars: list[Seminar | None]) -> dict[int, Seminar]:
    """By id, so that two who swap wait for, not on, each other."""
    rows = {one.pk: one for one in seminars if one}
    return {pk: lock(rows[pk]) for pk in sorted(rows)}
