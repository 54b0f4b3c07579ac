"""What a lead does by hand: days that ask for care, halls out of use, what is offered, and drafts made by mistake."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.actions import (
    delete_cohort,
    plan_change,
    publish_cohort,
    replace_facilitator,
    reschedule_seminar,
    schedule_seminar,
    switch_mode,
)
from cohorts.actions.planning import generate_timetable
from cohorts.actions.venues import retire_venue
from cohorts.errors import AlreadyBooked, CohortNotDeletable, VenueRetired, VersionInDraft
from cohorts.models import Booking, Cohort, Facilitation, Group, SchoolTerm, Seminar, Venue
from cohorts.queries.drafts import arrangement_of
from cohorts.queries.planning import cares_about, plan_timetable, readiness, usual_days
from cohorts.rules.terms import Term
from cohorts.rules.timetable import UsualDays, cares_of_day
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of, words_of
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World
from tests.cohorts.plans import PATTERN, planning
from tests.factories import a_cohort, a_group, a_partner, a_person, a_seminar, a_venue, a_version, an_enrolment, an_item

TERMS = (Term("Spring term 2027", date(2027, 1, 4), date(2027, 3, 25)),)
TUESDAYS = UsualDays(frozenset({1}), ((date(2027, 2, 15), date(2027, 2, 19)),))


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def lead(world: World) -> Client:
    client = Client()
    client.force_login(world.lead)
    return client


def act(name: str, row: Any) -> str:
    return reverse(f"admin:cohorts_{type(row)._meta.model_name}_{name}", args=[row.pk])


def on(day: date, **more: Any) -> dict[str, Any]:
    return {"on_day": day.day, "on_month": day.month, "on_year": day.year, "starts": "13:00", "ends": "15:00"} | more


# --- too few terms in person (S79) ---------------------------------------------------------------


def a_published_legacy_cohort(world: World) -> Cohort:
    plan = planning(terms_least=3, groups=1)
    digest = plan_timetable(plan.cohort, plan.choice(), today=clock.today()).digest
    generate_timetable(plan.cohort, plan.choice(), digest=digest, by=world.lead)
    return publish_cohort(plan.cohort, by=world.lead)


def test_a_change_that_leaves_too_few_terms_in_person_asks_first(world: World, lead: Client) -> None:
    """Of three terms one session in person each: cancelled, held online or moved into another of them."""
    cohort = a_published_legacy_cohort(world)
    seminar = cohort.seminars.get(item__title="Seminar 3")
    earlier = cohort.seminars.get(item__title="Seminar 2").starts_at + timedelta(days=7)
    care = "Sessions in person would lie in 2 school terms; 3 or more are asked for."
    for name, form in (
        ("cancel", {"reason": "The speaker is ill."}),
        ("switch", {"mode": "online"}),
        ("reschedule", on(earlier.date())),
    ):
        for told in ("now", "draft"):
            page = lead.post(act(name, seminar), form | {"told": told}).content.decode()
            assert care in page, name
            assert "Leave it as it is, or tick the box to do it all the same" in page
    seminar.refresh_from_db()
    assert (seminar.state, seminar.mode, seminar.revision) == ("scheduled", "face_to_face", 0)
    webinar = cohort.seminars.get(item__title="Webinar 3")
    assert "Cancelled." in lead.post(act("cancel", webinar), {"reason": "Ill."}, follow=True).content.decode()
    ticked = {"reason": "The speaker is ill.", "anyway_terms": "on"}
    assert "Cancelled." in lead.post(act("cancel", seminar), ticked, follow=True).content.decode()


# --- what bars publishing --------------------------------------------------------------------------


def test_ready_to_publish_names_every_session_that_publishing_would_refuse(world: World, lead: Client) -> None:
    plan = planning()
    digest = plan_timetable(plan.cohort, plan.choice(), today=clock.today()).digest
    generate_timetable(plan.cohort, plan.choice(), digest=digest, by=world.lead)
    assert "<strong>Yes.</strong> Nothing is missing." in lead.get(act("ready", plan.cohort)).content.decode()
    retire_venue(plan.venues[0], by=world.lead)
    page = lead.get(act("ready", plan.cohort)).content.decode()
    assert "<strong>Not yet.</strong>" in page
    assert "Sessions of the draft cannot be published as they are." in page
    assert page.count("Hall 1 is out of use") == 3


def test_a_group_that_would_meet_on_saturdays_is_named_before_the_draft_is_written(world: World, lead: Client) -> None:
    plan = planning(groups=2)
    fridays, (first, second) = PATTERN.weekdays | {3}, plan.groups
    assert plan_timetable(plan.cohort, plan.choice(weekdays=fridays), today=clock.today()).at_weekends == []
    choice = plan.choice(weekdays=fridays)
    later = replace(choice, groups=(choice.groups[0], replace(choice.groups[1], days_later=2)))
    assert plan_timetable(plan.cohort, later, today=clock.today()).at_weekends == ["Group 2 would meet on Saturdays."]
    chosen = replace(later, pattern=replace(later.pattern, weekdays=frozenset({3, 5})))
    assert plan_timetable(plan.cohort, chosen, today=clock.today()).at_weekends == []
    form = {f"days_later_{first.pk}": 0, f"days_later_{second.pk}": 2, "preview": "1"} | {
        "weekdays": ["1", "3"], "weeks_between": 1, "starts_at": "13:00", "whole_days_start_at": "09:30",
    }  # fmt: skip
    assert "Group 2 would meet on Saturdays." in lead.post(act("generate", plan.cohort), form).content.decode()


def test_a_clash_says_once_what_is_taken(world: World) -> None:
    hall = a_venue(name="Tarn Hall")
    times = {"starts_at": NOW + timedelta(days=2), "ends_at": NOW + timedelta(days=2, hours=2)}
    held = {"mode": "face_to_face", "facilitator": None, "by": world.lead} | times
    schedule_seminar(world.cohort, item=world.other_item, group=world.group, venue=hall, **held)
    with pytest.raises(AlreadyBooked) as of_hall:
        schedule_seminar(world.cohort, item=world.seminar_item, group=a_group(world.cohort), venue=hall, **held)
    assert f"for “Seminar 2” of {world.group}. Choose" in str(of_hall.value)
    with pytest.raises(AlreadyBooked) as of_group:
        reschedule_seminar(world.seminar, **times, venue=a_venue(), by=world.lead)
    assert str(of_group.value).startswith(f"{world.group} is taken on 20 March 2026")
    assert "for “Seminar 2” at Tarn Hall. Choose" in str(of_group.value)


def test_a_day_that_is_over_is_refused_without_asking_for_care_first(world: World, lead: Client) -> None:
    sunday, seconds = NOW.date() - timedelta(days=3), {"starts": "13:00:30"}
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=9))
    page = lead.post(act("reschedule", seminar), on(sunday)).content.decode()
    assert "That day is over." in page
    assert "all the same" not in page
    assert (
        "The start must be a time, like 13:00"
        in lead.post(act("reschedule", seminar), on(sunday) | seconds).content.decode()
    )


# --- days that ask for care ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "holiday", "found"),
    [
        (date(2027, 2, 9), "", []),
        (date(2027, 2, 16), "", ["16 February 2027 is one of the days that the timetable was to keep free."]),
        (date(2027, 2, 10), "", ["10 February 2027 is a Wednesday. Sessions are held on Tuesdays."]),
        (date(2027, 3, 30), "", ["30 March 2027 lies outside the school terms that are entered."]),
        (
            date(2027, 3, 29),
            "Easter Monday",
            [
                "29 March 2027 is a bank holiday in England: Easter Monday.",
                "29 March 2027 lies outside the school terms that are entered.",
                "29 March 2027 is a Monday. Sessions are held on Tuesdays.",
            ],
        ),
    ],
)
def test_everything_that_speaks_against_a_day_is_said(day: date, holiday: str, found: list[str]) -> None:
    assert cares_of_day(day, holiday=holiday, terms=TERMS, usual=TUESDAYS) == found


def test_without_terms_or_a_pattern_only_weekends_ask_for_care() -> None:
    sunday = cares_of_day(date(2027, 8, 1), holiday="", terms=(), usual=UsualDays())
    assert sunday == [
        "1 August 2027 is a Sunday. Sessions are held on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays."
    ]
    assert cares_of_day(date(2027, 8, 2), holiday="", terms=(), usual=UsualDays()) == []


@pytest.mark.django_db
def test_what_a_timetable_was_made_for_is_known_afterwards(time_machine: Any) -> None:
    time_machine.move_to("2026-08-03 12:00+00:00", tick=False)
    plan = planning()
    assert usual_days(plan.cohort) == UsualDays()
    choice = plan.choice(weekdays=frozenset({1, 3}), forbidden=((date(2026, 10, 26), date(2026, 10, 30)),))
    digest = plan_timetable(plan.cohort, choice, today=clock.today()).digest
    generate_timetable(plan.cohort, choice, digest=digest, by=None)
    assert usual_days(plan.cohort) == UsualDays(frozenset({1, 3}), ((date(2026, 10, 26), date(2026, 10, 30)),))
    assert len(cares_about(plan.cohort, date(2026, 10, 27))) == 1
    assert cares_about(plan.cohort, date(2026, 11, 3)) == []


def test_a_day_that_asks_for_care_is_asked_about_once_and_for_that_day_alone(world: World, lead: Client) -> None:
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    easter, sunday = date(2026, 4, 6), date(2026, 4, 12)
    page = lead.post(act("reschedule", seminar), on(easter)).content.decode()
    assert "6 April 2026 is a bank holiday in England: Easter Monday." in page
    assert "Hold it on 6 April 2026 all the same" in page
    page = lead.post(act("reschedule", seminar), on(sunday, anyway_2026_04_06="on")).content.decode()
    assert "12 April 2026 is a Sunday." in page
    assert Message.objects.count() == 0
    seminar.refresh_from_db()
    assert seminar.revision == 0
    assert lead.post(act("reschedule", seminar), on(easter, anyway_2026_04_06="on")).status_code == 302
    seminar.refresh_from_db()
    assert clock.london_date(seminar.starts_at) == easter
    # Another hour of a day that has been decided on.
    assert lead.post(act("reschedule", seminar), on(easter, starts="14:00", ends="16:00")).status_code == 302


def test_the_draft_and_a_new_session_ask_for_care_too(world: World, lead: Client) -> None:
    SchoolTerm.objects.create(name="Spring", starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 27))
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    outside = "15 April 2026 lies outside the school terms that are entered."
    in_draft = lead.post(act("reschedule", seminar), on(date(2026, 4, 15), told="draft"))
    assert outside in in_draft.content.decode()
    new = {
        "cohort": world.cohort.pk, "asked_for": world.cohort.pk, "item": world.other_item.pk, "mode": "online",
        "group": a_group(world.cohort).pk,
    }  # fmt: skip
    response = lead.post(reverse("admin:cohorts_seminar_schedule"), on(date(2026, 4, 15), **new))
    assert outside in response.content.decode()
    assert Seminar.objects.filter(item=world.other_item).count() == 1


# --- halls out of use ------------------------------------------------------------------------------


def test_in_a_hall_out_of_use_a_session_stays_as_it_is_but_for_its_time(world: World, lead: Client) -> None:
    hall, other = a_venue(name="Old Barn"), a_venue(name="Tarn Hall")
    seminar = schedule_seminar(
        world.cohort, item=world.other_item, group=world.group, facilitator=world.facilitator, mode="face_to_face",
        venue=hall, starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2, hours=2), by=None,
    )  # fmt: skip
    retire_venue(hall, by=world.lead)
    replace_facilitator(seminar, facilitator=a_person(Role.FACILITATOR), by=None)
    switch_mode(seminar, mode="hybrid", venue=hall, joining_url="https://meet.example/1", by=None)
    assert switch_mode(seminar, mode="face_to_face", venue=hall, by=None).venue == hall
    with pytest.raises(VenueRetired, match="Choose another venue, or hold it online"):
        reschedule_seminar(
            seminar, starts_at=NOW + timedelta(days=5), ends_at=NOW + timedelta(days=5, hours=2), by=None
        )
    assert "Old Barn is out of use: the session stands there until" in lead.get(act("switch", seminar)).content.decode()
    assert "Old Barn is out of use, so nothing is moved there." in lead.get(act("reschedule", seminar)).content.decode()
    refused = lead.post(act("reschedule", seminar), on(date(2026, 3, 24)))
    assert "Choose another venue" in refused.content.decode()
    assert lead.post(act("reschedule", seminar), on(date(2026, 3, 24), venue=other.pk)).status_code == 302
    seminar.refresh_from_db()
    assert (clock.london_date(seminar.starts_at), seminar.venue) == (date(2026, 3, 24), other)
    assert list(Booking.objects.filter(venue__isnull=False).values_list("venue", flat=True)) == [other.pk]
    assert "venue" not in lead.get(act("reschedule", seminar)).context["form"].fields


def test_a_hall_out_of_use_is_left_for_another_in_the_draft_too(world: World, lead: Client) -> None:
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    assert isinstance(seminar.venue, Venue)
    retire_venue(seminar.venue, by=None)
    other = a_venue(name="Tarn Hall")
    lead.post(act("reschedule", seminar), on(date(2026, 3, 24), venue=other.pk, told="draft"))
    seminar.refresh_from_db()
    assert (seminar.pending.venue, seminar.revision) == (other, 0)
    back = arrangement_of(seminar)
    assert plan_change(seminar, to=back, by=None) is None


# --- what is offered ---------------------------------------------------------------------------------


def test_scheduling_asks_for_the_cohort_first_and_offers_what_it_lacks(world: World, lead: Client) -> None:
    address = reverse("admin:cohorts_seminar_schedule")
    elsewhere = a_group(a_cohort(world.version), name="Far away")
    first = lead.get(address).context["form"]
    assert list(first.fields) == ["cohort"]
    response = lead.post(address, {"cohort": world.cohort.pk})
    form, page = response.context["form"], response.content.decode()
    assert "There is a problem" not in page
    assert (list(form.fields["group"].queryset), list(form.fields["item"].queryset)) == (
        [world.group],
        [world.other_item],
    )
    assert str(elsewhere) not in page
    # Another cohort, chosen on the second page, is asked about anew; what was typed for the first is not used.
    other = lead.post(address, on(date(2026, 3, 24), cohort=elsewhere.cohort_id, asked_for=world.cohort.pk))
    assert list(other.context["form"].fields["group"].queryset) == [elsewhere]
    assert "There is a problem" not in other.content.decode()


def test_in_a_draft_cohort_nobody_is_asked_when_people_are_told(world: World, lead: Client) -> None:
    draft = a_cohort(world.version, state=CohortState.DRAFT)
    form = lead.post(reverse("admin:cohorts_seminar_schedule"), {"cohort": draft.pk}).context["form"]
    assert "told" not in form.fields


def test_a_guest_is_offered_other_groups_sessions_of_what_they_lack(world: World, lead: Client) -> None:
    (guest,) = world.enrol()
    other = a_group(world.cohort)
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    host = a_seminar(world.cohort, world.other_item, other, starts_at=NOW + timedelta(days=3))
    a_seminar(world.cohort, world.seminar_item, other, starts_at=NOW - timedelta(days=3))
    partners = a_cohort(world.version, delivery_partner=a_partner())
    a_seminar(partners, world.other_item, a_group(partners), starts_at=NOW + timedelta(days=3))
    an_enrolment(world.cohort, other)
    address = reverse("admin:cohorts_guestplace_send")
    assert list(lead.get(address).context["form"].fields) == ["enrolment"]
    response = lead.post(address, {"enrolment": guest.pk})
    assert list(response.context["form"].fields["seminar"].queryset) == [host]
    sent = {"enrolment": guest.pk, "asked_for": guest.pk, "seminar": host.pk}
    assert lead.post(address, sent).status_code == 302
    assert guest.guest_places.get().seminar == host


# --- drafts made by mistake --------------------------------------------------------------------------


def test_a_draft_cohort_is_deleted_with_all_that_is_planned_in_it(world: World, lead: Client) -> None:
    draft = a_cohort(world.version, name="Mistaken 2026", state=CohortState.DRAFT)
    group = a_group(draft, world.facilitator)
    schedule_seminar(
        draft, item=world.other_item, group=group, facilitator=world.facilitator, mode="online",
        starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2, hours=2), by=None,
    )  # fmt: skip
    asked = lead.get(act("discard", draft)).content.decode()
    assert "With it go 1 session of its draft, 1 group and 1 assessment window." in asked
    response = lead.post(act("discard", draft), follow=True)
    assert "Mistaken 2026 is deleted." in response.content.decode()
    assert not Cohort.objects.filter(pk=draft.pk).exists()
    assert not Group.objects.filter(pk=group.pk).exists()
    assert not Facilitation.objects.filter(group=group.pk).exists()
    entry = Entry.objects.get(verb="cohort.deleted")
    assert (facts_of(entry)["sessions"], words_of(entry)) == (1, {"name": "Mistaken 2026"})
    delete_cohort(draft, by=world.lead)
    assert Entry.objects.filter(verb="cohort.deleted").count() == 1
    assert Message.objects.count() == 0


def test_a_cohort_that_people_know_is_not_deleted(world: World, lead: Client) -> None:
    with pytest.raises(CohortNotDeletable):
        delete_cohort(world.cohort, by=world.lead)
    Cohort.objects.filter(pk=world.cohort.pk).update(state=CohortState.DRAFT)
    an_enrolment(world.cohort)
    with pytest.raises(CohortNotDeletable):
        delete_cohort(world.cohort, by=world.lead)


# --- versions in draft, and a second tab ---------------------------------------------------------------


def test_a_cohort_of_a_version_in_draft_is_refused_beside_the_field_and_not_published(
    world: World, lead: Client
) -> None:
    version = a_version(state=VersionState.DRAFT)
    an_item(version)
    given = {
        "name": "Next year", "version": version.pk, "provider": world.cohort.provider_id, "starts_on": "11/01/2027",
        "capacity": 20, "link_minutes_before": 60,
    }  # fmt: skip
    page = lead.post(reverse("admin:cohorts_cohort_add"), given).content.decode()
    assert "is a draft: its sessions and hours may still change." in page
    cohort = a_cohort(version, state=CohortState.DRAFT)
    assert readiness(cohort, today=clock.today())[0].words == "The version of the programme is a draft"
    with pytest.raises(VersionInDraft):
        publish_cohort(cohort, reason="Why not", by=world.lead)


def test_a_second_tab_does_not_say_again_that_it_published(world: World, lead: Client) -> None:
    response = lead.post(act("publish", a_published(world)), {"reason": ""}, follow=True)
    assert "It is published already, by you in another tab or by somebody else." in response.content.decode()


def a_published(world: World) -> Cohort:
    return a_cohort(world.version, state=CohortState.PUBLISHED)


# --- words of forms ------------------------------------------------------------------------------------


def test_a_reason_too_long_is_taken_whole_and_refused_in_words(world: World, lead: Client) -> None:
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    assert "maxlength" not in lead.get(act("cancel", seminar)).content.decode()
    page = lead.post(act("cancel", seminar), {"reason": "x" * 301}).content.decode()
    assert "Why must be 300 characters or fewer" in page
    assert "x" * 301 in page


def test_a_link_or_a_day_that_is_none_is_refused_in_our_own_words(world: World, lead: Client) -> None:
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    page = lead.post(act("switch", seminar), {"mode": "online", "joining_url": "meet me there"}).content.decode()
    assert "Enter a web address, like https://meet.example/seminar" in page
    term = lead.post(reverse("admin:cohorts_schoolterm_add"), {"name": "Spring", "starts_on": "31/02/2027"})
    assert "Enter a day that there is, like 28/03/2027" in term.content.decode()
