"""Asking to attend with another group, giving the place up, and the guest on the register."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.actions import cancel_seminar, choose_calendar, replace_facilitator
from cohorts.kinds import CalendarWay
from cohorts.models import Cohort, Group, GuestPlace, Seminar
from npqh_portal.people.models import User
from tests.cohorts.conftest import World
from tests.cohorts.test_actions_guests import HOST_AT, OWN_AT, Two, sitting
from tests.factories import a_group, an_enrolment


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def two(world: World) -> Two:
    return Two(world)


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def elsewhere(seminar: Seminar) -> str:
    return reverse("cohorts:elsewhere", args=[seminar.public_id])


def own_group(seminar: Seminar) -> str:
    return reverse("cohorts:own_group", args=[seminar.public_id])


def page(seminar: Seminar) -> str:
    return reverse("cohorts:session", args=[seminar.public_id])


def read(client: Client, address: str) -> str:
    response = client.get(address)
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


def test_a_participant_goes_elsewhere_and_comes_back(two: Two) -> None:
    client = as_(two.person.person)
    assert elsewhere(two.own) in read(client, page(two.own))
    asked = read(client, elsewhere(two.own))
    assert "Wednesday 25 March 2026, midday to 2pm" in asked
    assert "Group of Rhona" in asked
    response = client.post(elsewhere(two.own), {"session": two.host.public_id}, follow=True)
    said = response.content.decode()
    assert "You attend on Wednesday 25 March 2026, midday. Both facilitators are told by email." in said
    assert (
        "You come to this session as a guest, this once, instead of your own group’s on Saturday 28 March 2026." in said
    )
    assert read(client, page(two.own)) == "302"  # it is not theirs while they go elsewhere
    assert "Saturday 28 March 2026" in read(client, own_group(two.host))
    client.post(own_group(two.host))
    assert not GuestPlace.objects.filter(ended_at=None).exists()
    assert (read(client, page(two.host)), read(client, own_group(two.host))) == ("302", "302")
    assert elsewhere(two.own) in read(client, page(two.own))


def test_one_that_has_filled_meanwhile_is_refused_beside_the_choice(two: Two) -> None:
    client = as_(two.person.person)
    third = sitting(two.world, a_group(two.world.cohort), HOST_AT + timedelta(days=1))
    read(client, elsewhere(two.own))
    Group.objects.filter(pk=two.other_group.pk).update(capacity=1)
    an_enrolment(two.world.cohort, two.other_group)
    said = client.post(elsewhere(two.own), {"session": two.host.public_id}).content.decode()
    assert "That session has no room any more. Choose another one" in said
    assert third.public_id in said
    assert not GuestPlace.objects.exists()


def test_links_to_what_is_theirs_no_longer_lead_to_what_holds(two: Two) -> None:
    client, form = as_(two.person.person), {"session": two.host.public_id}
    led = sitting(two.world, a_group(two.world.cohort), OWN_AT + timedelta(days=1), facilitator=two.world.facilitator)
    choose_calendar(two.world.facilitator, way=CalendarWay.INVITATIONS, by=None)
    client.post(elsewhere(two.own), form)
    instead = "Your place at “Seminar 2” is with Group of Rhona"
    assert instead in client.post(elsewhere(two.own), form, follow=True).content.decode()  # from a second tab
    assert instead in client.get(page(two.own), follow=True).content.decode()
    cancel_seminar(two.host, reason="Flood.", by=None)
    said = client.get(page(two.host), follow=True).content.decode()
    assert "You do not attend “Seminar 2” with Group of Rhona" in said
    replace_facilitator(led, facilitator=two.host_leader, by=None)
    said = as_(two.world.facilitator).get(page(led), follow=True).content.decode()
    assert "That session is not yours any more." in said


def test_nothing_chosen_is_said_in_words(two: Two) -> None:
    said = as_(two.person.person).post(elsewhere(two.own), {}).content.decode()
    assert "Choose the session that you can come to" in said


def test_where_there_is_no_room_the_page_says_so(two: Two) -> None:
    Cohort.objects.update(guests_allowed=False)
    said = read(as_(two.person.person), elsewhere(two.own))
    assert "No other group’s session is open to you at present" in said
    assert "<form" not in said.split("<main")[1]


def test_a_cancelled_session_leads_to_other_groups(two: Two) -> None:
    cancel_seminar(two.own, reason="Flood.", by=None)
    said = read(as_(two.person.person), page(two.own))
    assert "Attend it with another group" in said


def test_nobody_asks_for_a_session_that_is_not_theirs(two: Two) -> None:
    stranger = an_enrolment(two.world.cohort, two.other_group).person
    assert read(as_(stranger), elsewhere(two.own)) == "404"
    two.go()
    assert read(as_(stranger), own_group(two.host)) == "404"  # theirs, and they are no guest there
    assert read(as_(two.world.facilitator), elsewhere(two.own)) == "403"


def test_facilitators_are_not_asked_whether_they_come(two: Two) -> None:
    said = read(as_(two.world.facilitator), page(two.own))
    assert "attend with another group" not in said


def test_the_register_marks_the_guest(two: Two, time_machine: Any) -> None:
    two.go()
    time_machine.move_to(HOST_AT + timedelta(hours=1), tick=False)
    said = read(as_(two.host_leader), reverse("cohorts:register", args=[two.host.public_id]))
    assert f"Guest from {two.world.group.name}" in said
    read_only = read(as_(two.world.lead), reverse("cohorts:register", args=[two.host.public_id]))
    assert f"Guest from {two.world.group.name}" in read_only
