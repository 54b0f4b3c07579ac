"""Peers in the directory, and visits to schools."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from applications.models import Application
from cohorts.models import (
    AssessmentWindow,
    Completion,
    DirectoryEntry,
    Enrolment,
    Membership,
    PersonalItem,
    SchoolVisit,
)
from cohorts.rules.dates import CourseDates, london_date
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.schools.models import Affiliation, School

from .cohorts import dates_of, windows_of
from .enrolments import latest_membership_of

# Letters and words of a search that are looked at.
_LETTERS_MOST = 100


# --- the directory -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Peer:
    """Somebody of the directory, with no more than they chose to show."""

    person: User
    about: str
    email: str
    school: str
    area: str
    stay: Membership


def entries_of(person: User) -> QuerySet[DirectoryEntry]:
    """A person's own, and those of whoever was found to be the same person; the own one first."""
    return DirectoryEntry.objects.filter(Q(person=person) | Q(person__alias__kept_person=person)).order_by(
        F("person__alias__kept_person").asc(nulls_first=True), "-consented_at"
    )


def own_entry(person: User) -> DirectoryEntry | None:
    """What decides what peers see of them; one that they have left, too."""
    return entries_of(person).first()


def found_peers(entries: QuerySet[Any], words: str = "") -> QuerySet[Any]:
    """Of the directory as `directory_visible_to` gives it: those in whom every word is found, by name.

    Looked at are the name, the cohort and, where it is shown, the school with its place, authority and region: nobody
    is found by what they keep to themselves.
    """
    entries = _with_school(entries).annotate(
        name=Subquery(User.objects.filter(pk=OuterRef("whose")).values("full_name")[:1]),
        said=_folded(
            Concat(
                "name", Value(" "), Subquery(Membership.objects.filter(pk=OuterRef("stay")).values("cohort__name")[:1]),
                Value(" "), "school_called", output_field=TextField(),
            )
        ),
    )  # fmt: skip
    for word in words[:_LETTERS_MOST].split():
        at_such = School.objects.matching(word).order_by().filter(pk=OuterRef("school_found"))
        entries = entries.filter(Q(said__contains=_folded(Value(word))) | Exists(at_such))
    return entries.order_by("name", "whose")


def entry_of_peer(entries: QuerySet[Any], public_id: str) -> Any:
    """The entry of the person with that id, as `peers_of` takes it; None for whoever is not there."""
    return _with_school(entries).filter(whose__in=User.objects.filter(public_id=public_id).values("pk")).first()


def peers_of(entries: Iterable[Any]) -> list[Peer]:
    """Those entries as a page shows them. Three statements more, however many they are."""
    entries = list(entries)
    people = User.objects.in_bulk([entry.whose for entry in entries])
    stays = Membership.objects.select_related("cohort__version__programme").in_bulk([entry.stay for entry in entries])
    schools = School.objects.in_bulk([entry.school_found for entry in entries if entry.school_found])
    return [_peer(entry, people[entry.whose], stays[entry.stay], schools.get(entry.school_found)) for entry in entries]


def _peer(entry: Any, person: User, stay: Membership, school: School | None) -> Peer:
    return Peer(
        person=person,
        about=entry.about,
        email=(person.email or "") if entry.shows_email else "",
        school=school.name if school else entry.school_called,
        area=", ".join(filter(None, dict.fromkeys((school.town, school.la_name, school.region)))) if school else "",
        stay=stay,
    )


def _with_school(entries: QuerySet[Any]) -> QuerySet[Any]:
    """Each with `school_found`, and `school_called` as they wrote it; nothing of either where it is hidden."""
    works_at = _works_at(Q(person=OuterRef("whose")) | Q(person__alias__kept_person=OuterRef("whose")))
    applied_from = Application.objects.filter(enrolments__memberships=OuterRef("stay"))
    at = Coalesce(Subquery(works_at.values("school")[:1]), Subquery(applied_from.values("school")[:1]))
    called = Coalesce(Subquery(applied_from.values("school_name")[:1]), Value(""))
    found: QuerySet[Any] = entries.annotate(school_found=Case(When(shows_school=True, then=at), default=None)).annotate(
        school_called=Case(When(shows_school=True, school_found=None, then=called), default=Value(""))
    )
    return found


def _works_at(whose: Q) -> QuerySet[Affiliation]:
    today = clock.today()
    return Affiliation.objects.filter(whose, Q(to_on=None) | Q(to_on__gt=today), from_on__lte=today).order_by(
        "-from_on", "-pk"
    )


def _folded(text: Any) -> Func:
    """Small letters without accents and apostrophes."""
    return Func(text, function="schools_fold", output_field=TextField())


def school_of(enrolment: Enrolment) -> School | None:
    """Where they work now, else where they worked when they applied."""
    person = enrolment.person_id
    works_at = _works_at(Q(person=person) | Q(person__alias__kept_person=person)).select_related("school").first()
    if works_at:
        return works_at.school
    return enrolment.application.school if enrolment.application else None


# --- visits --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VisitItem:
    """A visit that the programme asks for, and whether it is recorded as done."""

    code: str
    title: str
    is_done: bool


def first_day_of(enrolment: Enrolment) -> date:
    """Since when they are on the programme: enrolled, or the first day of a cohort of theirs if that is earlier."""
    began = Membership.objects.filter(enrolment=enrolment).aggregate(day=Min("cohort__starts_on"))["day"]
    enrolled_on = london_date(enrolment.enrolled_at)
    return min(began, enrolled_on) if began else enrolled_on


def last_day_of(enrolment: Enrolment) -> date | None:
    """Until when they can be assessed, or None before they have had a place."""
    stay = latest_membership_of(enrolment)
    if stay is None:
        return None
    return last_day_in(dates_of(stay.cohort, extension_months=enrolment.extension_months), windows_of(stay.cohort))


def last_day_in(dates: CourseDates, windows: Iterable[AssessmentWindow]) -> date:
    """The end of the period, with an extension of theirs, or of the last window where that closes later."""
    return max([dates.assessment_ends_on, *(window.closes_on for window in windows)])


def visit_items_of(enrolment: Enrolment) -> list[VisitItem]:
    """The visits on their own list. One statement."""
    done = Completion.objects.filter(enrolment=enrolment, item=OuterRef("item"))
    listed = PersonalItem.objects.filter(
        enrolment=enrolment, item__kind=ItemKind.SCHOOL_VISIT, expectation=PersonalItem.Expectation.EXPECTED
    )
    rows = listed.annotate(is_done=Exists(done)).order_by("item__number")
    return [VisitItem(*row) for row in rows.values_list("item__code", "item__title", "is_done")]


def visits_in_order(visits: QuerySet[SchoolVisit]) -> QuerySet[SchoolVisit]:
    return visits.select_related("school").order_by("-visited_on", "-pk")


def visits_as_table(visits: Iterable[SchoolVisit]) -> Iterator[Sequence[object]]:
    """What the columns are called, then a line for each visit."""
    yield "Date", "School", "URN", "Who received you", "What you went to see", "What you take home"
    for visit in visits:
        urn = visit.school.urn if visit.school else ""
        yield visit.visited_on.isoformat(), visit.school_name, urn, visit.host, visit.purpose, visit.learnt


def with_log(enrolments: QuerySet[Enrolment]) -> QuerySet[Any]:
    """Each by name, with the number of visits logged, as `visits`, and the day of the last, as `visited_last`."""
    return (
        enrolments.annotate(visits=Count("school_visits"), visited_last=Max("school_visits__visited_on"))
        .select_related("person", "version__programme", "placement")
        .order_by("person__full_name", "pk")
    )
