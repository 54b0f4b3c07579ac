from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cohorts.actions import MarkInput, assign_facilitator, defer_enrolment, record_register
from cohorts.models import Cohort, Enrolment, Group, Seminar
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import (
    a_cohort,
    a_group,
    a_partner,
    a_person,
    a_seminar,
    a_version,
    an_enrolment,
    an_item,
    published,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)


class Spring:
    """Thirty-six hours: a seminar of two held 50 days ago, one of two yesterday, and modules that are still to come."""

    def __init__(self) -> None:
        version = a_version(state=VersionState.DRAFT)
        items = [an_item(version, title=f"Seminar {number}", minutes=120) for number in (1, 2)]
        an_item(version, minutes=1920, kind=ItemKind.MODULE)
        self.version: ProgrammeVersion = published(version)
        self.cohort: Cohort = a_cohort(version, name="Spring 2026", starts_on=date(2026, 1, 12))
        self.facilitator: User = a_person(Role.FACILITATOR)
        self.group: Group = a_group(self.cohort, self.facilitator, name="Fells group")
        self.sittings: list[Seminar] = [
            a_seminar(self.cohort, item, self.group, starts_at=NOW - timedelta(days=days), facilitator=self.facilitator)
            for item, days in zip(items, (50, 1), strict=True)
        ]
        self.lead: User = a_person(Role.PROGRAMME_LEAD)

    def person(self, name: str, *statuses: str) -> Enrolment:
        enrolment = an_enrolment(self.cohort, self.group, a_person(Role.PARTICIPANT, full_name=name))
        for sitting, status in zip(self.sittings, statuses, strict=True):
            record_register(sitting, marks={enrolment.pk: MarkInput(status)}, by=self.facilitator)
        return enrolment


@pytest.fixture
def spring(time_machine: Any) -> Spring:
    time_machine.move_to(NOW, tick=False)
    return Spring()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_list_counts_who_stands_where(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "present")
    spring.person("Orla Hadrigan", "present", "absent")
    client.force_login(spring.lead)
    said = read(client, "/lead/")
    assert f'<a class="govuk-link" href="/lead/cohorts/{spring.cohort.public_id}/">Spring 2026</a>' in said
    assert '<td role="cell" data-label="Month" class="npqh-nowrap">3 of 21</td>' in said
    people = f"/lead/cohorts/{spring.cohort.public_id}/people/"
    for label, show, count in (("Taking part", "here", 2), ("On track", "on_track", 2), ("At risk", "at_risk", 0)):
        link = f'<a class="govuk-link" href="{people}?show={show}">{count}</a>'
        assert f'<td role="cell" data-label="{label}">{link}</td>' in said


def test_cohort_that_has_ended_is_in_no_month(client: Client, spring: Spring, time_machine: Any) -> None:
    client.force_login(spring.lead)
    time_machine.move_to(datetime(2027, 10, 11, 9, 0, tzinfo=UTC))
    assert '<td role="cell" data-label="Month" class="npqh-nowrap">21 of 21</td>' in read(client, "/lead/")
    time_machine.move_to(datetime(2027, 10, 12, 9, 0, tzinfo=UTC))
    assert '<td role="cell" data-label="Month" class="npqh-nowrap">Over</td>' in read(client, "/lead/")
    assert "month 22" not in read(client, f"/lead/cohorts/{spring.cohort.public_id}/")


def test_least_to_spare_comes_first_and_the_reason_with_it(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "present")
    spring.person("Desmond Quarrie-Lunt", "absent", "absent")
    client.force_login(spring.lead)
    said = read(client, f"/lead/cohorts/{spring.cohort.public_id}/")
    assert "Speak to this person first" in said
    why = "Lost 2 h in 1 session. “Seminar 2” (2 h) must be caught up by 28 April 2026, or 90% is out of reach."
    assert f'data-label="Can still miss">None</td><td role="cell" data-label="Why">{why}</td>' in said
    assert 'data-label="Last contact" class="npqh-nowrap">None yet</td>' in said
    everybody = read(client, f"/lead/cohorts/{spring.cohort.public_id}/people/")
    assert everybody.index("Desmond Quarrie-Lunt") < everybody.index("Agnes Fothermere")


def test_whose_list_is_not_made_stands_among_no_standings(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "present").personal_items.all().delete()
    client.force_login(spring.lead)
    address = f"/lead/cohorts/{spring.cohort.public_id}/"
    assert "No list yet" in read(client, f"{address}people/?show=here")
    assert "Agnes Fothermere" not in read(client, f"{address}people/?show=met")


def test_nobody_to_speak_to(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "present")
    client.force_login(spring.lead)
    assert "Nobody to speak to first" in read(client, f"/lead/cohorts/{spring.cohort.public_id}/")


def test_deferred_people_are_counted_apart(client: Client, spring: Spring) -> None:
    defer_enrolment(spring.person("Freya Dunmail", "present", "present"), reason="Illness.", by=spring.lead)
    client.force_login(spring.lead)
    said = read(client, f"/lead/cohorts/{spring.cohort.public_id}/")
    assert "deferred</a></dt><dd>1</dd>" in said
    assert "taking part</a></dt><dd>0</dd>" in said
    assert "Nobody has a place yet" in said


def test_statements_do_not_grow_with_people(
    client: Client, spring: Spring, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    spring.person("Desmond Quarrie-Lunt", "absent", "absent")
    client.force_login(spring.lead)
    own = f"/lead/cohorts/{spring.cohort.public_id}/"
    known = {"/lead/": 10, own: 12, f"{own}people/": 7, f"{own}sessions/": 7, f"{own}changes/": 5, f"{own}support/": 4}

    def all_of_them() -> None:
        for page, statements in known.items():
            read(client, page)
            with django_assert_num_queries(statements):
                read(client, page)

    all_of_them()
    spring.person("Orla Hadrigan", "present", "absent")
    spring.person("Ivo Rennard", "absent", "absent")
    a_cohort(spring.version, name="Autumn 2026")
    all_of_them()


def test_partner_sees_its_own_cohorts_only(client: Client, spring: Spring) -> None:
    partner = a_partner()
    theirs = a_cohort(spring.version, name="Fellbeck 2026", delivery_partner=partner)
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    said = read(client, "/lead/")
    assert "Fellbeck 2026" in said
    assert "Spring 2026" not in said
    assert client.get(f"/lead/cohorts/{theirs.public_id}/").status_code == 200
    assert client.get(f"/lead/cohorts/{spring.cohort.public_id}/").status_code == 404


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.FACILITATOR, Role.ASSESSOR, Role.FINANCE])
def test_nobody_else_enters(client: Client, spring: Spring, role: Role) -> None:
    client.force_login(a_person(role))
    assert client.get("/lead/").status_code == 403
    assert client.get(f"/lead/cohorts/{spring.cohort.public_id}/").status_code == 403


def test_no_cohorts_yet(client: Client) -> None:
    client.force_login(a_person(Role.PROGRAMME_LEAD))
    assert "No cohorts yet" in read(client, "/lead/")


def test_groups_say_who_leads_them_from_a_coming_day(client: Client, spring: Spring) -> None:
    client.force_login(spring.lead)
    page = f"/lead/cohorts/{spring.cohort.public_id}/"
    coming = a_person(Role.FACILITATOR, full_name="Cosima Threlfall")
    moor = a_group(spring.cohort, name="Moor group")
    assert read(client, page).count("Nobody yet") == 1
    assign_facilitator(moor, person=coming, from_on=date(2026, 4, 13), by=spring.lead)
    assign_facilitator(spring.group, person=coming, from_on=date(2026, 4, 20), by=spring.lead)
    said = read(client, page)
    assert "Nobody yet" not in said
    assert 'data-label="Led by">Cosima Threlfall, from 13 Apr 2026</td>' in said
    assert f'data-label="Led by">{spring.facilitator}; Cosima Threlfall, from 20 Apr 2026</td>' in said
