"""What is taken away on paper or as a file: a timetable, a roster, a sheet to sign.

Never on any of them: what somebody asked for to be able to take part, and joining links.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from cohorts.kinds import SessionMode
from cohorts.models import Cohort, Enrolment, Group, GuestPlace, Membership, Seminar
from cohorts.rules.dates import LONDON, london_date
from cohorts.rules.terms import Term
from cohorts.states import EnrolmentState, SeminarState
from npqh_portal.schools.models import Affiliation

from .timetable import who_is_expected

# On the sheet to sign, for whoever comes and was not expected.
BLANK_LINES = 6
TIMETABLE = (
    "Date",
    "Starts",
    "Ends",
    "Session",
    "Kind",
    "Course",
    "Group",
    "How",
    "Venue",
    "Address",
    "Led by",
    "State",
)
ROSTER = ("Name", "School", "Email", "Telephone", "Group")
SIGN_IN = ("Date", "Starts", "Ends", "Session", "Venue", "Access", "Name", "School", "Group", "Guest of", "Signature")

Rows = list[tuple[object, ...]]


def school_name(of: str = "") -> Coalesce:
    """Where somebody works: as they last told, else the school they applied with. `of` leads to an enrolment."""
    works_at = Affiliation.objects.filter(person=OuterRef(f"{of}person"), to_on=None).order_by("-from_on", "-pk")
    return Coalesce(
        Subquery(works_at.values("school__name")[:1]), F(f"{of}application__school_name"), Value(""),
        output_field=TextField(),
    )  # fmt: skip


@dataclass(frozen=True)
class Timetable:
    """Sessions in order of time; of one group with those of the whole cohort, where a group is named."""

    cohort: Cohort
    group: Group | None
    term: Term | None
    sessions: tuple[Seminar, ...]

    def rows(self) -> Rows:
        return [
            TIMETABLE,
            *(
                (
                    *_when(one),
                    one.item.title,
                    one.item.get_kind_display(),
                    one.item.course.title if one.item.course else "",
                    group_named(one),
                    SessionMode(one.mode).label,
                    one.venue.name if one.venue else "",
                    one.venue.address if one.venue else "",
                    str(one.facilitator or ""),
                    one.get_state_display(),
                )
                for one in self.sessions
            ),
        ]


def timetable_sheet(
    cohort: Cohort, groups: Collection[Group], *, whole: bool, drafts: bool, term: Term | None = None
) -> Timetable:
    """What is to be held or was held; with `drafts` what is only planned too. One statement."""
    states = {SeminarState.SCHEDULED, SeminarState.PLANNED} if drafts else {SeminarState.SCHEDULED}
    found = cohort.seminars.filter(state__in=states)
    if not whole:
        found = found.filter(Q(group=None) | Q(group__in=groups))
    sessions = found.select_related("item__course", "venue", "facilitator", "group").order_by("starts_at", "pk")
    return Timetable(
        cohort,
        None if whole or len(groups) != 1 else next(iter(groups)),
        term,
        tuple(one for one in sessions if term is None or term.holds(london_date(one.starts_at))),
    )


@dataclass(frozen=True)
class RosterLine:
    name: str
    school: str
    email: str
    telephone: str
    group: str


@dataclass(frozen=True)
class Roster:
    """Who takes part or has finished, by group and name."""

    cohort: Cohort
    group: Group | None
    lines: tuple[RosterLine, ...]

    @property
    def has_telephones(self) -> bool:
        return any(line.telephone for line in self.lines)

    def rows(self) -> Rows:
        return [ROSTER, *((one.name, one.school, one.email, one.telephone, one.group) for one in self.lines)]


def roster(cohort: Cohort, groups: Collection[Group], *, whole: bool) -> Roster:
    """One statement. The whole cohort names those in no group too, last."""
    taking_part = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
    stays = Membership.objects.filter(cohort=cohort, to_on=None, enrolment__state__in=taking_part)
    if not whole:
        stays = stays.filter(group__in=groups)
    found = stays.order_by(F("group__name").asc(nulls_last=True), "enrolment__person__full_name", "pk").values_list(
        "enrolment__person__full_name",
        school_name("enrolment__"),
        "enrolment__person__email",
        "enrolment__application__telephone",
        "group__name",
    )
    return Roster(
        cohort,
        None if whole or len(groups) != 1 else next(iter(groups)),
        tuple(RosterLine(*(text or "" for text in line)) for line in found),
    )


@dataclass(frozen=True)
class SignInLine:
    """Somebody who is expected. `guest_of` names their own group, for whoever sits in on another's session."""

    name: str
    school: str
    guest_of: str = ""


@dataclass(frozen=True)
class SignInSheet:
    seminar: Seminar
    lines: tuple[SignInLine, ...]

    def rows(self) -> Rows:
        """One row each, and blank ones at the end."""
        one = self.seminar
        session = (*_when(one), one.item.title, one.venue.name if one.venue else SessionMode(one.mode).label)
        access = one.venue.access_notes if one.venue else ""
        blank = ("",) * len(SIGN_IN)
        return [
            SIGN_IN,
            *((*session, access, line.name, line.school, group_named(one), line.guest_of, "") for line in self.lines),
            *(blank for _ in range(BLANK_LINES)),
        ]


def sign_in_sheet(seminar: Seminar) -> SignInSheet:
    """Whoever is expected as things stand, guests last. Five statements."""
    people = who_is_expected(seminar)
    guests = GuestPlace.objects.filter(seminar=seminar, ended_at=None).values_list("enrolment", flat=True)
    of = Membership.objects.filter(enrolment__in=guests, to_on=None).select_related("group", "cohort")
    guest_of = {stay.enrolment_id: str((stay.group and stay.group.name) or stay.cohort) for stay in of}
    schools = _schools_of(people)
    lines = [SignInLine(str(one.person), schools[one.pk], guest_of.get(one.pk, "")) for one in people]
    return SignInSheet(seminar, tuple(sorted(lines, key=lambda line: bool(line.guest_of))))


def _schools_of(enrolments: Iterable[Enrolment]) -> dict[int, str]:
    found = Enrolment.objects.filter(pk__in=[one.pk for one in enrolments]).order_by()
    return dict(found.values_list("pk", school_name()))


def group_named(seminar: Seminar) -> str:
    return seminar.group.name if seminar.group else "Whole cohort"


def _when(seminar: Seminar) -> Iterator[object]:
    """The London day, and two times of its clock as text."""
    starts_at, ends_at = seminar.starts_at.astimezone(LONDON), seminar.ends_at.astimezone(LONDON)
    day: date = starts_at.date()
    yield from (day, f"{starts_at:%H:%M}", f"{ends_at:%H:%M}")
