"""Cohorts as the programme lead sees them. The number of statements does not grow with the people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cohorts.models import Cohort, Enrolment, Membership, Seminar
from cohorts.queries.engagement import standings_of
from cohorts.queries.timetable import overdue_registers
from cohorts.rules.dates import CourseDates, course_dates, london_date, month_number
from cohorts.rules.engagement import Standing, StandingState
from cohorts.states import EnrolmentState, SeminarState
from npqh_portal.home.rules.words import from_to
from npqh_portal.web import words

SESSION_MINUTES = 120
UPCOMING = 4


@dataclass(frozen=True)
class Tally:
    """How many take part, and how many of them stand where."""

    taking_part: int
    met: int
    on_track: int
    at_risk: int
    out_of_reach: int


@dataclass(frozen=True)
class CohortLine:
    cohort: Cohort
    month: int
    total_months: int
    tally: Tally


@dataclass(frozen=True)
class PersonLine:
    enrolment: Enrolment
    group: str
    standing: Standing

    @property
    def can_miss(self) -> int:
        return self.standing.sessions_to_spare_without_catch_up(SESSION_MINUTES)

    @property
    def percent(self) -> str:
        whole, tenth = divmod(self.standing.tenths, 10)
        return f"{whole}.{tenth}%"

    @property
    def is_early_warning(self) -> bool:
        """At risk, out of reach, or with less than one session to spare, while something can still be done."""
        return self.standing.state != StandingState.MET and not self.standing.is_settled and self.can_miss == 0

    @property
    def why(self) -> str:
        lost, open_still = self.standing.lost, self.standing.recoverable
        short = -self.standing.spare_without_catch_up
        said = f"Lost {words.hours(lost)}. " if lost else ""
        if self.standing.state == StandingState.OUT_OF_REACH:
            return f"{said}Even with every catch-up, {words.hours(self.standing.short_by)} short. Talk about deferral."
        if short > 0:
            return f"{said}{words.hours(short)} of {words.hours(open_still)} must be caught up, or the line is lost."
        if open_still:
            return f"{said}{words.hours(open_still)} can be caught up."
        return f"{said}Nothing is open to catch up."


@dataclass(frozen=True)
class Upcoming:
    when: str
    words: str


@dataclass(frozen=True)
class CohortPage:
    cohort: Cohort
    dates: CourseDates
    month: int
    total_months: int
    tally: Tally
    deferred: int
    withdrawn: int
    registers_due: int
    people: tuple[PersonLine, ...]
    upcoming: tuple[Upcoming, ...]

    @property
    def early_warnings(self) -> list[PersonLine]:
        return [line for line in self.people if line.is_early_warning]


def cohort_lines(cohorts: Sequence[Cohort], at: datetime) -> list[CohortLine]:
    """A line for each, in three statements."""
    today = london_date(at)
    places = Membership.objects.filter(
        cohort__in=cohorts, to_on=None, enrolment__state__in=[EnrolmentState.ACTIVE, EnrolmentState.COMPLETED]
    ).values_list("cohort_id", "enrolment_id")
    of_cohort = defaultdict(list)
    for cohort_id, enrolment_id in places:
        of_cohort[cohort_id].append(enrolment_id)
    standings = standings_of([pk for pks in of_cohort.values() for pk in pks], at)
    return [
        CohortLine(
            cohort=cohort,
            month=month_number(cohort.starts_on, today),
            total_months=_total_months(cohort),
            tally=_tally(standings[pk] for pk in of_cohort[cohort.pk]),
        )
        for cohort in cohorts
    ]


def cohort_page(cohort: Cohort, at: datetime) -> CohortPage:
    """`cohort` with its version. People with the least to spare come first."""
    today = london_date(at)
    memberships = list(
        Membership.objects.filter(cohort=cohort)
        .select_related("enrolment__person", "enrolment__application", "group")
        .order_by("enrolment_id", "from_on", "pk")
    )
    here = [
        membership
        for membership in memberships
        if membership.to_on is None and membership.enrolment.state in {EnrolmentState.ACTIVE, EnrolmentState.COMPLETED}
    ]
    last = {membership.enrolment_id: membership for membership in memberships}
    gone = Counter(m.enrolment.state for m in last.values() if m.to_on is not None)
    standings = standings_of([membership.enrolment_id for membership in here], at)
    people = [PersonLine(m.enrolment, m.group.name if m.group else "", standings[m.enrolment_id]) for m in here]
    people.sort(
        key=lambda line: (line.standing.spare_without_catch_up, line.standing.spare, str(line.enrolment.person))
    )
    return CohortPage(
        cohort=cohort,
        dates=course_dates(
            cohort.starts_on,
            delivery_months=cohort.version.delivery_months,
            assessment_months=cohort.version.assessment_months,
        ),
        month=month_number(cohort.starts_on, today),
        total_months=_total_months(cohort),
        tally=_tally(line.standing for line in people),
        deferred=gone[EnrolmentState.DEFERRED],
        withdrawn=gone[EnrolmentState.WITHDRAWN],
        registers_due=overdue_registers(at).filter(cohort=cohort).count(),
        people=tuple(people),
        upcoming=tuple(_upcoming(cohort, at)),
    )


def _tally(standings: Iterable[Standing]) -> Tally:
    states = Counter(standing.state for standing in standings)
    return Tally(
        taking_part=states.total(),
        met=states[StandingState.MET],
        on_track=states[StandingState.ON_TRACK],
        at_risk=states[StandingState.AT_RISK],
        out_of_reach=states[StandingState.OUT_OF_REACH],
    )


def _total_months(cohort: Cohort) -> int:
    return cohort.version.delivery_months + cohort.version.assessment_months


def _upcoming(cohort: Cohort, at: datetime) -> list[Upcoming]:
    """The next sittings and assessment windows, in order of their dates."""
    sittings = (
        Seminar.objects.filter(cohort=cohort, state=SeminarState.SCHEDULED, ends_at__gt=at)
        .select_related("item", "venue", "group")
        .order_by("starts_at", "pk")[:UPCOMING]
    )
    lines = [
        (london_date(sitting.starts_at), Upcoming(words.short_day(sitting.starts_at), _told(sitting)))
        for sitting in sittings
    ]
    lines += [
        (
            window.opens_on,
            Upcoming(
                from_to(window.opens_on, window.closes_on),
                f"Assessment window {window.number}",
            ),
        )
        for window in cohort.windows.filter(closes_on__gte=london_date(at))
    ]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])][:UPCOMING]


def _told(sitting: Seminar) -> str:
    parts = (sitting.item.title, sitting.group and sitting.group.name, sitting.venue and sitting.venue.name)
    return ", ".join(part for part in parts if part)
