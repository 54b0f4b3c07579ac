"""How a lead plans a cohort at a browser: forms as they are rendered, filled in and sent."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
import vobject
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.states import ApplicationState
from cohorts.actions import (
    assign_facilitator,
    publish_cohort,
    replace_facilitator,
    reschedule_seminar,
    schedule_seminar,
    set_assessment_window,
)
from cohorts.errors import StartAfterVersion
from cohorts.models import Booking, Cohort, Group, SchoolTerm, Seminar, Venue
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.words import clock_time, day, time_range
from tests.cohorts.browsing import Browsing
from tests.cohorts.conftest import NOW
from tests.cohorts.plans import TERMS, planning
from tests.factories import a_partner, a_person, a_provider, a_version, an_application, an_enrolment, an_intake
from tests.harness.test_html import complaints


@pytest.fixture(autouse=True)
def _in_march(db: None, time_machine: Any, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lead() -> Browsing:
    return Browsing(a_person(Role.PROGRAMME_LEAD))


def page(table: str, name: str, row: Any = None) -> str:
    return reverse(f"admin:cohorts_{table}_{name}", args=[row.pk] if row else None)


# A lead plans 21 months in an afternoon


def test_a_lead_builds_publishes_and_changes_a_cohort_of_sixty_people_in_three_groups(lead: Browsing) -> None:
    call_command("load_programmes", FRAMEWORKS / "npqh-reformed.toml", verbosity=0)
    version = ProgrammeVersion.objects.get()
    enter_the_terms(lead)
    cohort = add_a_cohort(lead, version)
    groups = [add_a_group_with_its_leader(lead, cohort, n) for n in (1, 2, 3)]
    lead.open(page("cohort", "window", cohort)).send(opens_on=date(2028, 3, 13), closes_on=date(2028, 3, 20))

    make_the_timetable(lead, cohort, groups)
    assert "Yes. Nothing is missing." in lead.open(page("cohort", "ready", cohort)).text
    by_term = lead.open(page("cohort", "terms", cohort)).text
    assert "The whole programme 41 h 41 h 12 h 12 h" in by_term
    assert by_term.count("Everybody: ") == 17
    lead.open(page("cohort", "publish", cohort)).send()
    cohort.refresh_from_db()
    assert cohort.state == CohortState.PUBLISHED
    # Six seminars for each of three groups, and seventeen sessions for all of them.
    assert Seminar.objects.filter(state="scheduled").count() == 6 * 3 + 17
    assert Message.objects.filter(kind="timetable-changed").count() == 3

    people = place_sixty_people(lead, cohort, groups)
    Message.objects.all().delete()
    seminar = Seminar.objects.get(group=groups[0], item__code="culture-seminar")
    to = seminar.starts_at.astimezone(clock.LONDON) + timedelta(days=7)
    lead.open(page("seminar", "reschedule", seminar)).send(on=to.date(), starts="14:05", ends="16:05")
    concerned = {person.pk for person in people[0]} | {seminar.facilitator_id}
    assert {one.person_id for one in Message.objects.all()} == concerned
    when = f"{day(to)}, 2.05pm"
    assert all(when in one.text for one in Message.objects.all())
    seminar.refresh_from_db()
    assert (seminar.revision, clock_time(seminar.starts_at)) == (1, "2.05pm")
    for person, sees in ((people[0][0], True), (people[1][0], False)):
        assert ("2.05pm" in Browsing(person).open("/participant/course/").text) is sees

    Message.objects.all().delete()
    cancelled = Seminar.objects.get(item__code="conference-midway")
    lead.open(page("seminar", "cancel", cancelled)).send(reason="The speaker is ill.")
    everybody = {person.pk for of_group in people for person in of_group} | {cancelled.facilitator_id}
    assert {one.person_id for one in Message.objects.all()} == everybody
    assert all("The speaker is ill." in one.text for one in Message.objects.all())
    their_calendar_says_what_the_timetable_says(people[0][0], cohort, groups[0])


def their_calendar_says_what_the_timetable_says(person: User, cohort: Cohort, group: Group) -> None:
    """To the minute, read by another program than the one that wrote it."""
    shown = Browsing(person).open("/account/calendar/").send(way="feed")
    key = re.search(r"/calendar/([\w-]+)\.ics", shown.html)
    assert key
    answer = Client().get(f"/calendar/{key[1]}.ics")
    events = vobject.readOne(answer.content.decode()).vevent_list
    found = {(one.summary.value, one.dtstart.value, one.dtend.value): one.status.value for one in events}
    assert len(found) == 6 + 17
    page = shown.open("/participant/course/").text
    for one in cohort.seminars.filter(Q(group=None) | Q(group=group)).select_related("item"):
        is_on = one.state == "scheduled"
        title = next(title for title, *_ in found if one.item.title in title)
        assert found[title, one.starts_at, one.ends_at] == ("CONFIRMED" if is_on else "CANCELLED")
        assert not is_on or time_range(one.starts_at, one.ends_at) in page


def enter_the_terms(lead: Browsing) -> None:
    for name, first, last in TERMS:
        lead.open(page("schoolterm", "add")).send(name=name, starts_on=first.isoformat(), ends_on=last.isoformat())
    assert SchoolTerm.objects.count() == 5


def add_a_cohort(lead: Browsing, version: ProgrammeVersion) -> Cohort:
    lead.open(page("cohort", "add")).send(
        name="Autumn 2026", version=version.pk, provider=a_provider().pk, starts_on="2026-09-07", capacity=60
    )
    cohort = Cohort.objects.get()
    assert "Monday 7 March 2028" not in lead.open(page("cohort", "change", cohort)).text
    assert "Tuesday 7 March 2028" in lead.text
    assert "Wednesday 7 June 2028" in lead.text
    return cohort


def add_a_group_with_its_leader(lead: Browsing, cohort: Cohort, number: int) -> Group:
    person = a_person(Role.FACILITATOR, full_name=f"Facilitator {number}")
    lead.open(page("venue", "add")).send(name=f"Hall {number}", capacity=25)
    lead.open(page("group", "add")).send(name=f"Group {number}", cohort=cohort.pk, capacity=20)
    group = Group.objects.get(name=f"Group {number}")
    lead.open(page("group", "assign", group)).send(person=person.pk, from_on=cohort.starts_on)
    return group


def make_the_timetable(lead: Browsing, cohort: Cohort, groups: list[Group]) -> None:
    answers: dict[str, Any] = {"joining_url": "https://meet.larkfell.example/all"}
    for days_later, group in enumerate(groups):
        answers[f"venue_{group.pk}"] = Venue.objects.get(name=f"Hall {days_later + 1}").pk
        answers[f"days_later_{group.pk}"] = days_later
    answers["facilitator_all"] = User.objects.get(full_name="Facilitator 1").pk
    answers["forbidden"] = "26–30 October 2026\n15 to 19 February 2027\n\n31 May 2027\n"
    lead.open(page("cohort", "generate", cohort)).send("preview", **answers)
    assert "35 sessions would be in the draft of the timetable." in lead.text
    assert "What does not fit" not in lead.text
    assert Seminar.objects.count() == 0
    lead.send()
    assert "35 sessions are in the draft of the timetable." in lead.text


def place_sixty_people(lead: Browsing, cohort: Cohort, groups: list[Group]) -> list[list[User]]:
    intake = an_intake(cohort.version, capacity=60)
    placed = []
    for group in groups:
        people = [a_person(Role.PARTICIPANT) for _ in range(20)]
        sent = [an_application(person, intake, state=ApplicationState.ACCEPTED) for person in people]
        lead.open(reverse("admin:cohorts_enrolment_accepted")).send(
            people=[one.reference for one in sent], cohort=cohort.pk, group=group.pk
        )
        placed.append(people)
    assert Cohort.objects.get().places_taken == 60
    return placed


# The form of a timetable


def test_what_was_typed_is_kept_and_every_wrong_line_is_named(lead: Browsing) -> None:
    plan = planning()
    typed = "15–19 February 2027\nhalf-term\n30 February 2027"
    lead.open(page("cohort", "generate", plan.cohort)).send(
        "preview", forbidden=typed, starts_at="1 o'clock", weeks_between="0", weekdays=["2", "4"]
    )
    assert "Line 2, “half-term”, must be a day or days in order, like 15 February 2027" in lead.text
    assert "Line 3, “30 February 2027”, must be a day" in lead.text
    assert "The start must be a time, like 13:00" in lead.text
    assert lead.held["forbidden"] == [typed]
    assert lead.held["starts_at"] == ["1 o'clock"]
    assert lead.held["weekdays"] == ["2", "4"]
    assert Seminar.objects.count() == 0


def test_a_draft_that_is_no_longer_what_was_looked_at_is_shown_again(lead: Browsing) -> None:
    plan = planning()
    venues = {f"venue_{group.pk}": venue.pk for group, venue in zip(plan.groups, plan.venues, strict=True)}
    lead.open(page("cohort", "generate", plan.cohort)).send("preview", **venues)
    seen = lead.held["digest"]
    lead.send(weekdays=["3"])
    assert "The draft is not what you looked at any more" in lead.text
    assert (Seminar.objects.count(), lead.held["weekdays"]) == (0, ["3"])
    assert lead.held["digest"] != seen
    lead.send()
    assert {one.starts_at.weekday() for one in Seminar.objects.all()} == {3}


def test_what_does_not_fit_stands_there_with_why(lead: Browsing) -> None:
    plan = planning()
    lead.open(page("cohort", "generate", plan.cohort)).send("preview")
    assert "It is held in person, and no venue is chosen for Group 1." in lead.text
    assert "3 sessions would be in the draft of the timetable, and 6 would not." in lead.text


def test_an_unknown_choice_is_refused_in_words(lead: Browsing) -> None:
    plan = planning()
    stranger = a_person()
    lead.open(page("cohort", "generate", plan.cohort))
    response = lead.client.post(
        lead.address, {**lead.held, f"facilitator_{plan.groups[0].pk}": stranger.pk, "preview": "1"}
    )
    assert "What you chose is no longer to be had. Choose again" in response.content.decode()


@pytest.mark.parametrize("name", ["generate", "terms", "ready", "publish", "start"])
def test_pages_of_planning_ask_as_much_for_many_groups_and_are_sound(lead: Browsing, name: str) -> None:
    few, many = planning(groups=1), None
    SchoolTerm.objects.all().delete()
    Venue.objects.update(name="Another hall")
    many = planning(groups=3, courses=5, name="Larger")
    asked = []
    for plan in (few, many):
        with CaptureQueriesContext(connection) as statements:
            answer = lead.client.get(page("cohort", name, plan.cohort))
        asked.append(len(statements))
        assert complaints(answer.content.decode()) == []
    assert asked[0] == asked[1]


def test_a_partners_lead_plans_nobody_elses_cohort() -> None:
    plan = planning()
    other = Browsing(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    for name in ("generate", "start", "ready", "terms", "publish"):
        assert other.client.get(page("cohort", name, plan.cohort)).status_code == 404


# Publishing, and another start


def test_what_is_missing_is_said_where_it_is_published(lead: Browsing) -> None:
    plan = planning()
    lead.open(page("cohort", "ready", plan.cohort))
    assert "It can be published." in lead.text
    lead.open(page("cohort", "publish", plan.cohort)).send()
    assert "Not everything is in the timetable: Webinar 1; Seminar 1" in lead.text
    lead.send(reason="The halls are let in May.")
    assert "Published, and its timetable with it." in lead.text
    assert "The halls are let in May." in lead.open(page("cohort", "change", plan.cohort)).text
    assert "The halls are let in May." in lead.open(page("cohort", "ready", plan.cohort)).text


def test_a_start_is_moved_after_a_look_at_what_changes(lead: Browsing) -> None:
    plan = planning(state=CohortState.PUBLISHED)
    an_enrolment(plan.cohort, plan.groups[0])
    lead.open(page("cohort", "start", plan.cohort)).send("preview", starts_on=date(2026, 9, 1), reason="Sooner.")
    assert "Wednesday 1 March 2028" in lead.text
    assert "One letter each goes to 3 people" in lead.text
    plan.cohort.refresh_from_db()
    assert (plan.cohort.starts_on, Message.objects.count()) == (date(2026, 9, 7), 0)
    lead.send()
    plan.cohort.refresh_from_db()
    assert (plan.cohort.starts_on, Message.objects.count()) == (date(2026, 9, 1), 3)


def test_a_start_that_leaves_something_outside_is_not_offered(lead: Browsing) -> None:
    plan = planning(state=CohortState.PUBLISHED)
    lead.open(page("cohort", "start", plan.cohort)).send("preview", starts_on=date(2026, 6, 1), reason="Sooner.")
    assert "Assessment window 1, 10 March 2028 to 17 March 2028" in lead.text
    lead.send()
    assert "These would lie outside the new dates: assessment window 1" in lead.text
    plan.cohort.refresh_from_db()
    assert plan.cohort.starts_on == date(2026, 9, 7)


# Terms, groups, drafts


def test_two_terms_at_once_are_refused_beside_the_field(lead: Browsing) -> None:
    planning()
    add = page("schoolterm", "add")
    lead.open(add).send(name="Another", starts_on="2027-03-25", ends_on="2027-04-01")
    assert "Spring term 2027 lasts from Monday 4 January 2027 to Thursday 25 March 2027, and two terms" in lead.text
    assert "constraint" not in lead.text.lower()
    lead.open(add).send(name="Another", starts_on="2027-04-01", ends_on="2027-04-12")
    assert "Summer term 2027 lasts from Monday 12 April 2027" in lead.text
    lead.open(add).send(name="Another", starts_on="2027-04-11", ends_on="2027-03-30")
    assert "The last day lies before the first. Choose a later one" in lead.text
    lead.open(add).send(name="Spring term 2027", starts_on="2027-03-26", ends_on="2027-04-11")
    assert SchoolTerm.objects.count() == 5
    lead.open(add).send(name="Easter", starts_on="2027-03-26", ends_on="2027-04-11")
    assert SchoolTerm.objects.count() == 6
    easter = SchoolTerm.objects.get(name="Easter")
    lead.open(page("schoolterm", "change", easter)).send(starts_on="2027-03-27")
    easter.refresh_from_db()
    assert easter.starts_on == date(2027, 3, 27)


def test_terms_are_changed_for_everybody_and_so_not_by_a_partner() -> None:
    other = Browsing(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert other.client.get(page("schoolterm", "add")).status_code == 403


def test_a_groups_size_is_changed_by_an_act_that_looks_at_its_halls(lead: Browsing) -> None:
    plan = planning()
    venues = {f"venue_{group.pk}": venue.pk for group, venue in zip(plan.groups, plan.venues, strict=True)}
    lead.open(page("cohort", "generate", plan.cohort)).send("preview", **venues).send()
    lead.open(page("group", "resize", plan.groups[0])).send(capacity="41")
    assert "Sessions are booked into halls that hold fewer: Hall 1 holds 40 (3 sessions). Move them first." in lead.text
    lead.send(capacity="39")
    assert "The group takes 39 people." in lead.text
    assert set(Booking.objects.filter(venue=plan.venues[0]).values_list("people", flat=True)) == {39}
    assert "capacity" not in lead.open(page("group", "change", plan.groups[0])).held


def test_a_draft_keeps_its_version_once_it_has_sessions(lead: Browsing) -> None:
    plan = planning()
    other = a_version()
    lead.open(page("cohort", "generate", plan.cohort)).send("preview").send()
    change = page("cohort", "change", plan.cohort)
    lead.open(change).send(version=other.pk)
    assert "Sessions of the present version are in the timetable. Discard them first." in lead.text
    Seminar.objects.all().delete()
    lead.open(change).send(version=other.pk)
    plan.cohort.refresh_from_db()
    assert plan.cohort.version == other


def test_intakes_of_another_programme_are_refused_beside_the_field(lead: Browsing) -> None:
    plan = planning()
    theirs, others = an_intake(plan.cohort.version), an_intake(a_version())
    change = page("cohort", "change", plan.cohort)
    lead.open(change).send(intakes=[theirs.pk, others.pk])
    assert "Choose intakes of the same programme as the version." in lead.text
    lead.open(change).send(intakes=[theirs.pk])
    assert list(plan.cohort.intakes.all()) == [theirs]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(9999, 12, 31), "That is more than ten years ahead."),
        (date(2021, 8, 31), "This version of the programme holds from 1 September 2021 on."),
    ],
)
def test_a_first_day_out_of_all_bounds_is_refused_beside_the_field(lead: Browsing, day: date, words: str) -> None:
    plan = planning()
    starts_on = plan.cohort.starts_on
    lead.open(page("cohort", "change", plan.cohort)).send(starts_on=day)
    assert words in lead.text
    Cohort.objects.filter(pk=plan.cohort.pk).update(state=CohortState.PUBLISHED)
    lead.open(page("cohort", "start", plan.cohort)).send("preview", starts_on=day, reason="A slip.")
    assert words in lead.text
    plan.cohort.refresh_from_db()
    assert plan.cohort.starts_on == starts_on


# What would follow is shown before it is done


def test_another_window_is_looked_at_with_whom_it_tells(lead: Browsing) -> None:
    plan = planning()
    Cohort.objects.filter(pk=plan.cohort.pk).update(state=CohortState.PUBLISHED)
    person = an_enrolment(plan.cohort, plan.groups[0]).person
    (window,) = plan.cohort.windows.all()
    later = {"opens_on": window.opens_on + timedelta(days=1), "closes_on": window.closes_on + timedelta(days=1)}
    lead.open(page("cohort", "window", plan.cohort)).send("preview", number="1", **later)
    assert f"One letter each, with the old dates and the new ones, goes to 1 person: {person}." in lead.text
    assert complaints(lead.html) == []
    assert Message.objects.count() == 0
    lead.send()
    assert "Window 1 has its dates. 1 person is told by email." in lead.html
    assert [one.person for one in Message.objects.all()] == [person]
    lead.open(page("cohort", "window", plan.cohort)).send(
        "preview", number="2", opens_on=date(2029, 1, 1), closes_on=date(2029, 1, 8)
    )
    assert "Nobody is told now: the window is new." in lead.text


def test_assessment_before_time_and_closing_say_first_whom_and_what_they_concern(lead: Browsing) -> None:
    plan = planning()
    an_enrolment(plan.cohort, plan.groups[0])
    for state, words in (
        (CohortState.RUNNING, "1 person takes part here at present, and goes on doing so. Nobody else can be given"),
        (CohortState.ASSESSING, "1 person takes part here at present. They stay “Taking part”, and read"),
    ):
        Cohort.objects.filter(pk=plan.cohort.pk).update(state=state)
        lead.open(page("cohort", "move", plan.cohort))
        assert words in lead.text
        assert "Assessment window 1, 10 March 2028 to 17 March 2028, stays" in lead.text
        assert "It cannot be taken back." in lead.text
        assert complaints(lead.html) == []


def test_what_was_done_is_told_in_words_names_and_london_times_with_what_was_before(lead: Browsing) -> None:
    plan = planning()
    cohort, (group, *_), (first, second), halls = plan.cohort, plan.groups, plan.people, plan.venues
    by = User.objects.get(role_grants__role=Role.PROGRAMME_LEAD)
    item = cohort.version.items.get(title="Seminar 1")
    starts_at = clock.london_moment(date(2027, 3, 23), time(13))
    ends_at = starts_at + timedelta(minutes=item.minutes)
    seminar = schedule_seminar(
        cohort, item=item, group=group, facilitator=first, starts_at=starts_at, ends_at=ends_at,
        mode="face_to_face", venue=halls[0], by=by,
    )  # fmt: skip
    publish_cohort(cohort, reason="The rest follows.", by=by)
    seminar.refresh_from_db()
    july = {"starts_at": clock.london_moment(date(2027, 7, 13), time(13)), "venue": halls[1]}
    reschedule_seminar(seminar, **july, ends_at=july["starts_at"] + timedelta(minutes=item.minutes), by=by)
    replace_facilitator(seminar, facilitator=second, by=by)
    told = lead.open(page("seminar", "history", seminar)).text
    assert "Started until then: 23 March 2027, 1pm" in told
    assert "Starts: 13 July 2027, 1pm" in told
    assert f"Hall until then: {halls[0]}" in told
    assert f"Led until then by: {first}" in told
    assert f"Led by: {second}" in told
    assert "Held: In person" in told
    assert not [raw for raw in ("face_to_face", "+00:00", "T12:", "Revision") if raw in told]
    (window,) = cohort.windows.all()
    days = {"opens_on": window.opens_on + timedelta(days=1), "closes_on": window.closes_on + timedelta(days=1)}
    set_assessment_window(cohort, number=1, **days, by=by)
    told = lead.open(page("cohort", "history", cohort)).text
    assert "Was: Draft Is: Published" in told
    assert "Opened until then on: 10 March 2028" in told
    assert "Opens on: 11 March 2028" in told
    assign_facilitator(group, person=second, from_on=date(2026, 10, 1), by=by)
    told = lead.open(page("group", "history", group)).text
    assert f"Facilitator: {second}" in told
    assert "From: 1 October 2026" in told
    assert f"Led until then by: {first}" in told


def test_a_version_that_cannot_start_any_more_gets_no_cohort(lead: Browsing) -> None:
    plan = planning(last_start=date(2026, 9, 6))
    change = page("cohort", "change", plan.cohort)
    lead.open(change).send(starts_on=date(2026, 9, 8))
    assert "This version of the programme can start on 6 September 2026 at the latest." in lead.text
    # One made before it was looked at is not published either.
    by = User.objects.get(role_grants__role=Role.PROGRAMME_LEAD)
    with pytest.raises(StartAfterVersion):
        publish_cohort(plan.cohort, reason="Later.", by=by)
    lead.open(change).send(starts_on=date(2026, 9, 6))
    plan.cohort.refresh_from_db()
    assert plan.cohort.starts_on == date(2026, 9, 6)


def test_a_retired_version_gets_a_cohort_only_while_somebody_accepted_for_it_waits(lead: Browsing) -> None:
    version = a_version(state=VersionState.RETIRED)
    answers = {"version": version.pk, "provider": a_provider().pk, "starts_on": date(2026, 9, 7), "capacity": 20}
    lead.open(page("cohort", "add")).send(name="Late", **answers)
    assert f"{version} is retired, and nobody who was accepted for it waits for a place." in lead.text
    assert not Cohort.objects.exists()
    an_application(a_person(), an_intake(version), state=ApplicationState.ACCEPTED)
    lead.open(page("cohort", "add")).send(name="Late", **answers)
    assert Cohort.objects.get().version == version


def test_a_draft_published_while_it_was_edited_is_not_saved_and_says_so(lead: Browsing) -> None:
    plan = planning()
    lead.open(page("cohort", "change", plan.cohort))
    Cohort.objects.filter(pk=plan.cohort.pk).update(state=CohortState.PUBLISHED)
    lead.send(name="Another name")
    assert "It is no draft any more, so nothing of this was saved." in lead.html
    plan.cohort.refresh_from_db()
    assert plan.cohort.name == "Autumn 2026"
