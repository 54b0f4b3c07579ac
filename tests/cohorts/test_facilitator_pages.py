"""A facilitator's own pages, what participants read of them, and how a lead finds somebody for a session."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.actions import add_absence, reschedule_seminar, write_profile
from cohorts.models import Absence, Facilitation, FacilitatorProfile, SchoolTerm
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import World
from tests.cohorts.test_actions_facilitators import LATER, TODAY, another, scheduled
from tests.factories import a_group, a_partner, a_person, an_enrolment


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(person: User, name: str, *args: str) -> str:
    response = as_(person).get(reverse(f"cohorts:{name}", args=args))
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


SAID = {"headline": "Head of a small school", "biography": "I led two.", "is_shown": "yes", "weekdays": ["0", "2"]}


def test_a_profile_is_looked_at_before_it_is_saved(world: World) -> None:
    client, address = as_(world.facilitator), reverse("cohorts:facilitator_profile")
    looked = client.post(address, SAID | {"preview": "1"}).content.decode()
    assert "Preview. Nothing is saved yet." in looked
    assert looked.count("Head of a small school") == 2  # as it would be read, and in its box
    assert not FacilitatorProfile.objects.exists()
    saved = client.post(address, SAID, follow=True).content.decode()
    assert "Saved. Participants of your groups can read it." in saved
    assert FacilitatorProfile.objects.get().weekdays == "02"


def test_what_is_missing_is_said_and_what_was_typed_stays(world: World) -> None:
    said = as_(world.facilitator).post(reverse("cohorts:facilitator_profile"), {"headline": "Head"}).content.decode()
    assert "Choose at least one day on which you can lead sessions" in said
    assert "Choose whether participants of your groups can read it" in said
    assert 'value="Head"' in said


def test_participants_of_their_groups_alone_come_to_it_from_the_session(world: World) -> None:
    (theirs,) = world.enrol()
    stranger = an_enrolment(world.cohort, a_group(world.cohort)).person
    session = scheduled(world)
    key = world.facilitator.public_id
    link = reverse("cohorts:facilitator", args=[key])
    assert link not in read(theirs.person, "session", session.public_id)
    write_profile(world.facilitator, headline="Head", biography="<b>I</b>", is_shown=True, weekdays="5", by=None)
    assert link in read(theirs.person, "session", session.public_id)
    said = read(theirs.person, "facilitator", key)
    assert ("Head" in said, "&lt;b&gt;I&lt;/b&gt;" in said) == (True, True)
    assert read(stranger, "facilitator", key) == "404"
    assert read(another(), "facilitator", key) == "404"
    assert "Head" in read(world.facilitator, "facilitator", key)


def test_days_away_over_sessions_lead_to_asking_for_somebody_else(world: World) -> None:
    scheduled(world)
    client = as_(world.facilitator)
    parts = {"day": "28", "month": "3", "year": "2026"}
    days = {f"{which}_on_{part}": value for which in ("from", "to") for part, value in parts.items()}
    said = client.post(reverse("cohorts:absences"), days | {"note": "Surgery"}, follow=True).content.decode()
    assert "Entered: 28 March 2026. One session of yours falls on these days." in said
    assert "Seminar 2" in said
    address = reverse("cohorts:absence", args=["2026-03-28"])
    asked = client.post(address, {"ask": "1"}, follow=True).content.decode()
    assert "The programme leads are asked to find somebody for one session." in asked
    assert Message.objects.filter(kind="replacement-asked").count() == 1
    again = client.post(reverse("cohorts:absences"), days | {"from_on_day": "27"}).content.decode()
    assert "An absence on 28 March 2026 is entered already." in again
    client.post(address, {"remove": "1"})
    assert not Absence.objects.exists()
    assert client.get(address).status_code == 404


def test_the_last_day_there_is_is_refused_beside_it_and_opens_and_goes_where_it_was_entered(world: World) -> None:
    client = as_(world.facilitator)
    days: dict[str, str] = {}
    for end in ("from_on", "to_on"):
        days |= {f"{end}_day": "31", f"{end}_month": "12", f"{end}_year": "9999"}
    said = client.post(reverse("cohorts:absences"), days).content.decode()
    assert '<a href="#id_to_on_0">That is too far ahead. Choose 17 March 2029 or an earlier last day.</a>' in said
    Absence.objects.create(person=world.facilitator, from_on=date.max, to_on=date.max)  # before that was refused
    assert "31 December 9999" in read(world.facilitator, "absence", "9999-12-31")
    client.post(reverse("cohorts:absence", args=["9999-12-31"]), {"remove": "1"})
    assert not Absence.objects.exists()


def test_nobody_opens_the_days_of_another(world: World) -> None:
    add_absence(world.facilitator, from_on=TODAY, to_on=TODAY, by=None)
    other = another()
    assert read(other, "absence", TODAY.isoformat()) == "404"
    assert as_(other).post(reverse("cohorts:absence", args=[TODAY.isoformat()]), {"remove": "1"}).status_code == 404
    assert Absence.objects.exists()


def test_today_tells_who_is_expected_and_what_has_changed(world: World) -> None:
    world.enrol(2)
    session = scheduled(world)
    reschedule_seminar(session, starts_at=LATER + timedelta(hours=1), ends_at=LATER + timedelta(hours=3), by=None)
    said = read(world.facilitator, "today")
    assert "2 people are expected." in said
    assert "Changed on 18 March 2026: Moved from Saturday 28 March 2026, midday to 2pm" in said
    assert f"{world.group.name}, {world.cohort}: 2 people" in said


def test_their_groups_have_their_people_and_their_load(world: World) -> None:
    (theirs,) = world.enrol()
    stranger = an_enrolment(world.cohort, a_group(world.cohort)).person
    SchoolTerm.objects.create(name="Spring 2026", starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 27))
    said = read(world.facilitator, "facilitator_groups")
    assert (str(theirs.person) in said, str(stranger) in said) == (True, False)
    assert ("Spring 2026" in said, "2 h" in said) == (True, True)
    Facilitation.objects.update(to_on=TODAY)
    assert str(theirs.person) not in read(world.facilitator, "facilitator_groups")


def test_a_lead_finds_somebody_who_is_free(world: World) -> None:
    session = scheduled(world, facilitator=None)
    free, away = another("Free"), another("Away")
    add_absence(away, from_on=date(2026, 3, 28), to_on=date(2026, 3, 28), by=None)
    listed = read(world.lead, "unled")
    assert ("Seminar 2" in listed, "Nobody leads it" in listed) == (True, True)
    address = reverse("cohorts:find_leader", args=[session.public_id])
    client = as_(world.lead)
    page = client.get(address).content.decode()
    assert (free.public_id in page, away.public_id in page) == (True, False)
    refused = client.post(address, {"person": away.public_id}).content.decode()
    assert "They are no longer free at that time. Choose somebody else" in refused
    client.post(address, {"person": free.public_id})
    session.refresh_from_db()
    assert session.facilitator == free
    assert "Seminar 2" not in read(world.lead, "unled")
    assert Message.objects.filter(kind="timetable-changed", person=free).exists()


def test_a_partners_lead_finds_only_sessions_of_the_partner(world: World) -> None:
    session = scheduled(world, facilitator=None)
    partner = a_person(Role.PROGRAMME_LEAD, organisation=a_partner())
    assert "Seminar 2" not in read(partner, "unled")
    assert read(partner, "find_leader", session.public_id) == "404"


def test_who_leads_how_much_is_sorted_and_searched(world: World) -> None:
    SchoolTerm.objects.create(name="Spring 2026", starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 27))
    another("Aldous First")
    client, address = as_(world.lead), reverse("cohorts:facilitator_loads")

    def names(**query: str) -> list[int]:
        said = client.get(address, query).content.decode()
        return [said.find(name) for name in ("Aldous First", "Gwen Ashdown-Pike")]

    first, second = names()
    assert -1 < first < second
    first, second = names(sort="sessions")
    assert -1 < second < first
    assert names(q="gwen")[0] == -1
    assert names(q="nobody") == [-1, -1]
    assert min(names(term="all", sort="nonsense", page="x")) > -1
