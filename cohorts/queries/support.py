"""Who is supported by whom, who still waits for somebody, and what a pair has planned and held."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from applications.kinds import Strand
from applications.models import StrandDecision
from applications.queries.funding import newest_strands
from applications.rules.strands import StrandReason
from cohorts.models import Cohort, Enrolment, Membership, SupportAction, SupportMatch, SupportMeeting
from cohorts.rules.dates import end_of, london_date
from cohorts.rules.support import MOST_MINUTES, Days, usual_days
from cohorts.states import CohortState, EnrolmentState, MeetingState
from npqh_portal.people.access import REACHES_ALL
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role, RoleKind

from .cohorts import dates_of

# What kind of coach each strand asks for (S5, S8).
COACH_OF: dict[Strand, RoleKind] = {
    Strand.NEW_HEADS: RoleKind.FORMER_HEADTEACHER,
    Strand.ONE_TO_ONE: RoleKind.FORMER_SCHOOL_LEADER,
}

# Their course is over, and with it the one-to-one support that goes along with it.
_COURSE_OVER = (CohortState.ASSESSING, CohortState.CLOSED)


# --- who waits for somebody ----------------------------------------------------------------------


def granted_without_supporter(enrolments: QuerySet[Enrolment]) -> QuerySet[StrandDecision]:
    """The strands that were granted to those of them who take part and have nobody for it; longest granted first.

    Not the ones whose support has run to its last day, nor one-to-one support after the course.
    """
    newer = StrandDecision.objects.filter(application=OuterRef("application"), strand=OuterRef("strand"))
    newer = newer.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    theirs = enrolments.filter(application=OuterRef("application"), state=EnrolmentState.ACTIVE).order_by()
    matches = SupportMatch.objects.filter(
        enrolment__application=OuterRef("application"),
        enrolment__state=EnrolmentState.ACTIVE,
        strand=OuterRef("strand"),
    )
    provided = matches.filter(Q(to_on=None) | Q(to_on__gt=F("planned_to_on")))
    course_over = Membership.objects.filter(
        enrolment__application=OuterRef("application"), to_on=None, cohort__state__in=_COURSE_OVER
    )
    return StrandDecision.objects.filter(
        ~Exists(newer),
        Exists(theirs),
        ~Exists(provided),
        ~Q(Exists(course_over), strand=Strand.ONE_TO_ONE.value),
        is_granted=True,
    ).order_by("at", "pk")


@dataclass(frozen=True)
class WithoutSupporter:
    """Somebody who was granted a strand and has nobody. `area` is where the school lies, empty where not known."""

    enrolment: Enrolment
    strand: Strand
    granted_on: date | None
    school: str
    area: str
    headship_on: date | None
    cohort: Cohort | None


def lines_of(decisions: Iterable[StrandDecision] | QuerySet[StrandDecision]) -> list[WithoutSupporter]:
    """Those people, in the order of the decisions. Two statements more, however many they are."""
    decisions = list(decisions)
    enrolments = (
        Enrolment.objects.filter(application__in=[one.application_id for one in decisions], state=EnrolmentState.ACTIVE)
        .select_related("person", "application__school")
        .prefetch_related(_open_stays())
    )
    by_application = {enrolment.application_id: enrolment for enrolment in enrolments}
    return [
        without_supporter(by_application[one.application_id], Strand(one.strand), london_date(one.at))
        for one in decisions
    ]


def without_supporter(enrolment: Enrolment, strand: Strand, granted_on: date | None = None) -> WithoutSupporter:
    application = enrolment.application
    school = application.school if application else None
    stay = next(iter(_stays(enrolment)), None)
    return WithoutSupporter(
        enrolment=enrolment,
        strand=strand,
        granted_on=granted_on,
        school=application.school_name if application else "",
        area=", ".join(filter(None, dict.fromkeys((school.town, school.la_name)))) if school else "",
        headship_on=application.headship_started_on if application else None,
        cohort=stay.cohort if stay else None,
    )


def refused_since() -> QuerySet[SupportMatch]:
    """Matches that go on though the strand is refused by now."""
    theirs = StrandDecision.objects.filter(
        application=OuterRef("enrolment__application"), strand=OuterRef("strand")
    ).order_by("-at", "-pk")
    return (
        SupportMatch.objects.filter(to_on=None)
        .alias(granted=Subquery(theirs.values("is_granted")[:1]))
        .filter(granted=False)
    )


def is_granted(enrolment: Enrolment, strand: Strand) -> bool:
    """Whether the newest decision about the strand of their application grants it. No application, no support."""
    if enrolment.application is None:
        return False
    newest = newest_strands(enrolment.application).get(strand.value)
    return newest is not None and newest.is_granted


def usual_days_of(one: WithoutSupporter, today: date) -> Days:
    dates = dates_of(one.cohort) if one.cohort else None
    return usual_days(
        one.strand,
        headship_on=one.headship_on,
        course_on=dates.starts_on if dates else None,
        delivery_ends_on=dates.delivery_ends_on if dates else None,
        today=today,
    )


# --- who may support -----------------------------------------------------------------------------


def coaches_for(enrolment: Enrolment, strand: Strand) -> QuerySet[Any]:
    """The coaches of the right kind within reach, each with how many they support now, as `supported`.

    Whoever supported them in this strand before comes first, then whoever supports the fewest.
    """
    grants = coach_grants(enrolment).filter(kind=COACH_OF[strand], person=OuterRef("pk"))
    before = SupportMatch.objects.filter(enrolment=enrolment, strand=strand.value, supporter=OuterRef("pk"))
    return (
        User.objects.filter(Exists(grants), is_active=True)
        .exclude(pk=enrolment.person_id)
        .annotate(
            supported=Count("supports", filter=Q(supports__to_on=None)),
            was_theirs=Exists(before),
        )
        .order_by("-was_theirs", "supported", "full_name", "pk")
    )


def coach_grants(enrolment: Enrolment) -> QuerySet[RoleGrant]:
    """The roles of coaches open today that reach this person: ours, and those of their own delivery partner (T58)."""
    own: set[int | None] = set()
    if enrolment.application:
        intake = enrolment.application.intake
        own |= {intake.provider_id, intake.delivery_partner_id}
    for stay in Membership.objects.filter(enrolment=enrolment, to_on=None).select_related("cohort"):
        own |= {stay.cohort.provider_id, stay.cohort.delivery_partner_id}
    reaching = REACHES_ALL | Q(organisation__in=own - {None})
    return RoleGrant.objects.open().filter(reaching, role=Role.COACH)


# --- matches -------------------------------------------------------------------------------------


def with_counts(matches: QuerySet[SupportMatch], at: datetime) -> QuerySet[Any]:
    """Each with what may be counted of its meetings, and not what was said in them.

    `held` and how many of these `in_person`, their `minutes`, `last_held_at`, `next_at`, and how many are `to_log`:
    planned, begun, and nothing said since.
    """
    held = Q(meetings__state=MeetingState.HELD)
    planned = Q(meetings__state=MeetingState.PLANNED)
    return matches.annotate(
        held=Count("meetings", filter=held),
        in_person=Count("meetings", filter=held & Q(meetings__is_face_to_face=True)),
        minutes=Coalesce(Sum("meetings__minutes", filter=held), 0),
        last_held_at=Max("meetings__starts_at", filter=held),
        next_at=Min("meetings__starts_at", filter=planned & Q(meetings__starts_at__gt=at)),
        to_log=Count("meetings", filter=planned & Q(meetings__starts_at__lte=at)),
    )


def matches_with_meetings_to_log(at: datetime) -> QuerySet[SupportMatch]:
    begun = SupportMeeting.objects.filter(match=OuterRef("pk"), state=MeetingState.PLANNED, starts_at__lte=at)
    return SupportMatch.objects.filter(Exists(begun))


def people_of(matches: QuerySet[SupportMatch], at: datetime) -> QuerySet[Any]:
    """A coach's people with their counts: those supported now first, by name, and then those of before."""
    return (
        with_counts(matches, at)
        .select_related("enrolment__person", "enrolment__application")
        .order_by(F("to_on").desc(nulls_first=True), "enrolment__person__full_name", "pk")
    )


def support_now(enrolment: Enrolment, at: datetime) -> QuerySet[Any]:
    """Who supports somebody at present, in each strand, with their counts."""
    standing = SupportMatch.objects.filter(enrolment=enrolment, to_on=None)
    return with_counts(standing, at).select_related("supporter").order_by("strand")


@dataclass(frozen=True)
class StrandOfMine:
    """One strand as the participant reads it: what was decided and why, who supports them, and who did before."""

    strand: str
    title: str
    is_granted: bool
    why: str
    now: Any
    before: tuple[Any, ...]

    @property
    def kind(self) -> str:
        return str(COACH_OF[Strand(self.strand)].label)


def strands_of(enrolment: Enrolment, at: datetime) -> list[StrandOfMine]:
    """Every strand that was asked for, or in which somebody was found all the same. Two statements."""
    decided = newest_strands(enrolment.application) if enrolment.application else {}
    theirs = SupportMatch.objects.filter(enrolment=enrolment)
    matches = list(with_counts(theirs, at).select_related("supporter").order_by("-from_on", "-pk"))
    by_strand = {
        strand: (decided.get(strand.value), tuple(match for match in matches if match.strand == strand.value))
        for strand in Strand
    }
    return [
        StrandOfMine(
            strand=strand.value,
            title=strand.label,
            is_granted=bool(decision and decision.is_granted),
            why=StrandReason(decision.reason).label if decision else "",
            now=next((match for match in found if match.to_on is None), None),
            before=tuple(match for match in found if match.to_on is not None),
        )
        for strand, (decision, found) in by_strand.items()
        if decision or found
    ]


@dataclass(frozen=True)
class Pair:
    """What two people have planned, held and said they would do. For the two of them alone (T58)."""

    ahead: tuple[SupportMeeting, ...]
    to_log: tuple[SupportMeeting, ...]
    over: tuple[SupportMeeting, ...]
    to_do: tuple[SupportAction, ...]
    done: tuple[SupportAction, ...]

    @property
    def next_meeting(self) -> SupportMeeting | None:
        return self.ahead[0] if self.ahead else None


def pair_of(match: SupportMatch, at: datetime) -> Pair:
    """Two statements."""
    meetings = list(match.meetings.order_by("starts_at", "pk"))
    planned = [one for one in meetings if one.state == MeetingState.PLANNED]
    actions = list(match.actions.select_related("made_by").order_by(F("due_on").asc(nulls_last=True), "pk"))
    return Pair(
        ahead=tuple(one for one in planned if one.starts_at > at),
        to_log=tuple(one for one in planned if one.starts_at <= at),
        over=tuple(one for one in reversed(meetings) if one.state != MeetingState.PLANNED),
        to_do=tuple(one for one in actions if one.done_at is None),
        done=tuple(one for one in actions if one.done_at is not None),
    )


def meeting_at_the_time_of(meeting: SupportMeeting) -> SupportMeeting | None:
    """Another one that is planned, of either of the two, while this one lasts; of the pair itself first."""
    ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
    match = meeting.match
    around = SupportMeeting.objects.filter(
        Q(match__supporter=match.supporter_id) | Q(match__enrolment=match.enrolment_id),
        state=MeetingState.PLANNED,
        starts_at__lt=ends_at,
        starts_at__gt=meeting.starts_at - timedelta(minutes=MOST_MINUTES),
    ).exclude(pk=meeting.pk)
    at_once = [
        other
        for other in around.select_related("match__supporter", "match__enrolment__person")
        if other.starts_at + timedelta(minutes=other.minutes) > meeting.starts_at
    ]
    return min(at_once, key=lambda other: (other.match_id != match.pk, other.starts_at), default=None)


def meetings_ahead(matches: QuerySet[SupportMatch], at: datetime) -> QuerySet[SupportMeeting]:
    """Those planned of several matches, the soonest first."""
    return _planned(matches).filter(starts_at__gt=at).order_by("starts_at", "pk")


def meetings_to_log(matches: QuerySet[SupportMatch], at: datetime) -> QuerySet[SupportMeeting]:
    """Those of which nobody has said yet what became of them, the oldest first."""
    return _planned(matches).filter(starts_at__lte=at).order_by("starts_at", "pk")


def meetings_soon(at: datetime) -> QuerySet[SupportMeeting]:
    """Those planned for the rest of today and for tomorrow, of pairs that still are."""
    tomorrow = london_date(at) + timedelta(days=1)
    return _planned(SupportMatch.objects.filter(to_on=None)).filter(starts_at__gt=at, starts_at__lt=end_of(tomorrow))


def _planned(matches: QuerySet[SupportMatch]) -> QuerySet[SupportMeeting]:
    meetings = SupportMeeting.objects.filter(match__in=matches.order_by().values("pk"), state=MeetingState.PLANNED)
    return meetings.select_related("match__enrolment__person", "match__supporter")


def _open_stays() -> "Prefetch[Any]":
    stays = Membership.objects.filter(to_on=None).select_related("cohort__version")
    return Prefetch("memberships", queryset=stays, to_attr="open_stays")


def _stays(enrolment: Any) -> Iterable[Membership]:
    """As they were fetched along, else asked for."""
    found: Iterable[Membership] | None = getattr(enrolment, "open_stays", None)
    if found is None:
        found = Membership.objects.filter(enrolment=enrolment, to_on=None).select_related("cohort__version")
    return found
