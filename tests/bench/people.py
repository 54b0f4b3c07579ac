"""Ten thousand people in the middle of a programme of sixty items, in twenty cohorts: whom the pages are about."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db import connection

from cohorts.models import Cohort, Enrolment, Facilitation, Group, Membership, Seminar
from cohorts.states import SeminarState
from npqh_portal import clock
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, Mode
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests import factories as make

PEOPLE = 10_000
COHORTS = 20
IN_A_GROUP = 30
COURSES = 12
COURSES_BEHIND = 7  # of which the registers are taken and the work is done
CYCLE = (ItemKind.MODULE, ItemKind.SEMINAR, ItemKind.MODULE, ItemKind.FORMATIVE_TASK, ItemKind.REFLECTION)


@dataclass(frozen=True)
class World:
    """`participant` is in the group that `facilitator` leads; `seminar` is its newest, whose register is not taken."""

    version: ProgrammeVersion
    cohort: Cohort
    participant: User
    facilitator: User
    lead: User
    seminar: Seminar
    everybody: list[int]


@cache
def world() -> World:
    version = a_programme()
    lead, facilitator, colleague = (
        make.a_person(role) for role in (Role.PROGRAMME_LEAD, Role.FACILITATOR, Role.FACILITATOR)
    )
    cohorts = [make.a_cohort(version, capacity=PEOPLE // COHORTS) for _ in range(COHORTS)]
    enrolments = enrol(version, cohorts, facilitator, colleague)
    timetable(version)
    what_happened()
    group = Group.objects.get(facilitations__person=facilitator)
    return World(
        version,
        group.cohort,
        enrolments[0].person,
        facilitator,
        lead,
        group.seminars.filter(starts_at__lt=clock.now()).latest("starts_at"),
        [enrolment.pk for enrolment in enrolments],
    )


def a_programme() -> ProgrammeVersion:
    version = make.a_version(state=VersionState.DRAFT)
    for number in range(COURSES):
        course = make.a_course(version, number=number + 1)
        for place, kind in enumerate(CYCLE):
            minutes = 120 if kind is ItemKind.SEMINAR else 60
            make.an_item(version, course=course, kind=kind, minutes=minutes, number=number * len(CYCLE) + place + 1)
    return make.published(version)


def enrol(version: ProgrammeVersion, cohorts: list[Cohort], first: User, other: User) -> list[Enrolment]:
    """Everybody, with a role, a place and a list of their own. `first` leads the first group, `other` all others."""
    no_password = make_password(None)
    people = User.objects.bulk_create(
        User(email=f"walker{n}@school.example", full_name=f"Walker {n}", password=no_password) for n in range(PEOPLE)
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(person=person, role=Role.PARTICIPANT, starts_on=cohorts[0].starts_on) for person in people
    )
    enrolments = Enrolment.objects.bulk_create(Enrolment(person=person, version=version) for person in people)
    each = PEOPLE // COHORTS
    memberships = []
    for number, cohort in enumerate(cohorts):
        theirs = enrolments[number * each : (number + 1) * each]
        for start in range(0, each, IN_A_GROUP):
            group = Group.objects.create(cohort=cohort, name=f"Group {start // IN_A_GROUP + 1}", capacity=IN_A_GROUP)
            leader = other if number or start else first
            Facilitation.objects.create(group=group, person=leader, from_on=cohort.starts_on)
            memberships += [
                Membership(enrolment=enrolment, cohort=cohort, group=group, from_on=cohort.starts_on)
                for enrolment in theirs[start : start + IN_A_GROUP]
            ]
    Membership.objects.bulk_create(memberships)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cohorts_personalitem (enrolment_id, item_id, expectation)"
            " SELECT e.id, i.id, 'expected' FROM cohorts_enrolment e JOIN programmes_item i USING (version_id)"
        )
    return enrolments


def timetable(version: ProgrammeVersion) -> None:
    """A seminar every fortnight from the first day on, for every group, online."""
    seminars = version.items.filter(kind=ItemKind.SEMINAR)
    at = clock.now() - timedelta(days=100)
    Seminar.objects.bulk_create(
        Seminar(
            cohort=led.group.cohort,
            group=led.group,
            item=item,
            facilitator=led.person,
            starts_at=at + timedelta(days=14 * number),
            ends_at=at + timedelta(days=14 * number, minutes=item.minutes),
            mode=Mode.ONLINE,
            state=SeminarState.SCHEDULED,
        )
        for led in Facilitation.objects.select_related("group__cohort", "person")
        for number, item in enumerate(seminars)
    )


def what_happened() -> None:
    """In the courses behind them everybody has done the work, and was at all seminars but one in thirteen."""
    behind = COURSES_BEHIND * len(CYCLE)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cohorts_attendancemark
                (seminar_id, enrolment_id, status, minutes, recorded_at, recorded_by_id)
            SELECT s.id, m.enrolment_id, w.status, CASE w.status WHEN 'present' THEN i.minutes ELSE 0 END, s.ends_at,
                s.facilitator_id
            FROM cohorts_seminar s
            JOIN cohorts_membership m USING (group_id)
            JOIN programmes_item i ON i.id = s.item_id
            CROSS JOIN LATERAL (
                SELECT CASE (m.enrolment_id + s.item_id) %% 13 WHEN 0 THEN 'absent' ELSE 'present' END AS status
            ) w
            WHERE i.number <= %(behind)s;

            INSERT INTO cohorts_completion (enrolment_id, item_id, recorded_at, recorded_by_id)
            SELECT p.enrolment_id, p.item_id, now() - interval '3 days', e.person_id
            FROM cohorts_personalitem p
            JOIN programmes_item i ON i.id = p.item_id
            JOIN cohorts_enrolment e ON e.id = p.enrolment_id
            WHERE i.kind <> 'seminar' AND i.number <= %(behind)s;

            INSERT INTO cohorts_ledgerentry
                (enrolment_id, item_id, policy_id, change, source, source_id, recorded_at, recorded_by_id)
            SELECT done.enrolment_id, i.id, p.id, i.minutes, done.source, done.id, done.recorded_at,
                done.recorded_by_id
            FROM (
                SELECT m.enrolment_id, s.item_id, 'register' AS source, m.id, m.recorded_at, m.recorded_by_id
                FROM cohorts_attendancemark m JOIN cohorts_seminar s ON s.id = m.seminar_id
                WHERE m.status = 'present'
                UNION ALL
                SELECT enrolment_id, item_id, 'completion', id, recorded_at, recorded_by_id FROM cohorts_completion
            ) done
            JOIN programmes_item i ON i.id = done.item_id
            JOIN programmes_engagementpolicy p ON p.version_id = i.version_id;

            ANALYZE
            """,
            {"behind": behind},
        )
