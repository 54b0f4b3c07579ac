"""Who was where: one letter for each person and item, filtered, sorted, as a list and as a file."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cohorts.actions import MarkInput, move_to_version, record_register
from cohorts.models import CatchUp, Enrolment, PersonalItem, Seminar
from cohorts.queries import standings_of
from cohorts.queries.warnings import cells_by_person
from cohorts.rules.heat_map import Letter, letter_of
from npqh_portal.audit.models import Entry
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests import factories as make
from tests.harness.test_html import complaints

NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "fate", "rest", "letter"),
    [
        ("present", "to_come", 0, Letter.PRESENT),
        ("", "to_come", 0, Letter.PRESENT),  # done in one's own time, or credited by hand
        ("partly", "recoverable", 60, Letter.PARTLY),
        ("partly", "pending", 60, Letter.WAITS),
        ("partly", "lost", 0, Letter.PARTLY),
        ("caught_up", "lost", 0, Letter.CAUGHT_UP),
        ("absent", "recoverable", 120, Letter.RECOVERABLE),
        ("absent", "pending", 120, Letter.WAITS),
        ("absent", "to_come", 120, Letter.TO_COME),  # another sitting is ahead
        ("absent", "lost", 120, Letter.ABSENT),
        ("", "lost", 120, Letter.ABSENT),
        ("authorised", "lost", 120, Letter.AUTHORISED),
        ("authorised", "recoverable", 120, Letter.RECOVERABLE),
        ("authorised", "lost", 0, Letter.AUTHORISED),
        ("", "to_come", 120, Letter.TO_COME),
        ("present", "", 0, Letter.NOT_ASKED),
    ],
)
def test_letter_says_what_became_of_it(status: str, fate: str, rest: int, letter: Letter) -> None:
    assert letter_of(expectation="expected", status=status, fate=fate, rest=rest) is letter


def test_what_is_taken_off_a_list_has_letters_of_its_own() -> None:
    assert letter_of(expectation="exempt", status="absent", fate="", rest=0) is Letter.EXEMPT
    assert letter_of(expectation="cancelled", status="absent", fate="", rest=0) is Letter.NOT_ASKED


class Spring:
    """Seminars of two hours 70, 50 and 5 days ago and one to come, and a module: 27 of thirty hours are needed."""

    def __init__(self) -> None:
        version = make.a_version(state=VersionState.DRAFT)
        self.items = [
            make.an_item(version, title=f"Seminar {number}", number=number, minutes=120) for number in range(1, 5)
        ]
        self.module = make.an_item(version, title="Module", number=5, minutes=1320, kind=ItemKind.MODULE)
        self.version = make.published(version)
        self.cohort = make.a_cohort(self.version, name="Spring 2026", starts_on=date(2026, 1, 1))
        self.facilitator = make.a_person(Role.FACILITATOR, full_name="Gwen Arkle")
        self.fells = make.a_group(self.cohort, self.facilitator, name="Fells group")
        self.coast = make.a_group(self.cohort, name="Coast group")
        self.lead = make.a_person(Role.PROGRAMME_LEAD)
        self.sittings: list[Seminar] = [
            make.a_seminar(
                self.cohort, item, self.fells, starts_at=NOW + timedelta(days=days), facilitator=self.facilitator
            )
            for item, days in zip(self.items, (-70, -50, -5, 20), strict=True)
        ]

    def person(self, name: str, *statuses: str, group: Any = None) -> Enrolment:
        person = make.a_person(Role.PARTICIPANT, full_name=name)
        enrolment = make.an_enrolment(self.cohort, group or self.fells, person)
        for sitting, status in zip(self.sittings, statuses, strict=False):
            minutes = 60 if status == "partly" else 0
            record_register(sitting, marks={enrolment.pk: MarkInput(status, minutes)}, by=self.facilitator)
        return enrolment

    @property
    def map(self) -> str:
        return f"/lead/cohorts/{self.cohort.public_id}/map/"


@pytest.fixture
def spring(db: None, time_machine: Any) -> Spring:
    time_machine.move_to(NOW, tick=False)
    return Spring()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def letters(said: str, name: str) -> str:
    """The letters of somebody's row."""
    row = said.partition(f">{name}</a></th>")[2].partition("</tr>")[0].partition('<td class="pad">')[0]
    return "".join(re.findall(r'<td class="c-.">(?:<a [^>]*>)?(.)', row))


def names(said: str) -> list[str]:
    body = said.partition('<table class="npqh-heat">')[2].partition("</table>")[0]
    return [row.partition('">')[2].partition("</a>")[0] for row in body.split('<th scope="row">')[1:]]


def test_every_row_has_its_letters_and_the_one_with_least_to_spare_is_first(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "present", "present")
    spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent")
    late = spring.person("Orla Hadrigan", "present", "partly", "authorised")
    PersonalItem.objects.filter(enrolment=late, item=spring.items[0]).update(expectation="exempt")
    client.force_login(spring.lead)
    said = read(client, spring.map)
    assert names(said) == ["Desmond Quarrie-Lunt", "Orla Hadrigan", "Agnes Fothermere"]
    assert letters(said, "Agnes Fothermere") == "PPP·"
    assert letters(said, "Desmond Quarrie-Lunt") == "AAR·"
    assert letters(said, "Orla Hadrigan") == "ETR·"
    assert '<td class="pad">−1 h</td><td class="pad">Out of reach</td>' in said
    assert '<abbr title="Seminar 1, 7 January 2026">7<br>Jan</abbr>' in said


def test_what_waits_for_a_decision_has_a_letter_of_its_own(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Ivo Rennard", "present", "present", "absent")
    CatchUp.objects.create(
        enrolment=enrolment, seminar=spring.sittings[2], way="other", words="Notes.", send_by=date(2026, 4, 1)
    )
    client.force_login(spring.lead)
    said = read(client, spring.map)
    assert letters(said, "Ivo Rennard") == "PPW·"
    assert "Waits for a decision" in said


def test_boxes_lead_to_the_register_and_names_to_the_person(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Agnes Fothermere", "present", "present", "absent")
    client.force_login(spring.facilitator)
    said = read(client, f"/facilitator/cohorts/{spring.cohort.public_id}/map/")
    assert f'href="/facilitator/registers/{spring.sittings[2].public_id}/"' in said
    assert f'<a class="govuk-link" href="/facilitator/people/{enrolment.public_id}/">Agnes Fothermere</a>' in said
    client.force_login(spring.lead)
    assert f'href="/lead/people/{enrolment.public_id}/">Agnes Fothermere</a>' in read(client, spring.map)


def test_the_list_beneath_says_the_same(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "partly", "absent")
    client.force_login(spring.lead)
    beneath = read(client, spring.map).partition('id="list"')[2]
    for said in (
        'Missed, can be caught up: 1</dt><dd><ul class="npqh-brief"><li>Seminar 3, 13 March 2026: until 24 April 2026',
        'There in part: 1</dt><dd><ul class="npqh-brief"><li>Seminar 2, 27 January 2026: 1 h of 2 h earned</li>',
        'To come: 1</dt><dd><ul class="npqh-brief"><li>Seminar 4, 7 April 2026</li></ul>',
    ):
        assert said in beneath


def test_filters_narrow_people_and_items(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "present", "present")
    spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent")
    spring.person("Bethan Cruddace", group=spring.coast)
    client.force_login(spring.lead)
    assert names(read(client, f"{spring.map}?order=name")) == [
        "Agnes Fothermere",
        "Bethan Cruddace",
        "Desmond Quarrie-Lunt",
    ]
    assert names(read(client, f"{spring.map}?group=Coast+group")) == ["Bethan Cruddace"]
    assert names(read(client, f"{spring.map}?q=desm")) == ["Desmond Quarrie-Lunt"]
    assert names(read(client, f"{spring.map}?standing=out_of_reach")) == ["Desmond Quarrie-Lunt"]
    assert names(read(client, f"{spring.map}?standing=warned")) == ["Desmond Quarrie-Lunt"]
    assert names(read(client, f"{spring.map}?order=earned"))[0] == "Agnes Fothermere"
    assert letters(read(client, f"{spring.map}?kind=own-time"), "Agnes Fothermere") == "·"
    assert letters(read(client, f"{spring.map}?kind=seminar&from=2026-01-20&to=2026-03-31"), "Agnes Fothermere") == "PP"
    assert "No item is like that" in read(client, f"{spring.map}?from=2030-01-01")
    assert "Nobody is like that" in read(client, f"{spring.map}?q=nobody")
    assert "no such choice" not in read(client, f"{spring.map}?kind=seminar&order=name&standing=warned&from=2026-01-20")
    for strange in ("kind=x", "order=x", "standing=x", "group=Nowhere"):
        assert "There is no such choice. Here is the list without it." in read(client, f"{spring.map}?{strange}")


@pytest.mark.parametrize(("name", "written"), [("from", "2026-13-01"), ("to", "soon"), ("to", "31/02/2026")])
def test_a_date_that_cannot_be_read_is_told_at_its_field_and_left_out(
    client: Client, spring: Spring, name: str, written: str
) -> None:
    spring.person("Agnes Fothermere", "present", "present", "present")
    client.force_login(spring.lead)
    said = read(client, f"{spring.map}?{name}={written}")
    assert f"“{written}” is not a date. It is left out." in said
    assert f'aria-describedby="find_{name}_error"' in said
    assert said.count("is not a date") == 1
    assert "no such choice" not in said
    assert letters(said, "Agnes Fothermere") == letters(read(client, spring.map), "Agnes Fothermere")
    assert complaints(client.get(f"{spring.map}?{name}={written}").content.decode()) == []
    assert "is not a date" not in read(client, f"{spring.map}?{name}=2026-03-31")


def test_facilitator_sees_the_people_of_their_own_groups_alone(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present")
    spring.person("Bethan Cruddace", group=spring.coast)
    client.force_login(spring.facilitator)
    own = f"/facilitator/cohorts/{spring.cohort.public_id}/map/"
    assert names(read(client, own)) == ["Agnes Fothermere"]
    assert "Bethan" not in client.get(f"{own[:-1]}.csv").content.decode()
    client.force_login(make.a_person(Role.FACILITATOR))
    assert client.get(own).status_code == 404
    assert client.get(spring.map).status_code == 403


def test_whoever_is_away_is_not_on_the_map(client: Client, spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present")
    Enrolment.objects.update(state="deferred")
    client.force_login(spring.lead)
    assert "Nobody has a place yet" in read(client, spring.map)


def test_whoever_follows_another_version_is_shown_by_what_both_have(client: Client, spring: Spring) -> None:
    draft = make.a_version(state=VersionState.DRAFT)
    ProgrammeVersion.objects.filter(pk=draft.pk).update(programme=spring.version.programme, label="2027")
    draft.refresh_from_db()
    for item in spring.items[:3]:
        make.an_item(draft, title=item.title, number=item.number, minutes=120, code=item.code)
    make.an_item(draft, title="Module", number=5, minutes=1320, kind=ItemKind.MODULE)
    moved = spring.person("Agnes Fothermere", "present", "absent")
    spring.person("Ivo Rennard", "present")
    move_to_version(moved, version=make.published(draft), by=spring.lead)
    client.force_login(spring.lead)
    said = read(client, spring.map)
    row = said.partition("Agnes Fothermere</a>")[2].partition("</tr>")[0]
    assert row.startswith('<span class="npqh-sub">Follows NPQ in Headship 2027</span></th>')
    assert re.findall(r'<td class="(c-.)">', row) == ["c-p", "c-u", "c-u", "c-n"]
    assert said.count("Follows NPQ in Headship 2027") == 2  # in the map, and in the list
    assert "A dash also stands for what that version does not have." in said
    taken = client.get(f"/lead/cohorts/{spring.cohort.public_id}/map.csv?kind=seminar&q=Agnes").content.decode()
    assert taken.splitlines()[1].startswith("Agnes Fothermere,Fells group,NPQ in Headship 2027,")


def test_map_and_engagement_can_be_taken_away_and_that_is_written_down(client: Client, spring: Spring) -> None:
    spring.person("=Agnes Fothermere", "present", "partly", "absent")
    client.force_login(spring.lead)
    answer = client.get(f"/lead/cohorts/{spring.cohort.public_id}/map.csv?kind=seminar")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith(
        'Name,Group,Follows another version,Standing,Earned,"To spare, minutes","To spare, items",'
        '"Seminar 1, 7 January 2026","Seminar 1, credited, minutes","Seminar 2'
    )
    assert lines[1] == "'=Agnes Fothermere,Fells group,,On track,10.0%,120,,P,120,T,60,R,0,·,0"
    whole = client.get(f"/lead/cohorts/{spring.cohort.public_id}/engagement.csv").content.decode("utf-8-sig")
    assert whole.splitlines()[0] == (
        'Name,Group,Standing,Earned,Can be reached,"To spare, minutes","To spare, items",Can still miss,'
        '"The whole course, minutes, credited","The whole course, minutes, in all",'
        '"The whole course, minutes, still to earn","The whole course, minutes, lost"'
    )
    assert whole.splitlines()[1].endswith(",180,1800,1560,60")
    verbs = Entry.objects.filter(verb__endswith=".exported").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["heat-map.exported", "engagement.exported"]


def test_boxes_add_up_to_the_figures(spring: Spring) -> None:
    people = [
        spring.person("Agnes Fothermere", "present", "partly", "absent"),
        spring.person("Ivo Rennard", "absent", "present", "partly"),
        spring.person("Orla Hadrigan", "authorised", "absent", "present"),
    ]
    PersonalItem.objects.filter(enrolment=people[2], item=spring.items[1]).update(expectation="exempt")
    CatchUp.objects.create(
        enrolment=people[0], seminar=spring.sittings[2], way="other", words="Notes.", send_by=date(2026, 4, 1)
    )
    keys = [person.pk for person in people]
    standings, cells = standings_of(keys, NOW), cells_by_person(keys, NOW)
    for pk in keys:
        rest: Counter[str] = Counter()
        for cell in cells[pk]:
            rest[cell.fate] += cell.rest
        stands = standings[pk]
        assert sum(cell.credited for cell in cells[pk]) == stands.credited
        assert [rest[fate] for fate in ("to_come", "pending", "recoverable", "lost")] == [
            stands.to_come,
            stands.pending,
            stands.recoverable,
            stands.lost,
        ]


def test_statements_grow_neither_with_people_nor_with_items(
    client: Client, spring: Spring, django_assert_max_num_queries: Any
) -> None:
    client.force_login(spring.lead)
    for number in range(3):
        spring.person(f"Person {number}", "present", "absent", "partly")
        with django_assert_max_num_queries(12):
            read(client, spring.map)
