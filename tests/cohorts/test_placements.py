"""The placement, its days and governing boards: what is written, in which order, who agrees and who reads."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cohorts import errors
from cohorts.actions import complete_enrolment, withdraw_enrolment
from cohorts.actions.network import log_visit
from cohorts.actions.placements import (
    agree_placement,
    change_placement_day,
    decline_placement,
    log_placement_day,
    name_placement,
    remove_placement_day,
    write_placement,
    write_presentation,
)
from cohorts.kinds import Contrast, Leaving
from cohorts.models import BoardPresentation, Enrolment, Placement, PlacementDay, PlacementDecline, SchoolTerm
from cohorts.queries.network import last_day_of
from cohorts.queries.placements import compared, days_of, tasks_of, too_few_days, with_days
from cohorts.states import EnrolmentState
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.legacy import STARTED, Legacy, legacy
from tests.factories import a_cohort, a_partner, a_person, a_school, a_version, an_enrolment

__all__ = ["legacy"]
TASKS, PLACEMENT = "/participant/tasks/", "/participant/placement/"
TODAY = date(2026, 3, 18)  # a Wednesday


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def names(legacy: Legacy, **fields: Any) -> Placement:
    said = {
        "school": legacy.host, "school_name": legacy.host.name, "host": "", "contrasts": [Contrast.GEOGRAPHY],
        "why_it_contrasts": "By the sea.", "revision": 0,
    }  # fmt: skip
    return name_placement(legacy.enrolment, **(said | fields), by=legacy.person)


def logs(legacy: Legacy, *days: date, what: str = "Shadowed the bursar.") -> list[PlacementDay]:
    return [log_placement_day(legacy.enrolment, on=day, what=what, by=legacy.person) for day in days]


def presents(legacy: Legacy, task: Any = None, **fields: Any) -> BoardPresentation:
    said = {
        "presented_on": TODAY, "board": "The governors", "feedback": "", "implementation_starts_on": None,
        "revision": 0,
    }  # fmt: skip
    return write_presentation(legacy.enrolment, task=task or legacy.change, **(said | fields), by=legacy.person)


# --- the school ----------------------------------------------------------------------------------


def test_a_placement_is_named_with_its_contrast(legacy: Legacy) -> None:
    with pytest.raises(errors.ContrastMissing):
        names(legacy, contrasts=[])
    with pytest.raises(errors.ContrastMissing):
        names(legacy, why_it_contrasts=" ")
    placement = names(legacy, contrasts=[Contrast.OTHER, Contrast.PUPILS])
    assert placement.contrasts == ["pupils", "other"]
    assert names(legacy, contrasts=[Contrast.PUPILS, Contrast.OTHER]).revision == 1, "the same again"


def test_a_placement_at_ones_own_school_is_none(legacy: Legacy) -> None:
    with pytest.raises(errors.PlacementAtOwnSchool):
        names(legacy, school=legacy.own)


def test_ones_own_school_is_none_either_where_its_name_is_typed(legacy: Legacy) -> None:
    typed = f" {legacy.own.name.upper().replace(' ', '  ')}"
    with pytest.raises(errors.PlacementNamedAsOwnSchool, match="choose it from the list"):
        names(legacy, school=None, school_name=typed)
    namesake = a_school(urn="900303", name=legacy.own.name)
    assert names(legacy, school=namesake, school_name=namesake.name).school == namesake


def test_only_a_programme_that_asks_for_a_placement_has_one(legacy: Legacy) -> None:
    reformed = an_enrolment(a_cohort(a_version()))
    said = {"school": None, "school_name": "X", "host": "", "contrasts": [Contrast.OTHER], "why_it_contrasts": "Y"}
    with pytest.raises(errors.PlacementNotAsked):
        name_placement(reformed, **said, revision=0, by=reformed.person)  # type: ignore[arg-type]
    with pytest.raises(errors.PlacementNotAsked):
        log_placement_day(reformed, on=TODAY, what="", by=reformed.person)


def test_a_lead_agrees_once_and_the_participant_is_told_once(legacy: Legacy) -> None:
    placement = agree_placement(names(legacy), revision=1, by=legacy.lead)
    assert placement.agreed_by == legacy.lead
    letter = Message.objects.get(kind="placement-agreed")
    assert letter.person == legacy.person
    assert "9 working days" in letter.text
    with pytest.raises(errors.PlacementAgreed):
        agree_placement(placement, revision=1, by=legacy.lead)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "asks_again"),
    [
        ({"school": None, "school_name": "Elsewhere School"}, True),
        ({"contrasts": [Contrast.PUPILS]}, True),
        ({"why_it_contrasts": "In the hills."}, True),
        ({"host": "Edda Finch"}, False),
    ],
)
def test_what_was_agreed_to_is_agreed_again_once_it_changes(
    legacy: Legacy, change: dict[str, Any], asks_again: bool
) -> None:
    agree_placement(names(legacy), revision=1, by=legacy.lead)
    placement = names(legacy, **change, revision=1)
    assert (placement.agreed_at is None, placement.agreed_by is None) == (asks_again, asks_again)
    if asks_again:
        agree_placement(placement, revision=2, by=legacy.lead)
        assert Message.objects.filter(kind="placement-agreed").count() == 2


def test_research_and_plan_may_change_without_being_agreed_again(legacy: Legacy) -> None:
    agree_placement(names(legacy), revision=1, by=legacy.lead)
    written = write_placement(
        legacy.enrolment, research="Few teachers.", plan="Train some.", revision=1, by=legacy.person
    )
    assert written.agreed_at is not None
    assert (written.research, written.plan, written.revision) == ("Few teachers.", "Train some.", 2)


def test_nobody_agrees_to_a_school_they_have_not_read(legacy: Legacy) -> None:
    placement = names(legacy)
    names(legacy, school=None, school_name="Elsewhere School", revision=1)
    with pytest.raises(errors.PlacementChangedMeanwhile):
        agree_placement(placement, revision=1, by=legacy.lead)
    assert not Message.objects.exists()


def test_the_database_keeps_who_agreed_with_when(legacy: Legacy) -> None:
    names(legacy)
    with pytest.raises(IntegrityError, match="agreed_by_somebody_at_a_moment"), transaction.atomic():
        Placement.objects.update(agreed_by=legacy.lead)


def test_what_the_register_says_of_both_schools_stands_side_by_side(legacy: Legacy) -> None:
    assert compared(legacy.own, legacy.host) == [
        ("Phase", "Primary", "Secondary"),
        ("Type", "Community school", "Academy converter"),
        ("Pupils", "1,204", "310"),
        ("Town", "Marlowick", "Harrowgate Bay"),
        ("Local authority", "Fellshire", "Coastshire"),
        ("Region", "North West", "South East"),
    ]
    legacy.host.pupils = legacy.own.pupils = None
    assert "Pupils" not in [label for label, _, _ in compared(legacy.own, legacy.host)]
    assert compared(None, None) == []


# --- days ----------------------------------------------------------------------------------------


def test_a_day_needs_a_placement_and_lies_between_the_beginning_and_today(legacy: Legacy) -> None:
    with pytest.raises(errors.PlacementMissing):
        logs(legacy, TODAY)
    names(legacy)
    logs(legacy, TODAY, STARTED)
    with pytest.raises(errors.DayToCome):
        logs(legacy, TODAY + timedelta(days=1))
    with pytest.raises(errors.DayTooEarly):
        logs(legacy, STARTED - timedelta(days=1))


def test_nothing_is_logged_of_a_day_after_the_assessment(legacy: Legacy, time_machine: Any) -> None:
    names(legacy)
    last_day = last_day_of(legacy.enrolment)
    assert last_day
    after = last_day + timedelta(days=1)
    time_machine.move_to(datetime.combine(after, time(12), tzinfo=UTC), tick=False)
    logs(legacy, last_day)
    sent = {"visited_on": last_day, "school": None, "school_name": "X", "host": "", "purpose": "P", "learnt": ""}
    log_visit(legacy.enrolment, **sent, by=legacy.person)
    for write in (
        lambda: logs(legacy, after),
        lambda: presents(legacy, presented_on=after),
        lambda: log_visit(legacy.enrolment, **(sent | {"visited_on": after}), by=legacy.person),
    ):
        with pytest.raises(errors.DayTooLate, match="The assessment of your cohort ended on"):
            write()


def test_a_day_is_logged_once(legacy: Legacy) -> None:
    names(legacy)
    assert logs(legacy, TODAY) == logs(legacy, TODAY)
    with pytest.raises(errors.DayLogged):
        logs(legacy, TODAY, what="Something else")
    assert PlacementDay.objects.get().what == "Shadowed the bursar."


def test_weekends_and_bank_holidays_are_kept_and_do_not_count(legacy: Legacy) -> None:
    placement = names(legacy)
    christmas, saturday = date(2025, 12, 25), date(2026, 3, 14)
    logs(legacy, christmas, saturday, TODAY)
    days = days_of(placement, 9)
    assert (days.working, days.left) == (1, 8)
    assert [(day.on, day.rest) for day in days.logged] == [
        (TODAY, ""), (saturday, "Saturday"), (christmas, "Christmas Day"),
    ]  # fmt: skip
    assert with_days(Placement.objects.all()).get().working_days == 1


def test_the_list_counts_as_the_page_does_at_the_line_of_nine(legacy: Legacy) -> None:
    placement = names(legacy)
    mondays = [TODAY - timedelta(days=2 + 7 * week) for week in range(8)]
    logs(legacy, *mondays, date(2026, 3, 14))
    assert (days_of(placement, 9).working, too_few_days(Placement.objects.all()).count()) == (8, 1)
    logs(legacy, TODAY)
    assert (days_of(placement, 9).working, too_few_days(Placement.objects.all()).count()) == (9, 0)


def test_a_day_changes_and_goes_only_as_the_page_showed_it(legacy: Legacy) -> None:
    names(legacy)
    (day,) = logs(legacy, TODAY)
    change_placement_day(day, what="Sat in on a lesson.", revision=1, by=legacy.person)
    with pytest.raises(errors.ChangedMeanwhile):
        change_placement_day(day, what="Slept.", revision=1, by=legacy.person)
    with pytest.raises(errors.ChangedMeanwhile):
        remove_placement_day(day, revision=1, by=legacy.person)
    remove_placement_day(day, revision=2, by=legacy.person)
    remove_placement_day(day, revision=2, by=legacy.person)
    assert not PlacementDay.objects.exists()


def test_days_count_for_the_school_at_which_they_were(legacy: Legacy) -> None:
    names(legacy)
    logs(legacy, TODAY - timedelta(days=1))
    placement = names(legacy, school=None, school_name="Elsewhere School", revision=1)
    logs(legacy, TODAY)
    days = days_of(placement, 9)
    assert [(day.on, day.rest) for day in days.logged] == [
        (TODAY, ""), (TODAY - timedelta(days=1), f"it was at {legacy.host.name}"),
    ]  # fmt: skip
    assert (days.working, with_days(Placement.objects.all()).get().working_days) == (1, 1)
    assert f"it was at {legacy.host.name}." in signed_in(legacy.person).get(PLACEMENT).content.decode()
    with pytest.raises(errors.PresentedBeforePlacement):
        presents(legacy, legacy.placement, presented_on=TODAY - timedelta(days=1))
    assert days_of(names(legacy, school_name="elsewhere SCHOOL", school=None, revision=2), 9) == days


def test_a_day_on_which_a_presentation_rests_is_not_removed(legacy: Legacy) -> None:
    names(legacy)
    (first,) = logs(legacy, TODAY - timedelta(days=7))
    presents(legacy, legacy.placement, presented_on=TODAY - timedelta(days=1))
    logs(legacy, TODAY)
    address = f"{PLACEMENT}days/{first.on.isoformat()}/remove/"
    page = signed_in(legacy.person).post(address, {"revision": 1}).content.decode()
    assert "on 17 March 2026, and this is the only day there until then" in page
    assert PlacementDay.objects.count() == 2
    logs(legacy, TODAY - timedelta(days=6))
    remove_placement_day(first, revision=1, by=legacy.person)
    assert PlacementDay.objects.count() == 2


def test_a_presentation_at_a_school_that_has_changed_is_flagged(legacy: Legacy) -> None:
    names(legacy)
    logs(legacy, TODAY)
    presents(legacy, legacy.placement, feedback="Go on.")
    assert step_states(legacy)["placement presented"] == "done"
    names(legacy, school=None, school_name="Elsewhere School", revision=1)
    assert step_states(legacy)["placement presented"] != "done"
    page = signed_in(legacy.person).get(TASKS).content.decode()
    assert "No day at Elsewhere School is logged until then, so it does not count" in page


# --- governing boards ----------------------------------------------------------------------------


def test_the_plan_is_presented_before_it_is_put_into_practice(legacy: Legacy) -> None:
    with pytest.raises(errors.DoneBeforePresented):
        presents(legacy, implementation_starts_on=TODAY - timedelta(days=1))
    heard = presents(legacy, implementation_starts_on=TODAY)
    with pytest.raises(IntegrityError, match="presented_before_it_is_done"), transaction.atomic():
        BoardPresentation.objects.filter(pk=heard.pk).update(implementation_starts_on=TODAY - timedelta(days=1))


def test_one_presentation_for_a_task(legacy: Legacy) -> None:
    assert presents(legacy) == presents(legacy)
    with pytest.raises(errors.ChangedMeanwhile):
        presents(legacy, feedback="Go on.")
    assert presents(legacy, feedback="Go on.", revision=1).revision == 2


def test_the_placement_schools_board_comes_after_the_placement(legacy: Legacy) -> None:
    with pytest.raises(errors.PresentedBeforePlacement):
        presents(legacy, legacy.placement)
    names(legacy)
    with pytest.raises(errors.PresentedBeforePlacement):
        presents(legacy, legacy.placement)
    logs(legacy, TODAY)
    with pytest.raises(errors.PresentedBeforePlacement):
        presents(legacy, legacy.placement, presented_on=TODAY - timedelta(days=1))
    assert presents(legacy, legacy.placement).presented_on == TODAY


def test_a_task_of_another_programme_or_for_no_board_is_not_presented(legacy: Legacy) -> None:
    with pytest.raises(errors.PresentationNotAsked):
        presents(legacy, a_version().tasks.get())
    reformed = an_enrolment(a_cohort(a_version()))
    with pytest.raises(errors.PresentationNotAsked):
        write_presentation(
            reformed, task=reformed.version.tasks.get(), presented_on=TODAY, board="X", feedback="",
            implementation_starts_on=None, revision=0, by=reformed.person,
        )  # fmt: skip


def test_whoever_has_left_writes_no_more(legacy: Legacy) -> None:
    placement = names(legacy)
    (day,) = logs(legacy, TODAY)
    withdraw_enrolment(legacy.enrolment, why=Leaving.CAREER, reason="Left.", by=legacy.lead)
    for write in (
        lambda: names(legacy, host="X", revision=1),
        lambda: write_placement(legacy.enrolment, research="X", plan="", revision=1, by=legacy.person),
        lambda: logs(legacy, STARTED),
        lambda: change_placement_day(day, what="X", revision=1, by=legacy.person),
        lambda: remove_placement_day(day, revision=1, by=legacy.person),
        lambda: presents(legacy),
    ):
        with pytest.raises(errors.LogClosed):
            write()
    client = signed_in(legacy.person)
    assert client.get(TASKS).status_code == 200
    assert client.get(PLACEMENT).status_code == 200
    assert client.get(f"{PLACEMENT}school/").status_code == 404
    assert client.post(f"{TASKS}change/board/").status_code == 404
    placement.refresh_from_db()
    assert placement.host == ""


def test_nothing_of_what_was_written_stands_in_the_audit_trail(legacy: Legacy) -> None:
    names(legacy, why_it_contrasts="Secret", host="Secret")
    logs(legacy, TODAY, what="Secret")
    presents(legacy, board="Secret", feedback="Secret")
    write_placement(legacy.enrolment, research="Secret", plan="Secret", revision=1, by=legacy.person)
    assert not Entry.objects.filter(payload__icontains="secret").exists()


# --- which step is next --------------------------------------------------------------------------


def step_states(legacy: Legacy) -> dict[str, str]:
    return {
        f"{plan.task.code} {step.code}": step.state
        for plan in tasks_of(legacy.enrolment, TODAY).plans
        for step in plan.steps
    }


def test_each_step_comes_in_its_turn(legacy: Legacy) -> None:
    assert step_states(legacy)["change presented"] == "next"
    assert step_states(legacy)["placement school"] == "next"
    presents(legacy, feedback="Go on.", implementation_starts_on=TODAY)
    agree_placement(names(legacy), revision=1, by=legacy.lead)
    logs(legacy, *(TODAY - timedelta(days=7 * week) for week in range(9)))
    write_placement(legacy.enrolment, research="R", plan="P", revision=1, by=legacy.person)
    found = step_states(legacy)
    assert {code for code, state in found.items() if state != "done"} == {"placement presented", "placement feedback"}
    assert found["placement presented"] == "next"
    presents(legacy, legacy.placement, feedback="Well done.")
    assert set(step_states(legacy).values()) == {"done"}


def test_whoever_has_completed_finds_every_step_done(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    assert "Under Work" in client.get(TASKS).content.decode()
    complete_enrolment(legacy.enrolment, by=None)
    assert "Under Work" not in client.get(TASKS).content.decode()


def test_a_task_shorter_than_two_terms_is_flagged_on_every_page_that_shows_it(legacy: Legacy) -> None:
    window = legacy.cohort.windows.get()
    SchoolTerm.objects.create(name="Long term", starts_on=STARTED, ends_on=window.closes_on)
    presents(legacy, implementation_starts_on=TODAY)
    words = "This task lasts at least 2 school terms."
    pages = [
        signed_in(legacy.person).get(TASKS).content.decode(),
        signed_in(legacy.facilitator).get(f"/facilitator/beside/{legacy.enrolment.public_id}/").content.decode(),
    ]
    assert all(words in page and "it lasts into one: Long term" in page for page in pages)
    SchoolTerm.objects.update(ends_on=TODAY)
    SchoolTerm.objects.create(name="Next term", starts_on=TODAY + timedelta(days=1), ends_on=window.closes_on)
    assert words not in signed_in(legacy.person).get(TASKS).content.decode()


def test_a_window_that_has_closed_is_said_to_have(legacy: Legacy) -> None:
    legacy.cohort.windows.update(opens_on=TODAY - timedelta(days=9), closes_on=TODAY)
    assert f"to {TODAY.day} March 2026, 11.59pm" in signed_in(legacy.person).get(TASKS).content.decode()
    legacy.cohort.windows.update(closes_on=TODAY - timedelta(days=1))
    closed = signed_in(legacy.person).get(TASKS).content.decode()
    assert "Your assessment window closed on 17 March 2026." in closed
    assert "Not done</span>" in closed
    assert [call for call in (">Next</span>", ">Later</span>", " to go") if call in closed] == []
    legacy.cohort.windows.all().delete()
    assert "As soon as your assessment window is set" in signed_in(legacy.person).get(TASKS).content.decode()


# --- pages ---------------------------------------------------------------------------------------


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def test_the_whole_way_by_the_pages(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    assert "Your assessment window is" in client.get(TASKS).content.decode()
    named = {"called": "Harrowgate", "contrasts": ["geography"], "why_it_contrasts": "By the sea.", "revision": "0"}
    asked = client.post(f"{PLACEMENT}school/", named).content.decode()
    assert "Choose the school that you mean" in asked
    assert "By the sea." in asked
    assert client.post(f"{PLACEMENT}school/", named | {"school": "900202"}).headers["Location"] == PLACEMENT
    page = client.get(PLACEMENT).content.decode()
    assert "Academy converter" in page
    assert "Community school" in page
    assert "has yet to agree" in page
    client.post(f"{PLACEMENT}days/add/", boxes("on", TODAY) | {"what": "Shadowed the bursar."})
    told = client.post(f"{PLACEMENT}days/add/", boxes("on", date(2026, 3, 14)) | {"what": "The fair."}, follow=True)
    assert "it does not count" in told.content.decode()
    assert "<strong>1 of 9</strong>" in told.content.decode()
    again = client.post(f"{PLACEMENT}days/add/", boxes("on", TODAY) | {"what": "Typed anew."}).content.decode()
    assert "is logged already" in again
    assert "Typed anew." in again
    client.post(f"{PLACEMENT}days/2026-03-14/", {"what": "The summer fair.", "revision": "1"})
    assert "The summer fair." in client.get(f"{PLACEMENT}days/2026-03-14/remove/").content.decode()
    client.post(f"{PLACEMENT}days/2026-03-14/remove/", {"revision": "2"})
    client.post(f"{PLACEMENT}work/", {"research": "Few teachers.", "plan": "Train some.", "revision": "1"})
    assert "Train some." in client.get(PLACEMENT).content.decode()
    board = client.get(f"{TASKS}placement/board/").content.decode()
    assert "The governing board of Harrowgate Bay Academy" in board
    early = boxes("presented_on", TODAY - timedelta(days=1)) | {"board": "Theirs", "feedback": "Hm.", "revision": "0"}
    refused = client.post(f"{TASKS}placement/board/", early).content.decode()
    assert "Your first day at the school was 18 March 2026" in refused
    assert "Hm." in refused
    client.post(f"{TASKS}placement/board/", early | boxes("presented_on", TODAY))
    assert BoardPresentation.objects.get().feedback == "Hm."
    own = boxes("presented_on", TODAY) | {"board": "Ours", "feedback": "", "revision": "0"}
    wrong = client.post(f"{TASKS}change/board/", own | boxes("implementation_starts_on", STARTED)).content.decode()
    assert "You presented the plan on 18 March 2026" in wrong
    assert 'href="#id_implementation_starts_on_day"' in wrong or "id_implementation_starts_on" in wrong
    client.post(f"{TASKS}change/board/", own | boxes("implementation_starts_on", TODAY))
    assert BoardPresentation.objects.count() == 2


def test_of_two_tabs_neither_silently_wins(legacy: Legacy) -> None:
    names(legacy)
    presents(legacy)
    logs(legacy, TODAY)
    client = signed_in(legacy.person)
    named = {"called": legacy.host.name, "contrasts": ["pupils"], "revision": "1"}
    work = {"plan": "", "revision": "1"}
    board = boxes("presented_on", TODAY) | {"board": "The governors", "revision": "1"}
    written = {"why_it_contrasts": (f"{PLACEMENT}school/", named)}
    for field, (address, sent) in written.items():
        first = client.post(address, sent | {field: "First tab"})
        assert first.status_code == 302
    pages = [(f"{PLACEMENT}school/", "why_it_contrasts", named)]
    client.post(f"{TASKS}change/board/", board | {"feedback": "First tab"})
    pages.append((f"{TASKS}change/board/", "feedback", board))
    client.post(f"{PLACEMENT}days/2026-03-18/", {"what": "First tab", "revision": "1"})
    pages.append((f"{PLACEMENT}days/2026-03-18/", "what", {"revision": "1"}))
    client.post(f"{PLACEMENT}work/", work | {"research": "First tab", "revision": "2"})
    pages.append((f"{PLACEMENT}work/", "research", work))
    for address, field, sent in pages:
        page = client.post(address, sent | {field: "Second tab"}).content.decode()
        assert "saved while your page was open" in page, address
        assert "First tab" in page, address
        assert "Second tab" in page, address
    assert Placement.objects.get().research == "First tab"
    assert Placement.objects.get().why_it_contrasts == "First tab"
    assert BoardPresentation.objects.get().feedback == "First tab"
    assert PlacementDay.objects.get().what == "First tab"


def test_two_tabs_that_both_name_a_school_first(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    named = {"called": "One School", "contrasts": ["pupils"], "why_it_contrasts": "So.", "revision": "0"}
    client.post(f"{PLACEMENT}school/", named)
    page = client.post(f"{PLACEMENT}school/", named | {"called": "Two School"}).content.decode()
    assert "saved while your page was open" in page
    assert "Two School" in page
    assert Placement.objects.get().school_name == "One School"


def test_twenty_thousand_letters_are_kept_and_one_more_is_refused_whole(legacy: Legacy) -> None:
    names(legacy)
    client, most = signed_in(legacy.person), "w" * 20_000
    refused = client.post(f"{PLACEMENT}work/", {"research": most + "!", "plan": most, "revision": "1"}).content.decode()
    assert "must be 20,000 characters or fewer" in refused
    assert most + "!" in refused
    client.post(f"{PLACEMENT}work/", {"research": most, "plan": most, "revision": "1"})
    assert (Placement.objects.get().research, Placement.objects.get().plan) == (most, most)


def test_whoever_is_on_a_programme_without_such_tasks_finds_none_of_it(legacy: Legacy) -> None:
    person = an_enrolment(a_cohort(a_version())).person
    client = signed_in(person)
    for address in (
        TASKS, f"{TASKS}case-study/board/", PLACEMENT, f"{PLACEMENT}school/", f"{PLACEMENT}work/",
        f"{PLACEMENT}days/add/", f"{PLACEMENT}days/2026-03-18/", f"{PLACEMENT}days/nonsense/remove/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert "Your tasks" not in client.get("/participant/course/").content.decode()
    assert "Your tasks" in signed_in(legacy.person).get("/participant/course/").content.decode()


def test_pages_without_a_placement_lead_to_where_it_is_named(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    assert client.get(PLACEMENT).headers["Location"] == TASKS
    assert client.get(f"{PLACEMENT}work/").headers["Location"] == f"{PLACEMENT}school/"
    assert client.get(f"{PLACEMENT}days/add/").headers["Location"] == f"{PLACEMENT}school/"
    assert client.get(f"{PLACEMENT}days/2026-03-18/").status_code == 404
    assert "Your placement comes first" in client.get(f"{TASKS}placement/board/").content.decode()


# --- staff ---------------------------------------------------------------------------------------


def test_a_lead_agrees_in_the_administration_to_what_they_have_read(legacy: Legacy) -> None:
    placement = names(legacy)
    client, address = signed_in(legacy.lead), f"/admin/cohorts/placement/{placement.pk}/agree/"
    page = client.get(address).content.decode()
    assert "Academy converter" in page
    assert 'name="revision" value="1"' in page
    names(legacy, why_it_contrasts="In the hills.", revision=1)
    assert "has changed this placement since" in client.post(address, {"revision": "1"}).content.decode()
    assert client.post(address, {"revision": "2"}).status_code == 302
    placement.refresh_from_db()
    assert placement.agreed_by == legacy.lead


def test_a_partners_lead_neither_sees_nor_agrees_to_anothers(legacy: Legacy) -> None:
    placement = names(legacy)
    client = signed_in(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert client.get(f"/admin/cohorts/placement/{placement.pk}/change/").status_code == 404
    assert client.post(f"/admin/cohorts/placement/{placement.pk}/agree/", {"revision": "1"}).status_code == 404
    assert "Ines" not in client.get("/admin/cohorts/placement/").content.decode()


def test_lists_are_filtered_by_what_is_missing(legacy: Legacy) -> None:
    names(legacy)
    presents(legacy)
    client = signed_in(legacy.lead)

    def is_listed(table: str, query: str) -> bool:
        return "Ines Caldbeck" in client.get(f"/admin/cohorts/{table}/?{query}").content.decode()

    assert is_listed("placement", "agreed=no&days=short&presented=no")
    assert not any(is_listed("placement", query) for query in ("agreed=yes", "days=enough", "presented=yes"))
    assert is_listed("boardpresentation", "board=own_board&feedback=no")
    assert not any(is_listed("boardpresentation", query) for query in ("board=placement_board", "feedback=yes"))
    agree_placement(Placement.objects.get(), revision=1, by=legacy.lead)
    logs(legacy, *(TODAY - timedelta(days=7 * week) for week in range(9)))
    presents(legacy, legacy.placement)
    assert is_listed("placement", "agreed=yes&days=enough&presented=yes")


def test_what_waits_to_be_agreed_stands_on_the_start_page(legacy: Legacy) -> None:
    names(legacy)
    client = signed_in(legacy.lead)
    assert "Placements to agree" in client.get("/admin/").content.decode()
    agree_placement(Placement.objects.get(), revision=1, by=legacy.lead)
    assert "Placements to agree" not in client.get("/admin/").content.decode()


def test_facilitator_and_lead_read_it_and_change_nothing(legacy: Legacy) -> None:
    names(legacy)
    logs(legacy, TODAY)
    presents(legacy, feedback="Take more time.")
    for person, address in (
        (legacy.facilitator, f"/facilitator/beside/{legacy.enrolment.public_id}/"),
        (legacy.lead, f"/lead/beside/{legacy.enrolment.public_id}/"),
    ):
        page = signed_in(person).get(address).content.decode()
        for words in ("Harrowgate Bay Academy", "1 of 9 working days", "Take more time.", "Shadowed the bursar."):
            assert words in page
        assert "Remove" not in page.split("<main")[1]


# --- declined ------------------------------------------------------------------------------------


def declines(legacy: Legacy, placement: Placement, why: str = "It is too much like yours.") -> Placement:
    return decline_placement(placement, why=why, revision=placement.revision, by=legacy.lead)


def test_a_lead_declines_with_a_reason_and_the_participant_names_another(legacy: Legacy) -> None:
    placement = names(legacy)
    with pytest.raises(errors.ReasonMissing):
        declines(legacy, placement, why=" ")
    placement = declines(legacy, placement)
    letter = Message.objects.get(kind="placement-declined")
    assert (letter.person, "too much like yours" in letter.text) == (legacy.person, True)
    for answer in (declines, lambda legacy, one: agree_placement(one, revision=one.revision, by=legacy.lead)):
        with pytest.raises(errors.PlacementDeclined):
            answer(legacy, placement)
    with pytest.raises(errors.PlacementDeclined):
        logs(legacy, TODAY)
    assert names(legacy, host="Edda Finch", revision=1).declined is not None, "that was not what was declined"
    another = names(legacy, school=None, school_name="Elsewhere School", revision=2)
    assert another.declined is None
    assert [(one.school, one.school_name, one.by) for one in another.declines.all()] == [
        (legacy.host, legacy.host.name, legacy.lead)
    ]
    assert agree_placement(another, revision=3, by=legacy.lead).agreed_by == legacy.lead
    assert list(Entry.objects.filter(verb="placement.declined").values_list("actor_id", flat=True)) == [legacy.lead.pk]


def test_what_is_agreed_is_not_declined_nor_what_has_not_been_read(legacy: Legacy) -> None:
    placement = names(legacy)
    with pytest.raises(errors.PlacementChangedMeanwhile):
        decline_placement(placement, why="No.", revision=7, by=legacy.lead)
    placement = agree_placement(placement, revision=1, by=legacy.lead)
    with pytest.raises(errors.PlacementAgreed):
        declines(legacy, placement)
    with pytest.raises(IntegrityError, match="a_placement_is_agreed_or_declined"), transaction.atomic():
        Placement.objects.update(
            declined=PlacementDecline.objects.create(placement=placement, school_name="X", why="No.", by=legacy.lead)
        )


def test_nobody_is_asked_about_the_placement_of_somebody_whose_part_is_over(legacy: Legacy) -> None:
    placement = names(legacy)
    Enrolment.objects.update(state=EnrolmentState.COMPLETED)
    placement.refresh_from_db()
    client = signed_in(legacy.lead)
    assert "Placements to agree" not in client.get("/admin/").content.decode()
    with pytest.raises(errors.PlacementOfPartOver):
        agree_placement(placement, revision=1, by=legacy.lead)
    with pytest.raises(errors.PlacementOfPartOver):
        declines(legacy, placement)


def test_a_declined_placement_says_why_on_every_page_that_shows_it(legacy: Legacy) -> None:
    placement = names(legacy)
    lead = signed_in(legacy.lead)
    start, changelist = "/admin/", "/admin/cohorts/placement/"
    assert "Placements to agree" in lead.get(start).content.decode()
    act = f"{changelist}{placement.pk}/decline/"
    assert "Say why you do not agree" in lead.post(act, {"revision": 1, "why": ""}).content.decode()
    assert lead.post(act, {"revision": 1, "why": "Too near <b>yours</b>."}).status_code == 302
    assert "Placements to agree" not in lead.get(start).content.decode()
    for choice, there in (("no", False), ("declined", True), ("yes", False)):
        page = lead.get(changelist, {"agreed": choice}).content.decode()
        assert ("Declined on 18 Mar 2026" in page) == there, choice
    assert "Too near &lt;b&gt;yours" in lead.get(f"{changelist}{placement.pk}/change/").content.decode()
    own = signed_in(legacy.person)
    page = own.get(PLACEMENT).content.decode()
    assert "Too near &lt;b&gt;yours" in page
    assert "Log a day" not in page
    assert "Declined on" in own.get(TASKS).content.decode()
    assert own.get(f"{PLACEMENT}days/add/").status_code == 302


def test_at_another_school_the_host_is_asked_anew_once(legacy: Legacy) -> None:
    names(legacy, host="Edda Finch")
    own = signed_in(legacy.person)
    sent = {
        "called": "Elsewhere School", "host": "Edda Finch", "contrasts": ["geography"], "revision": 1,
        "why_it_contrasts": "By a river.",
    }  # fmt: skip
    page = own.post(f"{PLACEMENT}school/", sent).content.decode()
    assert "Enter who hosts you at Elsewhere School, or leave it empty: Edda Finch was at" in page
    assert 'value="Edda Finch"' not in page
    assert Placement.objects.get().school_name == legacy.host.name
    assert own.post(f"{PLACEMENT}school/", sent | {"asked_of": "Elsewhere School"}).status_code == 302
    assert Placement.objects.values_list("school_name", "host").get() == ("Elsewhere School", "Edda Finch")
    assert (
        own.post(f"{PLACEMENT}school/", sent | {"called": "Third School", "host": "", "revision": 2}).status_code == 302
    )
    assert Placement.objects.values_list("school_name", "host").get() == ("Third School", "")
