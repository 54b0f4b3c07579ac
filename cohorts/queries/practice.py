"""What somebody's programme asks of them in their own school, and where they stand with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from cohorts.models import (
    CourseChange,
    Enrolment,
    Group,
    Membership,
    PersonalItem,
    SchoolTerm,
    SelfEvaluation,
    Seminar,
)
from cohorts.rules.practice import CourseTerms, DayEquivalents, course_terms, day_equivalents
from cohorts.rules.terms import Term
from cohorts.states import SeminarState
from npqh_portal.programmes.kinds import ItemKind, Mode
from npqh_portal.programmes.models import Behaviour, ContentArea, Course, Item, ProgrammeVersion

from .cohorts import dates_of
from .engagement import ItemLine


@dataclass(frozen=True)
class Asked:
    """What a programme asks for beside what it schedules. `is_evaluated`: what it asks first has been sent (S55)."""

    project: bool
    small_changes: bool
    behaviours: bool
    is_evaluated: bool


def asked_of(enrolment: Enrolment) -> Asked:
    """One statement."""
    version = OuterRef("pk")
    stages = PersonalItem.objects.filter(enrolment=enrolment, item__kind=ItemKind.PRACTICAL_CYCLE)
    found = (
        ProgrammeVersion.objects.filter(pk=enrolment.version_id)
        .annotate(
            project=Exists(stages),
            small_changes=Exists(ContentArea.objects.filter(version=version, in_every_course=True)),
            has_behaviours=Exists(Behaviour.objects.filter(version=version)),
            is_evaluated=Exists(SelfEvaluation.objects.filter(enrolment=enrolment, sent_at__isnull=False)),
        )
        .values_list("project", "small_changes", "has_behaviours", "is_evaluated")
        .get()
    )
    return Asked(*found)


def terms_of_stay(stay: Membership) -> CourseTerms:
    """Those of the course of their cohort. One statement."""
    dates = dates_of(stay.cohort)
    entered = SchoolTerm.objects.filter(ends_on__gte=dates.starts_on, starts_on__lte=dates.delivery_ends_on)
    terms = [Term(*row) for row in entered.values_list("name", "starts_on", "ends_on")]
    return course_terms(terms, dates.starts_on, dates.delivery_ends_on, count=stay.cohort.version.terms)


# --- one small change in every course ------------------------------------------------------------


@dataclass(frozen=True)
class SmallChange:
    """The small change that goes with a course. `state` is later, to_plan, planned or tried."""

    course: Course
    change: CourseChange | None
    opens_on: date | None
    state: str


def courses_of(enrolment: Enrolment) -> QuerySet[Course]:
    """Those of somebody's own list, in order."""
    expected = PersonalItem.objects.filter(
        enrolment=enrolment, item__course=OuterRef("pk"), expectation=PersonalItem.Expectation.EXPECTED
    )
    return Course.objects.filter(Exists(expected), version=enrolment.version_id).order_by("number")


def small_changes_of(enrolment: Enrolment, stay: Membership | None, today: date) -> list[SmallChange]:
    """One for each course of theirs, asked for from the first term of the course on. Four statements.

    Of whoever is in no cohort at present nothing is asked: the terms of the one that they left are not theirs.
    """
    written = small_changes_written(enrolment)
    terms = terms_of_stay(stay) if stay and stay.to_on is None else None
    first_terms: dict[int, int] = {}
    for course, term in Item.objects.filter(version=enrolment.version_id, course__isnull=False).values_list(
        "course_id", "term"
    ):
        first_terms[course or 0] = min(term, first_terms.get(course or 0, term))

    def line(course: Course) -> SmallChange:
        change = written.get(course.code)
        opens_on = terms.first_day(first_terms[course.pk]) if terms else None
        if change:
            state = "tried" if change.happened else "planned"
        else:
            state = "to_plan" if opens_on and opens_on <= today else "later"
        return SmallChange(course, change, opens_on, state)

    return [line(course) for course in courses_of(enrolment)]


def small_changes_written(enrolment: Enrolment) -> dict[str, CourseChange]:
    """By the code of their course: they stay with whoever moves to another version."""
    return {one.course.code: one for one in enrolment.course_changes.select_related("course")}


# --- days out of school --------------------------------------------------------------------------


def days_attended(version: ProgrammeVersion, lines: Mapping[int, ItemLine]) -> DayEquivalents | None:
    """What is credited of the sessions in person, in days (S75); None where the programme counts none.

    `lines` are those of somebody's items. A session planned in person counts as one, also where it was held online.
    One statement.
    """
    if not version.day_equivalents or not version.day_minutes:
        return None
    planned = Item.objects.filter(version=version, mode=Mode.FACE_TO_FACE).values_list("pk", "minutes")
    minutes = sum(lines[pk].credited * whole // lines[pk].worth for pk, whole in planned if pk in lines)
    return day_equivalents(minutes, day_minutes=version.day_minutes, planned=version.day_equivalents)


@dataclass(frozen=True)
class Practice:
    """What stands of all this on the page of the course."""

    asked: Asked
    small_changes: list[SmallChange]
    days: DayEquivalents | None


def practice_of(
    enrolment: Enrolment, stay: Membership | None, *, lines: Mapping[int, ItemLine], today: date
) -> Practice:
    """`lines` are those of their items. Five statements at most."""
    asked = asked_of(enrolment)
    return Practice(
        asked,
        small_changes_of(enrolment, stay, today) if asked.small_changes else [],
        days_attended(enrolment.version, lines),
    )


# --- what a facilitator reads before a seminar ---------------------------------------------------


@dataclass(frozen=True)
class GroupLine:
    enrolment: Enrolment
    change: CourseChange | None


def groups_with_small_changes(people: QuerySet[Enrolment]) -> list[Group]:
    """The groups in which these people are now, of programmes that ask for small changes. One statement."""
    stays = Membership.objects.filter(enrolment__in=people.order_by().values("pk"), to_on=None)
    asking = ContentArea.objects.filter(version=OuterRef("cohort__version"), in_every_course=True)
    groups = Group.objects.filter(Exists(asking), pk__in=stays.values("group")).select_related("cohort")
    return list(groups.order_by("-cohort__starts_on", "name", "pk"))


def courses_of_group(group: Group) -> QuerySet[Course]:
    return Course.objects.filter(version=group.cohort.version_id).order_by("number")


def course_of_next_seminar(group: Group, at: datetime) -> Course | None:
    ahead = Seminar.objects.filter(
        group=group, state=SeminarState.SCHEDULED, ends_at__gt=at, item__course__isnull=False
    )
    sitting = ahead.select_related("item__course").order_by("starts_at").first()
    return sitting.item.course if sitting else None


def small_changes_of_people(people: QuerySet[Enrolment], group: Group, course: Course) -> list[GroupLine]:
    """What each of them in the group plans and tried in a course, by name. Two statements."""
    stays = Membership.objects.filter(group=group, to_on=None)
    found = people.filter(pk__in=stays.values("enrolment")).select_related("person")
    written = CourseChange.objects.filter(enrolment__in=stays.values("enrolment"), course__code=course.code)
    by_person = {one.enrolment_id: one for one in written}
    return [GroupLine(one, by_person.get(one.pk)) for one in found.order_by("person__full_name", "pk")]
