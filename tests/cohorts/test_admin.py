"""What leads do in the administration."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.states import ApplicationState
from cohorts.actions import record_completion, record_register
from cohorts.models import Cohort, Enrolment, Membership, PersonalItem, Seminar, Venue
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import (
    a_cohort,
    a_grant,
    a_group,
    a_partner,
    a_person,
    a_seminar,
    a_venue,
    a_version,
    an_application,
    an_enrolment,
    an_intake,
)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def lead(world: World) -> Client:
    return signed_in(world.lead)


def act(name: str, row: Any) -> str:
    return reverse(f"admin:cohorts_{type(row)._meta.model_name}_{name}", args=[row.pk])


def as_parts(field: str, day: Any) -> dict[str, str]:
    return {f"{field}_day": str(day.day), f"{field}_month": str(day.month), f"{field}_year": str(day.year)}


PLACE_ACCEPTED = "admin:cohorts_enrolment_accepted"


def test_accepted_people_are_placed_together(world: World, lead: Client) -> None:
    intake = an_intake(world.version)
    a, b, c = (an_application(a_person(), intake, state=ApplicationState.ACCEPTED) for _ in range(3))
    page = lead.get(reverse(PLACE_ACCEPTED)).content.decode()
    assert all(str(one.full_name) in page for one in (a, b, c))
    chosen = {"people": [a.reference, b.reference], "cohort": world.cohort.pk, "group": world.group.pk}
    response = lead.post(reverse(PLACE_ACCEPTED), chosen, follow=True)
    assert f"Placed in {world.cohort}: 2." in response.content.decode()
    assert set(Membership.objects.values_list("enrolment__application", flat=True)) == {a.pk, b.pk}
    assert Entry.objects.filter(verb="membership.opened", actor_id=world.lead.pk).count() == 2


def test_a_cohort_that_fills_up_on_the_way_takes_nobody(world: World, lead: Client) -> None:
    cohort = a_cohort(world.version, capacity=1, starts_on=world.cohort.starts_on)
    intake = an_intake(world.version)
    people = [an_application(a_person(), intake, state=ApplicationState.ACCEPTED).reference for _ in range(2)]
    response = lead.post(reverse(PLACE_ACCEPTED), {"people": people, "cohort": cohort.pk, "group": ""})
    assert "One place is left in this cohort, for 2 people. Nobody was placed." in response.content.decode()
    assert (Enrolment.objects.count(), Membership.objects.count()) == (0, 0)


def test_a_lead_places_nobody_of_another_partner(world: World) -> None:
    stranger = a_person()
    a_grant(stranger, Role.PROGRAMME_LEAD, organisation=a_partner())
    application = an_application(a_person(), an_intake(world.version), state=ApplicationState.ACCEPTED)
    chosen = {"people": [application.reference], "cohort": world.cohort.pk, "group": ""}
    response = signed_in(stranger).post(reverse(PLACE_ACCEPTED), chosen)
    assert response.status_code == 200
    assert Enrolment.objects.count() == 0


def options(html: str, name: str) -> list[str]:
    select = html.split(f'<select name="{name}"', 1)[1].split("</select>", 1)[0]
    return [words.strip() for words in re.findall(r"<option[^>]*>([^<]*)</option>", select)][1:]


def test_cohorts_of_the_peoples_intake_are_offered_first_and_joining_late_is_said(world: World, lead: Client) -> None:
    intake = an_intake(world.version)
    application = an_application(a_person(), intake, state=ApplicationState.ACCEPTED)
    theirs = a_cohort(world.version, name="Next year", starts_on=clock.today() + timedelta(days=90), capacity=2)
    theirs.intakes.add(intake)
    full = a_cohort(world.version, name="Full", starts_on=clock.today() + timedelta(days=90), capacity=1)
    an_enrolment(full)
    a_cohort(a_version(), name="Another programme")
    page = lead.get(reverse(PLACE_ACCEPTED)).content.decode()
    assert f"for {intake}" in page
    assert options(page, "cohort") == [
        "Next year, 2 places left, begins 16 June 2026",
        f"{world.cohort}, 24 places left, joining late: it began 12 January 2026, of another intake",
    ]
    chosen = {"people": [application.reference], "cohort": world.cohort.pk, "group": ""}
    response = lead.post(reverse(PLACE_ACCEPTED), chosen, follow=True).content.decode()
    assert "They join late: it began on 12 January 2026" in response
    assert Membership.objects.get(enrolment__application=application).reason == "late"


def test_joining_before_the_first_day_is_not_late(world: World, lead: Client) -> None:
    application = an_application(a_person(), an_intake(world.version), state=ApplicationState.ACCEPTED)
    cohort = a_cohort(world.version, starts_on=clock.today())
    chosen = {"people": [application.reference], "cohort": cohort.pk, "group": ""}
    response = lead.post(reverse(PLACE_ACCEPTED), chosen, follow=True).content.decode()
    assert f"Placed in {cohort}: 1. Each is told by email." in response
    assert "join late" not in response


def test_inside_a_full_cohort_one_moves_and_into_another_one_does_not(world: World, lead: Client) -> None:
    full, other = (a_cohort(world.version, capacity=1, starts_on=world.cohort.starts_on) for _ in range(2))
    a, _ = an_enrolment(full, a_group(full)), an_enrolment(other)
    offered = options(lead.get(act("move", a)).content.decode(), "cohort")
    assert {words.split(",")[0] for words in offered} == {str(full), str(world.cohort)}
    group = a_group(full)
    lead.post(act("move", a), {"cohort": full.pk, "group": group.pk})
    assert a.memberships.get(to_on=None).group == group
    response = lead.post(act("move", a), {"cohort": other.pk, "group": ""})
    assert "That cohort is full by now" in response.content.decode()


def test_with_nobody_to_place_the_page_says_so(world: World, lead: Client) -> None:
    page = lead.get(reverse(PLACE_ACCEPTED)).content.decode()
    assert "Everybody who was accepted has a place." in page
    assert "Choose at least one person" not in page
    assert 'name="cohort"' not in page


def test_what_has_been_done_in_full_is_not_exempted_and_part_of_it_is_said(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 30)}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    page = lead.get(act("exempt", a)).content.decode()
    assert options(page, "item") == ["Seminar 1: loses the 30 of 120 minutes credited", "Seminar 2"]
    assert "whatever is credited for it leaves with it" in page
    assert "govuk-button--warning" in page


def test_an_exemption_is_taken_back(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    record = reverse("admin:cohorts_enrolment_change", args=[a.pk])
    assert "Take back an exemption" not in lead.get(record).content.decode()
    lead.post(act("exempt", a), {"item": world.module.pk, "reason": "Wrote it"})
    assert "Take back an exemption" in lead.get(record).content.decode()
    assert options(lead.get(act("expect", a)).content.decode(), "item") == ["Module 1"]
    response = lead.post(act("expect", a), {"item": world.module.pk, "reason": "The wrong person"}, follow=True)
    assert "“Module 1” is on their list again" in response.content.decode()
    assert PersonalItem.objects.get(enrolment=a, item=world.module).expectation == "expected"


def test_somebody_who_has_left_is_not_on_track(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=a.person)
    record = reverse("admin:cohorts_enrolment_change", args=[a.pk])
    assert "On track: 3 h of 7 h, 42.8%." in lead.get(record).content.decode()
    lead.post(act("withdraw", a), {"why": "career", "reason": "New post"})
    page = lead.get(record).content.decode()
    assert "When they left: 3 h of 7 h, 42.8%." in page
    assert "On track" not in page


def test_a_planned_return_at_the_end_of_time_is_refused_beside_its_field(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    day = {"returns_on_day": 1, "returns_on_month": 9, "returns_on_year": 9999}
    page = lead.post(act("defer", a), {"why": "illness", "reason": "Illness"} | day)
    assert "five years ahead at most" in page.context["form"].errors["returns_on"][0]
    a.refresh_from_db()
    assert a.state == "active"


def test_somebody_deferred_has_no_dates_and_is_not_on_track(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=a.person)
    record = reverse("admin:cohorts_enrolment_change", args=[a.pk])
    assert "assessment ends on" in lead.get(record).content.decode()
    lead.post(act("defer", a), {"why": "illness", "reason": "Illness"})
    page = lead.get(record).content.decode()
    assert "None at present: those of the cohort in which they return will hold." in page
    assert "When they stopped: 3 h of 7 h, 42.8%." in page
    assert "assessment ends on" not in page
    assert "On track" not in page


@pytest.mark.parametrize("name", ["schedule", "reschedule"])
def test_a_time_that_the_clocks_leave_out_is_said_at_its_box(world: World, lead: Client, name: str) -> None:
    later = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=3))
    address = act(name, later) if name == "reschedule" else reverse("admin:cohorts_seminar_schedule")
    form = {
        "cohort": world.cohort.pk,
        "asked_for": world.cohort.pk,
        "item": world.other_item.pk,
        "facilitator": world.facilitator.pk,
        "starts": "01:30",
        "ends": "02:30",
        "mode": "online",
    } | as_parts("on", date(2027, 3, 28))
    response = lead.post(address, form)
    assert response.status_code == 200
    words = "1.30am does not come on 28 March 2027: the clocks go forward that night."
    assert f'<a href="#id_starts">{words}' in response.content.decode()
    assert Seminar.objects.filter(starts_at__year=2027).count() == 0


def test_a_letter_is_claimed_only_where_one_goes_out(world: World, lead: Client) -> None:
    this_morning = NOW - timedelta(hours=4)
    seminar = a_seminar(
        world.cohort, world.other_item, world.group, facilitator=world.facilitator, mode="online",
        starts_at=this_morning,
    )  # fmt: skip

    def reschedule(day: date, starts: str, ends: str, **more: str) -> str:
        form = {"starts": starts, "ends": ends} | as_parts("on", day) | more
        html: str = lead.post(act("reschedule", seminar), form, follow=True).content.decode()
        return html

    assert "Nobody is told: it is over." in reschedule(NOW.date(), "08:30", "10:30")
    assert "That day is over." in reschedule(NOW.date() - timedelta(days=1), "09:30", "11:30")
    assert "One person is told by email." in reschedule(NOW.date() + timedelta(days=1), "09:30", "11:30")
    world.enrol()
    assert "2 people are told by email." in reschedule(NOW.date() + timedelta(days=2), "09:30", "11:30")
    letters = Message.objects.count()
    in_draft = reschedule(NOW.date() + timedelta(days=5), "09:30", "11:30", told="draft")
    assert "It is in the draft, and nobody is told until the timetable is published." in in_draft
    assert "Moved" in in_draft
    Cohort.objects.filter(pk=world.cohort.pk).update(state=CohortState.DRAFT)
    assert "Nobody is told: the cohort is a draft." in reschedule(NOW.date() + timedelta(days=6), "09:30", "11:30")
    assert Message.objects.count() == letters


def test_a_cohort_without_places_is_a_mistake_of_its_box(world: World, lead: Client) -> None:
    draft = a_cohort(world.version, state=CohortState.DRAFT)
    form = {
        "name": "Tiny",
        "version": draft.version_id,
        "provider": draft.provider_id,
        "starts_on": draft.starts_on.isoformat(),
        "capacity": 0,
        "link_minutes_before": 60,
    }
    for prefix in ("windows", "groups"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    response = lead.post(reverse("admin:cohorts_cohort_change", args=[draft.pk]), form)
    assert "Capacity must be 1 or more" in response.content.decode()
    with pytest.raises(IntegrityError, match="a_cohort_has_places"), transaction.atomic():
        Cohort.objects.filter(pk=draft.pk).update(capacity=0)


def test_a_reviewer_is_not_told_of_work_for_leads(world: World) -> None:
    world.enrol()
    an_application(a_person(), an_intake(world.version), state=ApplicationState.ACCEPTED)
    page = signed_in(a_person(Role.REVIEWER)).get("/admin/").content.decode()
    assert "Accepted, not yet placed" not in page
    assert "Registers overdue" not in page


def test_an_enrolment_is_deferred_and_taken_back(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    assert "Give a reason" in lead.post(act("defer", a), {"why": "illness", "reason": ""}).content.decode()
    lead.post(act("defer", a), {"why": "illness", "reason": "Illness"})
    a.refresh_from_db()
    assert a.state == "deferred"
    lead.post(act("return", a), {"cohort": world.cohort.pk, "group": world.group.pk})
    a.refresh_from_db()
    assert a.state == "active"


def test_an_item_is_exempted_and_a_person_withdrawn(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    lead.post(act("exempt", a), {"item": world.module.pk, "reason": "Wrote it"})
    assert PersonalItem.objects.get(enrolment=a, item=world.module).expectation == "exempt"
    lead.post(act("withdraw", a), {"why": "career", "reason": "New post"})
    a.refresh_from_db()
    assert a.state == "withdrawn"


def test_a_seminar_is_scheduled_in_london_time(world: World, lead: Client) -> None:
    form = {
        "cohort": world.cohort.pk,
        "asked_for": world.cohort.pk,
        "group": world.group.pk,
        "item": world.other_item.pk,
        "facilitator": world.facilitator.pk,
        "starts": "13:00",
        "ends": "15:00",
        "mode": "face_to_face",
        "venue": a_venue().pk,
    } | as_parts("on", NOW.date().replace(month=6))
    lead.post(reverse("admin:cohorts_seminar_schedule"), form)
    seminar = Seminar.objects.get(item=world.other_item)
    assert seminar.starts_at.isoformat() == "2026-06-18T12:00:00+00:00"
    response = lead.post(reverse("admin:cohorts_seminar_schedule"), form)
    assert "That is in the timetable already. Choose something else" in response.content.decode()


def test_a_seminar_is_rescheduled_switched_and_cancelled(world: World, lead: Client) -> None:
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=3))
    lead.post(act("reschedule", seminar), {"starts": "13:30", "ends": "15:30"} | as_parts("on", NOW.date()))
    lead.post(act("switch", seminar), {"mode": "online", "venue": "", "joining_url": "https://meet.example/1"})
    seminar.refresh_from_db()
    assert (seminar.starts_at.hour, seminar.mode, seminar.revision) == (13, "online", 2)
    lead.post(act("cancel", seminar), {"reason": "Snow"})
    seminar.refresh_from_db()
    assert seminar.state == "cancelled"


def test_a_cohort_gets_its_window_and_is_published_and_moved(world: World, lead: Client) -> None:
    cohort = a_cohort(world.version, state=CohortState.DRAFT, windows=False, starts_on=world.cohort.starts_on)
    assert "no first assessment window" in lead.post(act("publish", cohort)).content.decode()
    opens = world.cohort.starts_on.replace(year=2027, month=8)
    window = {"number": "1"} | as_parts("opens_on", opens) | as_parts("closes_on", opens + timedelta(days=7))
    lead.post(act("window", cohort), window)
    lead.post(act("publish", cohort), {"reason": "Dates of the halls come in May."})
    lead.post(act("move", cohort), {"to": "running", "reason": ""})
    cohort.refresh_from_db()
    assert (cohort.state, cohort.windows.count()) == ("running", 1)


def test_a_group_gets_its_facilitator(world: World, lead: Client) -> None:
    newcomer = a_person(Role.FACILITATOR)
    lead.post(act("assign", world.group), {"person": newcomer.pk} | as_parts("from_on", clock.today()))
    assert world.group.facilitations.get(to_on=None).person == newcomer


def test_a_draft_is_edited_and_a_published_cohort_is_not(world: World, lead: Client) -> None:
    draft = a_cohort(world.version, state=CohortState.DRAFT)

    def save(cohort: Cohort) -> int:
        form = {
            "name": "Renamed",
            "version": cohort.version_id,
            "provider": cohort.provider_id,
            "starts_on": cohort.starts_on.isoformat(),
            "capacity": 30,
            "link_minutes_before": 60,
        }
        for prefix in ("windows", "groups"):
            form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        return lead.post(reverse("admin:cohorts_cohort_change", args=[cohort.pk]), form).status_code

    assert (save(draft), save(world.cohort)) == (302, 302)
    draft.refresh_from_db()
    world.cohort.refresh_from_db()
    assert (draft.name, draft.capacity) == ("Renamed", 30)
    assert world.cohort.name != "Renamed"
    assert Entry.objects.filter(verb="cohort.changed", subject_id=draft.pk).count() == 1


def test_venues_are_plain_configuration(world: World, lead: Client) -> None:
    lead.post(
        reverse("admin:cohorts_venue_add"), {"name": "Fell Hall", "address": "", "access_notes": "", "capacity": 20}
    )
    assert Venue.objects.get(name="Fell Hall").capacity == 20


def test_work_waiting_counts_who_has_no_place_and_which_registers_are_late(world: World, lead: Client) -> None:
    world.enrol()
    an_application(a_person(), an_intake(world.version), state=ApplicationState.ACCEPTED)
    page = " ".join(lead.get("/admin/").content.decode().split())
    assert f'<b>1</b><a href="{reverse(PLACE_ACCEPTED)}">Accepted, not yet placed</a>' in page
    overdue = reverse("admin:cohorts_seminar_changelist") + "?register=overdue"
    assert f'<b>1</b><a href="{overdue}">Registers overdue</a>' in page
    assert "1 of 1 to mark" in lead.get(overdue).content.decode()


def test_what_a_filter_offers_is_counted_beside_what_was_chosen(world: World, lead: Client) -> None:
    world.enrol()
    overdue = reverse("admin:cohorts_seminar_changelist") + "?register=overdue"
    assert "?_facets=True&amp;register=overdue" in lead.get(overdue).content.decode()
    assert "Overdue (1)" in lead.get(f"{overdue}&_facets=True").content.decode()


def test_a_partners_lead_finds_nothing_of_others(world: World) -> None:
    (a,) = world.enrol()
    stranger = a_person()
    a_grant(stranger, Role.PROGRAMME_LEAD, organisation=a_partner())
    client = signed_in(stranger)
    for row in (a, world.seminar, world.cohort, world.group):
        name = type(row)._meta.model_name
        assert client.get(reverse(f"admin:cohorts_{name}_change", args=[row.pk])).status_code == 404, name
    assert client.post(act("defer", a), {"why": "other", "reason": "Mischief"}).status_code == 404
    assert client.post(act("cancel", world.seminar), {"reason": "Mischief"}).status_code == 404
    a.refresh_from_db()
    assert a.state == "active"


@pytest.mark.parametrize("person", [lambda w: w.facilitator, lambda w: a_person(Role.FINANCE), lambda w: a_person()])
def test_acts_are_for_leads(world: World, person: Callable[[World], User]) -> None:
    (a,) = world.enrol()
    client = signed_in(person(world))
    assert client.post(act("withdraw", a), {"reason": "Mischief"}).status_code == 403
    assert client.post(reverse(PLACE_ACCEPTED), {}).status_code == 403
    a.refresh_from_db()
    assert a.state == "active"


@pytest.mark.parametrize("table", ["cohort", "group", "enrolment", "seminar", "venue", "assessmentwindow"])
def test_a_list_takes_as_many_statements_for_one_row_as_for_three(world: World, lead: Client, table: str) -> None:
    address = reverse(f"admin:cohorts_{table}_changelist")
    counts = []
    for more in (1, 2):
        for _ in range(more):
            cohort = a_cohort(world.version)
            group = a_group(cohort)
            an_enrolment(cohort, group)
            a_seminar(cohort, world.seminar_item, group)
        lead.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert lead.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("table", ["enrolment", "seminar"])
def test_a_record_takes_as_many_statements_for_one_mark_as_for_three(world: World, lead: Client, table: str) -> None:
    a, b, c = world.enrol(3)
    row = a if table == "enrolment" else world.seminar
    address = reverse(f"admin:cohorts_{table}_change", args=[row.pk])
    counts = []
    for marks in ({a.pk: mark("partly", 30)}, {a.pk: mark("present"), b.pk: mark("absent"), c.pk: mark("present")}):
        record_register(world.seminar, marks=marks, by=world.facilitator)
        lead.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert lead.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
