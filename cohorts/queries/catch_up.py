"""What people missed and may make good, what they have handed in, and what accepting it would do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from cohorts.models import (
    AttendanceMark,
    CatchUp,
    CatchUpOffer,
    Cohort,
    Enrolment,
    Membership,
    Seminar,
)
from cohorts.rules.catch_up import Missing, Sitting
from cohorts.rules.dates import catch_up_until, end_of, first_moment, london_date
from cohorts.rules.engagement import ComponentFigures, standing
from cohorts.states import LIVE_ENROLMENT, OPEN_CATCH_UP, CatchUpState, EnrolmentState, SeminarState
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import CountedStatus
from npqh_portal.programmes.models import EngagementPolicy, Item
from npqh_portal.programmes.queries import current_policies, current_policy

from .cohorts import current_facilitator_of
from .engagement import ItemLine, standing_of, who_can_catch_up
from .enrolments import latest_membership_of
from .items import is_expected, left_to_earn
from .timetable import seminars_of_enrolment


@dataclass(frozen=True)
class Missed:
    """Somebody's item as it stands; `seminar` is the session of it that they missed, if any."""

    missing: Missing
    seminar: Seminar | None


def missed_of(enrolment: Enrolment, item: Item) -> Missed:
    """What speaks for and against catching that item up. Seven statements, one more of a kind that cannot be."""
    stay = latest_membership_of(enrolment)
    joined_at = first_moment(stay.from_on) if stay else enrolment.enrolled_at
    seminars = {one.pk: one for one in seminars_of_enrolment(enrolment).filter(item=item)}
    marked = set(
        AttendanceMark.objects.filter(enrolment=enrolment, seminar__in=seminars).values_list("seminar_id", flat=True)
    )
    policy = current_policy(enrolment.version)
    left = left_to_credit(enrolment, item, policy)
    can_be_caught_up = item.kind in policy.catch_up_kinds or (
        CountedStatus.CAUGHT_UP in policy.counted_statuses and open_catch_up_of(enrolment, item) is not None
    )
    missing = Missing(
        kind=str(item.get_kind_display()),
        can_be_caught_up=can_be_caught_up,
        not_now=_not_now(enrolment, stay),
        is_on_list=left is not None,
        is_credited=left == 0,
        joined_at=joined_at,
        catch_up_days=policy.catch_up_days,
        sittings=tuple(
            Sitting(
                one.pk,
                one.starts_at,
                one.ends_at,
                is_cancelled=one.state == SeminarState.CANCELLED,
                is_marked=one.pk in marked,
                was_there=one.ends_at > joined_at,
            )
            for one in seminars.values()
        ),
    )
    return Missed(missing, seminars[missing.missed.key] if missing.missed else None)


def _not_now(enrolment: Enrolment, stay: Membership | None) -> str:
    if enrolment.state != EnrolmentState.ACTIVE:
        return str(enrolment.get_state_display())
    return "" if stay and stay.to_on is None else "without a cohort"


def left_to_credit(enrolment: Enrolment, item: Item, policy: EngagementPolicy | None = None) -> int | None:
    """How much of an item is not credited yet, in the units of its component; None where it does not count for them.

    `policy` is the one in force, for whoever has read it already.
    """
    if not is_expected(enrolment, item):
        return None
    return left_to_earn(enrolment, item, policy or current_policy(enrolment.version))


def live_offers() -> QuerySet[CatchUpOffer]:
    return CatchUpOffer.objects.filter(ended_at=None)


def offers_to(enrolment: Enrolment, missed: Seminar) -> list[CatchUpOffer]:
    """What is offered to them in place of that session: to every cohort, to its own, or to the one they are in."""
    stays = Membership.objects.filter(enrolment=enrolment, to_on=None)
    cohorts = Q(cohort=None) | Q(cohort=missed.cohort_id) | Q(cohort__in=stays.values("cohort"))
    return list(live_offers().filter(cohorts, item=missed.item_id).order_by("way", "title", "pk"))


# --- what was handed in --------------------------------------------------------------------------


def whole(catch_ups: QuerySet[CatchUp]) -> QuerySet[CatchUp]:
    """With everything that a page says of them."""
    return catch_ups.select_related(
        "enrolment__person", "enrolment__version", "seminar__item", "seminar__group__cohort", "seminar__cohort",
        "seminar__facilitator", "offer", "decided_by",
    )  # fmt: skip


def open_catch_up_of(enrolment: Enrolment, item: Item) -> CatchUp | None:
    """The one that is neither decided nor taken back."""
    theirs = whole(CatchUp.objects.filter(enrolment=enrolment, seminar__item=item))
    return theirs.filter(state__in=sorted(OPEN_CATCH_UP)).order_by("-pk").first()


def newest_catch_ups_of(enrolment: Enrolment) -> dict[int, CatchUp]:
    """By item, the one handed in last, unless it was taken back. One statement."""
    theirs = CatchUp.objects.filter(enrolment=enrolment).exclude(state=CatchUpState.WITHDRAWN)
    newest = theirs.order_by("seminar__item_id", "-pk").distinct("seminar__item_id").select_related("seminar")
    return {one.seminar.item_id: one for one in newest}


def to_send_again(enrolment: Enrolment, today: date) -> QuerySet[CatchUp]:
    """What was sent back to them and can still be sent again, nearest last day first."""
    back = CatchUp.objects.filter(enrolment=enrolment, state=CatchUpState.RETURNED, send_by__gte=today)
    return back.select_related("seminar__item").order_by("send_by", "pk")


def undecided_of(enrolment: Enrolment, item: Item) -> CatchUp | None:
    """The one handed in last, where it was taken back or not needed: its words may be sent again."""
    newest = CatchUp.objects.filter(enrolment=enrolment, seminar__item=item).order_by("-pk").first()
    return newest if newest and newest.state in {CatchUpState.WITHDRAWN, CatchUpState.NOT_NEEDED} else None


def earlier_of(catch_up: CatchUp) -> list[CatchUp]:
    """Of the same person and item, what was decided before."""
    others = CatchUp.objects.filter(
        enrolment=catch_up.enrolment_id, seminar__item=catch_up.seminar.item_id, decided_at__isnull=False
    )
    return list(others.exclude(pk=catch_up.pk).select_related("decided_by").order_by("-pk"))


def mark_as_it_stands(catch_up: CatchUp) -> AttendanceMark | None:
    """What the register of the session says of them."""
    marks = AttendanceMark.objects.filter(enrolment=catch_up.enrolment_id, seminar=catch_up.seminar_id)
    return marks.select_related("note", "recorded_by").first()


def undone_by(catch_up: CatchUp) -> AttendanceMark | None:
    """The mark by which a register took the credit of an accepted one away since; None where it stands."""
    if catch_up.state != CatchUpState.ACCEPTED or not left_to_credit(catch_up.enrolment, catch_up.seminar.item):
        return None
    mark = mark_as_it_stands(catch_up)
    return mark if mark and mark.pk != catch_up.mark_id else None


@dataclass(frozen=True)
class ToCatchUp:
    """An item that can still be made good, how much of it, and until when; or what was handed in for it and is open."""

    item: Item
    left: int
    send_by: date
    catch_up: CatchUp | None


def to_catch_up(
    enrolment: Enrolment, *, lines: Mapping[int, ItemLine], stay: Membership | None, catch_up_days: int
) -> list[ToCatchUp]:
    """What is left to catch up of these lines, nearest last day first; `stay` is their latest. Three statements."""
    handed_in = newest_catch_ups_of(enrolment)
    is_open = {pk: one for pk, one in handed_in.items() if one.state in OPEN_CATCH_UP}
    wanted = {
        pk: line for pk, line in lines.items() if line.recoverable or (pk in is_open and line.credited < line.worth)
    }
    marks = AttendanceMark.objects.filter(enrolment=enrolment, seminar__item__in=wanted).order_by()
    ended_at = dict(
        marks.values("seminar__item").annotate(at=Max("seminar__ends_at")).values_list("seminar__item", "at")
    )
    found = []
    for pk, item in Item.objects.in_bulk(wanted).items():
        missed_at = ended_at.get(pk) or (first_moment(stay.from_on) if stay else enrolment.enrolled_at)
        send_by = is_open[pk].send_by if pk in is_open else catch_up_until(missed_at, catch_up_days)
        line = wanted[pk]
        found.append(ToCatchUp(item, line.worth - line.credited, send_by, handed_in.get(pk)))
    return sorted(found, key=lambda one: (one.send_by, one.item.number))


# --- deciding ------------------------------------------------------------------------------------


def to_decide(catch_ups: QuerySet[CatchUp]) -> QuerySet[CatchUp]:
    """Those to decide, longest waiting first; whoever has left the programme gains nothing by theirs."""
    live = catch_ups.filter(state=CatchUpState.SENT, enrolment__state__in=sorted(LIVE_ENROLMENT))
    return whole(live).order_by("sent_at", "pk")


def sent_back(catch_ups: QuerySet[CatchUp]) -> QuerySet[CatchUp]:
    live = catch_ups.filter(state=CatchUpState.RETURNED, enrolment__state__in=sorted(LIVE_ENROLMENT))
    return whole(live).order_by("send_by", "pk")


def settled(catch_ups: QuerySet[CatchUp]) -> QuerySet[CatchUp]:
    """Decided, or not needed any more, the last one first."""
    over = (CatchUpState.ACCEPTED, CatchUpState.REFUSED, CatchUpState.NOT_NEEDED)
    return whole(catch_ups.filter(state__in=over)).order_by("-decided_at", "-pk")


@dataclass(frozen=True)
class Gain:
    """What a decision does: so much credited, in `unit`, and what is shown before and after, as in "89.9%"."""

    change: int
    unit: str
    before: str
    after: str


def gain_of(catch_up: CatchUp, at: datetime) -> Gain | None:
    """None where nothing is left to credit."""
    enrolment, item = catch_up.enrolment, catch_up.seminar.item
    policy = current_policy(enrolment.version)
    change = left_to_credit(enrolment, item, policy)
    return gain_by(change, enrolment, item, policy, at) if change else None


def gain_by(change: int, enrolment: Enrolment, item: Item, policy: EngagementPolicy, at: datetime) -> Gain | None:
    """What it does to the figure that so much more, or less, is credited for an item; None where it does not count."""
    component = policy.components.filter(kinds__contains=[item.kind]).first()
    if component is None:
        return None
    now = standing_of(enrolment, at)
    parts = [_credited(part, change) if part.code == component.code else part for part in now.components]
    then = standing(parts, rule=policy.rule, threshold_percent=policy.threshold_percent)
    return Gain(change, component.unit, now.percent, then.percent)


def _credited(part: ComponentFigures, change: int) -> ComponentFigures:
    of_pending = max(0, min(change, part.pending))
    of_recoverable = max(0, min(change - of_pending, part.recoverable))
    return replace(
        part,
        credited=part.credited + change,
        pending=part.pending - of_pending,
        recoverable=part.recoverable - of_recoverable,
    )


def handed_in_for(seminar: Seminar) -> list[CatchUp]:
    """What waits, was sent back or was accepted for that session, by name. One statement."""
    states = [*sorted(OPEN_CATCH_UP), CatchUpState.ACCEPTED]
    found = CatchUp.objects.filter(seminar=seminar, state__in=states).select_related("enrolment__person", "decided_by")
    return list(found.order_by("enrolment__person__full_name", "pk"))


# --- what is offered -----------------------------------------------------------------------------


def items_to_offer_for(cohorts: QuerySet[Cohort]) -> QuerySet[Item]:
    """What may be missed in these cohorts, and caught up: as the policy in force says of each version."""
    lets_them = EngagementPolicy.objects.filter(
        pk__in=current_policies().values("pk"), version=OuterRef("version"), catch_up_kinds__contains=[OuterRef("kind")]
    )
    theirs = Item.objects.filter(Exists(lets_them), version__in=cohorts.values("version"))
    return theirs.select_related("version__programme").order_by("version__programme__name", "version", "number")


def offers_in_order(offers: QuerySet[CatchUpOffer]) -> QuerySet[CatchUpOffer]:
    return offers.filter(ended_at=None).select_related("item", "cohort", "offered_by").order_by("item__number", "pk")


# --- reminders -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """Sessions that somebody missed and has handed nothing in for, with one last day for all of them."""

    enrolment: Enrolment
    send_by: date
    items: tuple[Item, ...]


def nothing_sent_for(at: datetime, *, within: timedelta) -> list[Due]:
    """Whose last day to catch something up is near: it ends within that time. A statement an item, and nine."""
    days = dict(current_policies().values_list("version", "catch_up_days"))
    found: dict[tuple[int, date], list[Item]] = {}
    people: dict[int, Enrolment] = {}
    for enrolment, item, until in _near(at, within, days):
        people[enrolment.pk] = enrolment
        found.setdefault((enrolment.pk, until), []).append(item)
    return [Due(people[pk], until, tuple(sorted(items, key=_number))) for (pk, until), items in found.items()]


def _number(item: Item) -> int:
    return int(item.number)


def _near(at: datetime, within: timedelta, days: dict[int, int]) -> Iterable[tuple[Enrolment, Item, date]]:
    """Each missed item whose last day is near, of everybody who takes part and has nothing open for it."""
    if not days:
        return
    longest = timedelta(days=max(days.values()) + 1)
    active = Membership.objects.filter(to_on=None, enrolment__state=EnrolmentState.ACTIVE)
    missed_at: dict[tuple[int, int], datetime] = {}
    joined = list(active.filter(from_on__gte=london_date(at - longest)))
    held = Seminar.objects.filter(cohort__in={stay.cohort_id for stay in joined}, state=SeminarState.SCHEDULED)
    for cohort, item, ended_at in held.filter(ends_at__lte=at).values_list("cohort_id", "item_id", "ends_at"):
        for stay in joined:
            if stay.cohort_id == cohort and ended_at <= (since := first_moment(stay.from_on)):
                missed_at[stay.enrolment_id, item] = since
    marks = AttendanceMark.objects.filter(
        enrolment__in=active.values("enrolment"), seminar__ends_at__gte=at - longest
    ).exclude(status__in=[AttendanceMark.Status.PRESENT, AttendanceMark.Status.CAUGHT_UP])
    candidates = marks.order_by().values("enrolment_id", "seminar__item_id").distinct()
    pairs = {(row["enrolment_id"], row["seminar__item_id"]) for row in candidates}
    last = (
        AttendanceMark.objects.filter(
            enrolment__in={pk for pk, _ in pairs}, seminar__item__in={item for _, item in pairs}
        )
        .order_by()
        .values("enrolment_id", "seminar__item_id")
        .annotate(ended_at=Max("seminar__ends_at"))
    )
    for row in last:
        missed_at[row["enrolment_id"], row["seminar__item_id"]] = row["ended_at"]
    people = Enrolment.objects.select_related("person").in_bulk({pk for pk, _ in missed_at})
    until = {
        (pk, item): catch_up_until(moment, days[people[pk].version_id]) for (pk, item), moment in missed_at.items()
    }
    near = {pair: day for pair, day in until.items() if at < end_of(day) <= at + within}
    busy = set(
        CatchUp.objects.filter(state__in=sorted(OPEN_CATCH_UP), enrolment__in={pk for pk, _ in near}).values_list(
            "enrolment_id", "seminar__item_id"
        )
    )
    items = Item.objects.in_bulk({item for _, item in near})
    for item_id in sorted(items):
        asked = [pk for pk, item in near if item == item_id and (pk, item) not in busy]
        for pk in sorted(who_can_catch_up(items[item_id], asked, at)):
            yield people[pk], items[item_id], near[pk, item_id]


def waiting_since(at: datetime, *, longer_than: timedelta, for_at_most: timedelta) -> QuerySet[CatchUp]:
    """What was sent so long ago, and has not been decided."""
    return to_decide(CatchUp.objects.filter(sent_at__lte=at - longer_than, sent_at__gt=at - for_at_most))


def decider_of(catch_up: CatchUp, today: date) -> User | None:
    """Whoever leads their group today; else whoever led the session. Never themselves."""
    stay = latest_membership_of(catch_up.enrolment)
    leader = current_facilitator_of(stay.group, today) if stay and stay.to_on is None and stay.group else None
    return next(
        (one for one in (leader, catch_up.seminar.facilitator) if one and one.pk != catch_up.enrolment.person_id), None
    )
