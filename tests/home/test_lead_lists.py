"""The list behind each figure of a cohort holds as many as the figure says, and no page shows another's cohort."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import StrandDecision
from applications.states import ApplicationState
from cohorts.actions import MarkInput, defer_enrolment, record_register, withdraw_enrolment
from cohorts.kinds import SessionMode
from cohorts.models import Cohort, Enrolment, Group, GuestPlace, Membership, PendingChange, Seminar, SeminarChange
from cohorts.states import CohortState, SeminarState
from npqh_portal.home.kinds import SessionList
from npqh_portal.home.queries.lead import sessions_in
from npqh_portal.home.rules.week import week_of
from npqh_portal.people.models import Organisation, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Intake, Item
from npqh_portal.programmes.states import VersionState
from tests import factories as make

pytestmark = pytest.mark.django_db

# A Wednesday.
NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)


class Autumn:
    """A cohort with something on every list: two groups, people who came, missed, left and wait, and odd sessions."""

    def __init__(self, partner: Organisation | None = None) -> None:
        version = make.a_version(state=VersionState.DRAFT)
        self.items: list[Item] = [make.an_item(version, title=f"Seminar {number}") for number in range(1, 9)]
        make.an_item(version, minutes=480, kind=ItemKind.MODULE)
        self.version = make.published(version)
        self.cohort: Cohort = make.a_cohort(
            version, name="Autumn 2025", starts_on=date(2025, 10, 6), delivery_partner=partner, capacity=30
        )
        self.intake: Intake = make.an_intake(version, delivery_partner=partner, capacity=60)
        self.cohort.intakes.add(self.intake)
        self.facilitator: User = make.a_person(Role.FACILITATOR, full_name="Cosima Threlfall")
        self.fells: Group = make.a_group(self.cohort, self.facilitator, name="Fells", capacity=20)
        self.dales: Group = make.a_group(self.cohort, name="Dales & moors", capacity=20)
        self.lead: User = make.a_person(Role.PROGRAMME_LEAD)

    def seminar(self, number: int, days: float, group: Group | None = None, **fields: Any) -> Seminar:
        fields = {"facilitator": self.facilitator} | fields
        starts_at = NOW + timedelta(days=days)
        return make.a_seminar(self.cohort, self.items[number - 1], group, starts_at=starts_at, **fields)

    def person(self, name: str, group: Group | None = None, **applied: Any) -> Enrolment:
        address = f"{name.replace(' ', '.').lower()}@school.example"
        person = make.a_person(Role.PARTICIPANT, full_name=name, email=address)
        application = make.an_application(person, self.intake, state=ApplicationState.ACCEPTED, **applied)
        return make.an_enrolment(self.cohort, group, person, application=application)

    def everything(self) -> None:
        held = [self.seminar(number, days, self.fells) for number, days in ((1, -70), (2, -60), (3, -30))]
        for name, missed in (("Agnes", ()), ("Orla", (0,)), ("Desmond", (0, 2)), ("Ivo", (0, 1))):
            enrolment = self.person(f"{name} Fothermere", self.fells, school_name=f"{name} School")
            for place, sitting in enumerate(held):
                mark = MarkInput("absent" if place in missed else "present")
                record_register(sitting, marks={enrolment.pk: mark}, by=self.facilitator)
        self.person("Bethan Cruddace")  # in no group
        supported = self.person("Maryam Okonjo-Hale", self.dales)
        for strand in ("new_heads", "one_to_one"):
            StrandDecision.objects.create(
                application=supported.application, strand=strand, is_granted=True, reason="listed_rise",
                occasion="submission",
            )  # fmt: skip
        defer_enrolment(self.person("Freya Dunmail", self.dales), reason="Illness.", by=self.lead)
        withdraw_enrolment(self.person("Hamza Wetherlam", self.dales), reason="Too much.", by=self.lead)
        accepted = make.a_person(Role.PARTICIPANT, full_name="Silas Penhallow-Ade")
        make.an_application(accepted, self.intake, state=ApplicationState.ACCEPTED)
        enrolled = make.a_person(Role.PARTICIPANT, full_name="Sunniva Plaskett")
        application = make.an_application(enrolled, self.intake, state=ApplicationState.ACCEPTED)
        Enrolment.objects.create(person=enrolled, application=application, version=self.version)
        self.seminar(4, -1, self.fells)  # this week, and nobody has taken its register
        self.seminar(5, 2, self.fells, facilitator=None)
        Seminar.objects.filter(item=self.items[4]).update(facilitator=None)
        self.seminar(6, 30, self.dales, venue=make.a_venue(capacity=19))
        self.seminar(7, 40, self.dales, state=SeminarState.PLANNED)
        moved = self.seminar(8, 50, self.fells)
        when = {"starts_at": moved.starts_at.isoformat(), "ends_at": moved.ends_at.isoformat()}
        side = when | {"mode": moved.mode, "venue": moved.venue_id, "facilitator": moved.facilitator_id}
        for revision, days in enumerate((1, 3)):  # on Tuesday, and on Sunday of the week before
            SeminarChange.objects.create(
                seminar=moved, revision=revision, what=["moved"], before=side, after=side,
                at=NOW - timedelta(days=days), by=self.lead,
            )  # fmt: skip
        PendingChange.objects.create(
            seminar=moved, facilitator=moved.facilitator, mode=SessionMode.ONLINE,
            starts_at=moved.starts_at, ends_at=moved.ends_at,
        )  # fmt: skip


@pytest.fixture
def autumn(time_machine: Any) -> Autumn:
    time_machine.move_to(NOW, tick=False)
    return Autumn()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def figures_of(page: str) -> dict[str, int]:
    """The figures of a dashboard, by the address each of them opens."""
    pairs = re.findall(r'<dt>(?:<span.*?</span> )?<a href="([^"]+)">.*?</a></dt><dd>(\d+)</dd>', page)
    return {address: int(count) for address, count in pairs}


def found_by(client: Client, address: str) -> int:
    said = read(client, address)
    count = re.search(r'role="status">(\d+) ', said)
    assert count
    rows = said.count('<tr role="row"><th role="rowheader"')
    assert rows == min(int(count[1]), 25)
    return int(count[1])


def test_every_figure_opens_a_list_of_that_length(client: Client, autumn: Autumn) -> None:
    autumn.everything()
    client.force_login(autumn.lead)
    figures = figures_of(read(client, f"/lead/cohorts/{autumn.cohort.public_id}/"))
    assert len(figures) == 16
    assert {address: found_by(client, address) for address in figures} == figures
    assert all(figures[address] for address in figures if "show=met" not in address)


def test_figures_are_what_they_are(client: Client, autumn: Autumn) -> None:
    autumn.everything()
    client.force_login(autumn.lead)
    found = figures_of(read(client, f"/lead/cohorts/{autumn.cohort.public_id}/"))
    by_name = {address.rpartition("=")[2].rpartition("/")[2] or "support": count for address, count in found.items()}
    by_name["changes"] = found[f"/lead/cohorts/{autumn.cohort.public_id}/changes/?show=week"]
    by_name["week"] = found[f"/lead/cohorts/{autumn.cohort.public_id}/sessions/?show=week"]
    assert by_name == {
        "here": 6, "met": 0, "on_track": 4, "at_risk": 1, "out_of_reach": 1,
        "deferred": 1, "withdrawn": 1, "unplaced": 2, "ungrouped": 1,
        "overdue": 1, "unassigned": 1, "small": 1, "draft": 2, "week": 2, "support": 2, "changes": 1,
    }  # fmt: skip


def test_list_of_cohorts_says_the_same_as_each_cohort(client: Client, autumn: Autumn) -> None:
    autumn.everything()
    client.force_login(autumn.lead)
    own = f"/lead/cohorts/{autumn.cohort.public_id}/"
    figures = figures_of(read(client, own))
    links = re.findall(r'<a class="govuk-link" href="([^"]+)">(\d+)[^<]*</a>', read(client, "/lead/"))
    listed = {address: int(count) for address, count in links if address.startswith(own)}
    assert {address: figures[address] for address in listed if address in figures} == {
        address: count for address, count in listed.items() if address in figures
    }
    assert figures.keys() - listed.keys() == set()
    assert listed[f"{own}people/?show=warned"] == found_by(client, f"{own}people/?show=warned")


def test_whoever_moved_on_is_counted_where_they_are(client: Client, autumn: Autumn) -> None:
    enrolment = autumn.person("Ivo Rennard", autumn.fells)
    Membership.objects.filter(enrolment=enrolment).update(to_on=NOW.date())
    other = make.a_cohort(autumn.version, name="Spring 2026")
    Membership.objects.create(enrolment=enrolment, cohort=other, reason="moved")
    withdraw_enrolment(enrolment, reason="Too much.", by=autumn.lead)
    client.force_login(autumn.lead)
    for cohort, count in ((autumn.cohort, 0), (other, 1)):
        address = f"/lead/cohorts/{cohort.public_id}/"
        assert figures_of(read(client, address))[f"{address}people/?show=withdrawn"] == count


def test_hall_is_too_small_for_its_group_or_once_guests_come(autumn: Autumn) -> None:
    fits = autumn.seminar(1, 10, autumn.fells, venue=make.a_venue(capacity=20))
    for number in range(20):
        autumn.person(f"Walker{number} Moss", autumn.fells)
    assert list(sessions_in(SessionList.SMALL, NOW)) == []
    guest = autumn.person("Orla Hadrigan", autumn.dales)
    place = GuestPlace.objects.create(enrolment=guest, seminar=fits)
    assert list(sessions_in(SessionList.SMALL, NOW)) == [fits]
    GuestPlace.objects.filter(pk=place.pk).update(ended_at=NOW)
    assert list(sessions_in(SessionList.SMALL, NOW)) == []
    online = autumn.seminar(2, 11, autumn.fells, mode=SessionMode.ONLINE, venue=None)
    assert online not in sessions_in(SessionList.SMALL, NOW)


def test_what_is_over_waits_for_nobody_to_lead_it(autumn: Autumn) -> None:
    over, ahead = autumn.seminar(1, -1), autumn.seminar(2, 1)
    Seminar.objects.update(facilitator=None)
    assert over not in sessions_in(SessionList.UNASSIGNED, NOW)
    assert list(sessions_in(SessionList.UNASSIGNED, NOW)) == [ahead]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # as many as are given


@pytest.mark.parametrize(
    ("at", "begins", "ends"),
    [
        (utc(2026, 3, 16), utc(2026, 3, 16), utc(2026, 3, 23)),
        (utc(2026, 3, 15, 23, 59), utc(2026, 3, 9), utc(2026, 3, 16)),
        # The clocks go forward on Sunday 28 March 2027, and back on Sunday 31 October.
        (utc(2027, 3, 24), utc(2027, 3, 22), utc(2027, 3, 28, 23)),
        (utc(2027, 10, 31, 12), utc(2027, 10, 24, 23), utc(2027, 11, 1)),
    ],
)
def test_a_week_begins_on_monday_in_london(at: datetime, begins: datetime, ends: datetime) -> None:
    assert week_of(at) == (begins, ends)


def names(page: str) -> list[str]:
    return re.findall(r'class="npqh-table__who"><a class="govuk-link" href="[^"]+">([^<]+)', page)


def test_people_are_searched_narrowed_and_sorted(client: Client, autumn: Autumn) -> None:
    autumn.everything()
    client.force_login(autumn.lead)
    address = f"/lead/cohorts/{autumn.cohort.public_id}/people/"
    assert names(read(client, f"{address}?q=orla.fothermere@school")) == ["Orla Fothermere"]
    assert names(read(client, f"{address}?q=agnes+school")) == ["Agnes Fothermere"]
    assert names(read(client, f"{address}?group=Dales+%26+moors")) == ["Maryam Okonjo-Hale"]
    first, second, *_ = names(read(client, f"{address}?order=name"))
    assert (first, second) == ("Agnes Fothermere", "Bethan Cruddace")
    assert names(read(client, f"{address}?show=warned"))[0] == "Ivo Fothermere"
    assert names(read(client, f"{address}?show=unplaced&order=name")) == ["Silas Penhallow-Ade", "Sunniva Plaskett"]
    assert "Nobody here is called that" in read(client, f"{address}?q=Zebedee")


def test_a_school_told_since_is_the_one_listed(client: Client, autumn: Autumn) -> None:
    enrolment = autumn.person("Orla Hadrigan", autumn.fells, school_name="Old Lane School")
    school = make.a_school(name="New Lane School")
    enrolment.person.affiliations.create(school=school, from_on=date(2026, 3, 1))
    client.force_login(autumn.lead)
    said = read(client, f"/lead/cohorts/{autumn.cohort.public_id}/people/")
    assert "New Lane School" in said
    assert "Old Lane School" not in said


def test_sessions_are_searched_narrowed_and_sorted(client: Client, autumn: Autumn) -> None:
    autumn.everything()
    client.force_login(autumn.lead)
    address = f"/lead/cohorts/{autumn.cohort.public_id}/sessions/"

    def titles(query: str) -> list[str]:
        said = read(client, address + query)
        return re.findall(r'<th role="rowheader" scope="row"><a class="govuk-link" href="[^"]+">([^<]+)', said)

    assert titles("?q=seminar+5") == ["Seminar 5"]
    assert titles("?show=ahead&group=Dales+%26+moors&order=newest") == ["Seminar 7", "Seminar 6"]
    assert titles("?show=ahead&order=leader")[-1] == "Seminar 5"
    assert titles("?q=threlfall&show=draft") == ["Seminar 7", "Seminar 8"]


def test_changes_say_what_they_were_and_by_whom(client: Client, autumn: Autumn) -> None:
    autumn.everything()
    client.force_login(autumn.lead)
    address = f"/lead/cohorts/{autumn.cohort.public_id}/changes/"
    said = read(client, address)
    assert "Moved from Thursday 7 May 2026, 10am to midday to Thursday 7 May 2026, 10am to midday." in said
    assert f'<span class="npqh-sub">{autumn.lead}</span>' in said
    assert found_by(client, address) == 1
    assert found_by(client, f"{address}?show=all") == 2
    assert found_by(client, f"{address}?show=all&q=seminar+1") == 0


def test_a_partners_lead_counts_no_applicants_of_the_provider(client: Client, autumn: Autumn) -> None:
    partner = make.a_partner()
    cohort = make.a_cohort(autumn.version, delivery_partner=partner)
    cohort.intakes.add(autumn.intake)
    make.an_application(make.a_person(), autumn.intake, state=ApplicationState.ACCEPTED)
    address = f"/lead/cohorts/{cohort.public_id}/"
    for lead, count in ((autumn.lead, 1), (make.a_person(Role.PROGRAMME_LEAD, organisation=partner), 0)):
        client.force_login(lead)
        assert figures_of(read(client, address))[f"{address}people/?show=unplaced"] == count
        assert found_by(client, f"{address}people/?show=unplaced") == count


@pytest.mark.parametrize("page", ["cohort_people", "cohort_sessions", "cohort_changes", "cohort_support"])
def test_lists_of_another_partners_cohort_are_not_found(client: Client, autumn: Autumn, page: str) -> None:
    address = reverse(f"home:{page}", args=[autumn.cohort.public_id])
    client.force_login(make.a_person(Role.PROGRAMME_LEAD, organisation=make.a_partner()))
    assert client.get(address).status_code == 404
    client.force_login(autumn.lead)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("query", ["?show=nonsense", "?order=nonsense", "?group=nonsense", "?page=x"])
@pytest.mark.parametrize("page", ["cohort_people", "cohort_sessions", "cohort_changes", "cohort_support"])
def test_nonsense_in_the_address_is_no_error(client: Client, autumn: Autumn, page: str, query: str) -> None:
    client.force_login(autumn.lead)
    assert client.get(reverse(f"home:{page}", args=[autumn.cohort.public_id]) + query).status_code == 200


def test_cohorts_are_searched_and_narrowed(client: Client, autumn: Autumn) -> None:
    partner = make.a_partner("Fellside Partners")
    make.a_cohort(autumn.version, name="Fellbeck 2026", delivery_partner=partner, state=CohortState.PUBLISHED)
    make.a_cohort(make.a_version(), name="Legacy 2026")
    client.force_login(autumn.lead)
    for query, expected in {
        "": ["Fellbeck 2026", "Legacy 2026", "Autumn 2025"],
        "?q=fellbeck": ["Fellbeck 2026"],
        "?q=dales": ["Autumn 2025"],
        "?state=published": ["Fellbeck 2026"],
        "?state=nonsense": ["Fellbeck 2026", "Legacy 2026", "Autumn 2025"],
        "?partner=Fellside+Partners": ["Fellbeck 2026"],
        "?partner=Nobody": [],
    }.items():
        assert names(read(client, f"/lead/{query}")) == expected, query
    assert "No cohort is like that" in read(client, "/lead/?q=zebedee")


def test_choices_are_those_of_the_cohorts_within_reach(client: Client, autumn: Autumn) -> None:
    ours, theirs = make.a_partner("Fellside Partners"), make.a_partner("Moorside Partners")
    for partner in (ours, theirs):
        make.a_cohort(autumn.version, delivery_partner=partner)
    client.force_login(make.a_person(Role.PROGRAMME_LEAD, organisation=ours))
    said = read(client, "/lead/")
    assert '<option value="Fellside Partners">' in said
    assert "Moorside Partners" not in said


def test_lists_are_paged(client: Client, autumn: Autumn) -> None:
    for number in range(26):
        autumn.person(f"Walker {number:02}", autumn.fells if number < 20 else autumn.dales)
    client.force_login(autumn.lead)
    address = f"/lead/cohorts/{autumn.cohort.public_id}/people/?order=name"
    assert names(read(client, f"{address}&page=2")) == ["Walker 25"]
    assert "26 people, 1 to 25 here." in read(client, address)
