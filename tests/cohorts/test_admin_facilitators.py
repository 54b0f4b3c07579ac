"""What leads do about facilitators and guests in the administration."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.models import Absence, Facilitation, FacilitatorProfile, GuestPlace, Seminar
from npqh_portal.people.models import User
from tests.cohorts.conftest import World
from tests.cohorts.test_actions_facilitators import LATER, TODAY, another, scheduled
from tests.cohorts.test_actions_guests import Two


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def act(by: User, table: str, name: str, row: int | None = None, **sent: Any) -> str:
    client = Client()
    client.force_login(by)
    address = reverse(f"admin:cohorts_{table}_{name}", args=[row] if row else [])
    return client.post(address, sent, follow=True).content.decode()


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def test_a_group_is_looked_at_and_then_handed_over(world: World) -> None:
    session = scheduled(world)
    taker = another()
    sent = {"person": taker.pk, **day("from_on", TODAY)}
    seen = act(world.lead, "group", "hand-over", world.group.pk, preview="1", **sent)
    assert ("What Rhona Quillfeather would take over" in seen, "Seminar 2" in seen) == (True, True)
    assert not Facilitation.objects.filter(person=taker).exists()
    said = act(world.lead, "group", "hand-over", world.group.pk, **sent)
    assert "Rhona Quillfeather leads the group, and one session of it." in said
    session.refresh_from_db()
    assert session.facilitator == taker


def test_what_clashes_is_refused_with_its_list_and_handed_over_as_far_as_possible(world: World) -> None:
    taker = another()
    Seminar.objects.filter(pk=world.seminar.pk).delete()
    scheduled(world)
    Absence.objects.create(person=taker, from_on=LATER.date(), to_on=LATER.date())
    sent = {"person": taker.pk, **day("from_on", TODAY)}
    refused = act(world.lead, "group", "hand-over", world.group.pk, **sent)
    assert "cannot lead 1 of the 1 sessions, so nothing was handed over" in refused
    said = act(world.lead, "group", "hand-over", world.group.pk, as_far_as_possible="on", **sent)
    assert "One stays as it is: find somebody else for it." in said
    assert Facilitation.objects.get(group=world.group, to_on=None).person == taker


def test_a_lead_writes_a_profile_and_enters_and_removes_days_away(world: World) -> None:
    said = {"headline": "Head", "biography": "", "is_shown": "yes", "weekdays": ["0"]}
    act(world.lead, "facilitatorprofile", "first", person=world.facilitator.pk, **said)
    profile = FacilitatorProfile.objects.get(person=world.facilitator)
    act(world.lead, "facilitatorprofile", "write", profile.pk, **(said | {"is_shown": "no"}))
    profile.refresh_from_db()
    assert (profile.headline, profile.is_shown) == ("Head", False)
    act(world.lead, "absence", "enter", person=world.facilitator.pk, **day("from_on", TODAY), **day("to_on", TODAY))
    absence = Absence.objects.get()
    gone = act(world.lead, "absence", "remove", absence.pk)
    assert "Removed. Gwen Ashdown-Pike can lead on these days." in gone
    assert not Absence.objects.exists()


def test_a_lead_sends_somebody_elsewhere_once_and_back(world: World) -> None:
    two = Two(world)
    said = act(world.lead, "guestplace", "send", enrolment=two.person.pk, asked_for=two.person.pk, seminar=two.host.pk)
    assert "attends on 25 March 2026. They and both facilitators are told." in said
    place = GuestPlace.objects.get()
    act(world.lead, "guestplace", "bring-back", place.pk)
    place.refresh_from_db()
    assert place.ended_at is not None


def test_what_nobody_can_lead_is_work_waiting(world: World) -> None:
    scheduled(world, facilitator=None)
    client = Client()
    client.force_login(world.lead)
    start = client.get(reverse("admin:index")).content.decode()
    assert "Sessions that nobody can lead" in start
    assert reverse("cohorts:unled") in start
