"""Who sits in on another group's session once, and where there is room for somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cohorts.models import Cohort, Enrolment, Group, GuestPlace, Membership, PersonalItem, Seminar
from cohorts.rules.dates import end_of
from cohorts.rules.guests import Wish, overlapping, room_at
from cohorts.states import HOLDING, UNDER_WAY, EnrolmentState, SeminarState
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.queries import current_policy

from .cohorts import dates_of
from .engagement import ItemLine, item_lines
from .enrolments import current_enrolment_of
from .timetable import seminars_of_enrolment


@dataclass(frozen=True)
class Place:
    """Another group's session, and how many more it takes."""

    seminar: Seminar
    left: int


@dataclass(frozen=True)
class GuestView:
    """What a participant can do about a session of theirs: ask for another group's, or give up a guest's place."""

    place: GuestPlace | None
    may_ask: bool
    may_give_up: bool


def live_guest_places() -> QuerySet[GuestPlace]:
    """Places that hold: not given up, and of a session that is not cancelled."""
    return GuestPlace.objects.filter(ended_at=None, seminar__state__in=HOLDING)


def guest_place_at(enrolment: Enrolment, seminar: Seminar) -> GuestPlace | None:
    """The place somebody has as a guest at this session, or elsewhere instead of it."""
    theirs = live_guest_places().filter(enrolment=enrolment)
    return (
        theirs.filter(Q(seminar=seminar) | Q(instead_of=seminar))
        .select_related("seminar__item", "seminar__group__cohort", "seminar__cohort", "instead_of__item", "enrolment")
        .first()
    )


def newest_place_around(enrolment: Enrolment, public_id: str) -> GuestPlace | None:
    """Of a session that is not theirs, or not any more: the place they had there, or have elsewhere instead of it."""
    around = Q(seminar__public_id=public_id) | Q(instead_of__public_id=public_id)
    theirs = GuestPlace.objects.filter(around, enrolment=enrolment).order_by("-pk")
    return theirs.select_related("seminar__item", "seminar__group__cohort", "seminar__cohort", "instead_of").first()


def guest_view(person: User, seminar: Seminar, at: datetime) -> GuestView | None:
    """None for somebody who takes no part in it, such as its facilitator."""
    enrolment = current_enrolment_of(person)
    if enrolment is None or enrolment.state != EnrolmentState.ACTIVE:
        return None
    place = guest_place_at(enrolment, seminar)
    if place:
        own = place.instead_of
        is_own_to_come = own is not None and own.state == SeminarState.SCHEDULED and own.starts_at > at
        return GuestView(place, may_ask=False, may_give_up=seminar.starts_at > at or is_own_to_come)
    stay = Membership.objects.filter(enrolment=enrolment, to_on=None).first()
    if stay is None or not _is_for(stay, seminar):
        return None
    may_ask = seminar.starts_at > at or _may_earn(item_lines(enrolment, at).get(seminar.item_id))
    return GuestView(None, may_ask=may_ask, may_give_up=False)


def _is_for(stay: Membership, seminar: Seminar) -> bool:
    return stay.cohort_id == seminar.cohort_id and seminar.group_id in {None, stay.group_id}


def own_sitting(enrolment: Enrolment, item: Item, at: datetime) -> Seminar | None:
    """Their own group's session of an item, as long as it is still to come."""
    stay = Membership.objects.filter(enrolment=enrolment, to_on=None).first()
    if stay is None:
        return None
    return _of_own_group(stay).filter(item=item, state=SeminarState.SCHEDULED, starts_at__gt=at).first()


def _of_own_group(stay: Membership) -> QuerySet[Seminar]:
    return Seminar.objects.filter(Q(group=None) | Q(group=stay.group_id), cohort=stay.cohort_id)


def wish_of(enrolment: Enrolment, seminar: Seminar, at: datetime) -> Wish:
    """What speaks for and against their coming to that session."""
    stay = _stay_with_dates(enrolment)
    policy = current_policy(enrolment.version)
    line = item_lines(enrolment, at).get(seminar.item_id)
    elsewhere = _elsewhere(enrolment, seminar.item, at).exclude(seminar=seminar).first()
    return Wish(
        is_taking_part=enrolment.state == EnrolmentState.ACTIVE and stay is not None,
        is_on_list=_is_on_list(enrolment, seminar.item),
        is_credited=line is not None and line.credited == line.worth,
        is_lost=line is not None and line.is_lost,
        can_be_caught_up=seminar.item.kind in policy.catch_up_kinds,
        kind=str(seminar.item.get_kind_display()),
        is_own_groups=stay is not None and _is_for(stay, seminar),
        is_scheduled=seminar.state == SeminarState.SCHEDULED and seminar.cohort.state in UNDER_WAY,
        starts_at=seminar.starts_at,
        course_ends_on=dates_of(stay.cohort).delivery_ends_on if stay else None,
        cohort=str(seminar.cohort),
        takes_guests=seminar.cohort.guests_allowed,
        taken=_taken(seminar, seminar.guests.filter(ended_at=None).count()),
        room=_room(seminar),
        elsewhere=str(elsewhere.seminar.group or elsewhere.seminar.cohort) if elsewhere else "",
        busy_with=_busy_with(enrolment, [seminar], but_for=own_sitting(enrolment, seminar.item, at))[seminar.pk],
    )


def _stay_with_dates(enrolment: Enrolment) -> Membership | None:
    return Membership.objects.filter(enrolment=enrolment, to_on=None).select_related("cohort__version").first()


def _elsewhere(enrolment: Enrolment, item: Item, at: datetime) -> QuerySet[GuestPlace]:
    """Their places as a guest for that item that are still to be used."""
    theirs = live_guest_places().filter(enrolment=enrolment, seminar__item=item, seminar__starts_at__gt=at)
    return theirs.select_related("seminar__group__cohort", "seminar__cohort")


def _is_on_list(enrolment: Enrolment, item: Item) -> bool:
    listed = PersonalItem.objects.filter(enrolment=enrolment, item=item)
    return listed.exclude(expectation=PersonalItem.Expectation.EXEMPT).exists()


def _may_earn(line: ItemLine | None) -> bool:
    """Whether something of an item is left that can still be earned; of one that counts in no sum one may see."""
    return line is None or (line.credited < line.worth and not line.is_lost)


def places_elsewhere(enrolment: Enrolment, item: Item, at: datetime) -> list[Place]:
    """Sessions of the item to which they may come, soonest first: of other groups of the same delivery partner.

    They are still to come, within the person's own course, have room, and are not held while the person is somewhere
    else; none of an item that cannot be made good any more. Nine statements.
    """
    stay = _stay_with_dates(enrolment)
    if stay is None or enrolment.state != EnrolmentState.ACTIVE or not _is_on_list(enrolment, item):
        return []
    if not _may_earn(item_lines(enrolment, at).get(item.pk)) or _elsewhere(enrolment, item, at).exists():
        return []
    sittings = list(_with_guests(_to_sit_in(stay, at).filter(item=item), but_for=enrolment))
    busy = _busy_with(enrolment, sittings, but_for=own_sitting(enrolment, item, at))
    places = (Place(one, _room(one) - _taken(one, one.coming)) for one in sittings if not busy[one.pk])
    return [place for place in places if place.left > 0]


def sittings_elsewhere(enrolment: Enrolment, at: datetime) -> QuerySet[Seminar]:
    """Sessions of other groups, of whatever is to come or can be made good, that somebody could be sent to, in order.

    Whether there is room, and they are free then, is looked at when they are sent. Two statements and the rows.
    """
    stay = _stay_with_dates(enrolment)
    if stay is None or enrolment.state != EnrolmentState.ACTIVE:
        return Seminar.objects.none()
    lines = item_lines(enrolment, at).values()
    return _to_sit_in(stay, at).filter(item__in=[line.item_id for line in lines if line.to_come or line.recoverable])


def _to_sit_in(stay: Membership, at: datetime) -> QuerySet[Seminar]:
    """What other groups of the same delivery partner hold within the person's own course, and take guests at."""
    return (
        Seminar.objects.filter(
            state=SeminarState.SCHEDULED,
            starts_at__gt=at,
            starts_at__lt=end_of(dates_of(stay.cohort).delivery_ends_on),
            cohort__guests_allowed=True,
            cohort__state__in=sorted(UNDER_WAY),
            cohort__provider=stay.cohort.provider_id,
            cohort__delivery_partner=stay.cohort.delivery_partner_id,
        )
        .exclude(pk__in=_of_own_group(stay).values("pk"))
        .select_related("item", "venue", "facilitator", "group__cohort", "cohort")
        .order_by("starts_at", "pk")
    )


def _with_guests(sessions: QuerySet[Seminar], *, but_for: Enrolment) -> QuerySet[Any]:
    """Each session with `coming`, how many others have a place as guests there."""
    guests = GuestPlace.objects.filter(seminar=OuterRef("pk"), ended_at=None).exclude(enrolment=but_for)
    counted = guests.order_by().values("seminar").annotate(n=Count("pk")).values("n")
    return sessions.annotate(coming=Coalesce(Subquery(counted), 0))


def too_full_with(
    enrolment: Enrolment, cohort: Cohort, group: Group | None, *, is_new_to_cohort: bool, at: datetime
) -> Any:
    """A session to come whose hall would not hold them among its own people beside its guests; None is the rule."""
    would = Q(pk=None)
    if is_new_to_cohort:
        would |= Q(group=None, coming__gt=F("venue__capacity") - cohort.places_taken - 1)
    if group:
        would |= Q(group=group, coming__gt=F("venue__capacity") - group.places_taken - 1)
    held = Seminar.objects.filter(cohort=cohort, state__in=HOLDING, starts_at__gt=at)
    ahead = _with_guests(held, but_for=enrolment).filter(would, coming__gt=0)
    return ahead.select_related("item", "venue").order_by("starts_at", "pk").first()


def _room(seminar: Seminar) -> int:
    return room_at((seminar.group or seminar.cohort).capacity, seminar.venue.capacity if seminar.venue else None)


def _taken(seminar: Seminar, guests: int) -> int:
    return (seminar.group or seminar.cohort).places_taken + guests


def _busy_with(enrolment: Enrolment, sittings: Iterable[Seminar], *, but_for: Seminar | None) -> dict[int, str]:
    """By session, what else they go to at that time."""
    wanted = list(sittings)
    if not wanted:
        return {}
    first, last = min(one.starts_at for one in wanted), max(one.ends_at for one in wanted)
    theirs = seminars_of_enrolment(enrolment).filter(
        state=SeminarState.SCHEDULED, starts_at__lt=last, ends_at__gt=first
    )
    others = [one for one in theirs if but_for is None or one.pk != but_for.pk]
    return {
        one.pk: overlapping(
            one.starts_at,
            one.ends_at,
            ((other.starts_at, other.ends_at, other.item.title) for other in others if other.pk != one.pk),
        )
        for one in wanted
    }
