"""The pages of change projects and small changes, and who is kept out of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cohorts.actions.practice import save_small_change
from cohorts.actions.project import save_project, share_project
from cohorts.models import ChangeProject, Cohort, CourseChange, Enrolment, FormativeFile, Membership, SupportMatch
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.browsing import Browsing
from tests.cohorts.practising import Practising, a_picture, practising
from tests.factories import a_person

__all__ = ["practising"]
PROJECT, PLAN, SHARE = "/participant/project/", "/participant/project/plan/", "/participant/project/share/"
GATE, SMALL = "/participant/course/culture/try/", "/facilitator/small-changes/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def status(person: User, address: str) -> int:
    client = Client()
    client.force_login(person)
    found: int = client.get(address).status_code
    return found


def planned(practising: Practising) -> ChangeProject:
    words = {"what": "Read aloud.", "why": "19 of 61.", "for_whom": "Year 3", "how_known": "By summer."}
    days = {"starts_on": date(2026, 4, 1), "ends_on": None}
    return save_project(practising.enrolment, **words, **days, revision=0, by=practising.person)


def supported(practising: Practising) -> User:
    coach = a_person(Role.COACH, full_name="Dorothea Wainfleet")
    SupportMatch.objects.create(
        enrolment=practising.enrolment, strand="new_heads", supporter=coach, from_on=clock.today(),
        planned_to_on=clock.today() + timedelta(days=100),
    )  # fmt: skip
    return coach


# --- the participant -----------------------------------------------------------------------------


def test_whoever_is_away_is_asked_for_nothing(practising: Practising) -> None:
    save_small_change(
        practising.enrolment, course=practising.early, planned="At the gate.", happened="", revision=0,
        by=practising.person,
    )  # fmt: skip
    late = f"/participant/course/{practising.late.code}/try/"
    assert late in Browsing(practising.person).open("/participant/course/").html
    Membership.objects.update(to_on=clock.today())
    for state, told in (
        ("deferred", "While you are away nothing of it is asked of you."),
        ("withdrawn", "This is what you wrote and sent."),
    ):
        Enrolment.objects.update(state=state)
        course, project = (Browsing(practising.person).open(page) for page in ("/participant/course/", PROJECT))
        assert told in project.text
        for page in (course, project):
            assert "sked for from" not in page.text
            assert (GATE in page.html, late in page.html) == (True, state == "deferred")


def test_a_project_is_planned_from_the_course_on(practising: Practising) -> None:
    page = Browsing(practising.person).open("/participant/course/")
    assert f'href="{PROJECT}"' in page.html
    page.open(PROJECT)
    assert "nothing stops you from planning it now" in page.text
    assert page.text.count("Not begun") == 5, "four stages and the task"
    Enrolment.objects.update(state="withdrawn")
    left = Browsing(practising.person).open(PROJECT)
    assert ("Not begun" in left.text, left.text.count("Not sent")) == (False, 5)
    Enrolment.objects.update(state="active")
    page.open(PLAN).send(what="Read aloud.", ends_on=date(2026, 3, 1), starts_on=date(2026, 4, 1))
    assert "Enter a last day that is not before it" in page.text
    assert page.held["what"] == ["Read aloud."]
    page.send(ends_on=date(2026, 7, 1))
    assert "1 April 2026 to 1 July 2026" in page.text


def test_what_another_tab_saved_is_shown_above_ones_own_words(practising: Practising) -> None:
    second = Browsing(practising.person).open(PLAN)
    planned(practising)
    second.send(what="Other")
    assert "What stands now" in second.text
    assert "Read aloud." in second.text
    assert second.held["what"] == ["Other"]
    second.send()
    assert ChangeProject.objects.get().what == "Other"


def test_before_the_course_nothing_can_be_written(practising: Practising) -> None:
    Cohort.objects.filter(pk=practising.cohort.pk).update(starts_on=clock.today() + timedelta(days=1))
    page = Browsing(practising.person).open(PLAN)
    assert page.address == PROJECT
    assert "from the first day of your course, Thursday 19 March 2026" in page.text


def test_a_stage_is_written_with_a_picture_and_what_it_shows(practising: Practising) -> None:
    client = Client()
    client.force_login(practising.person)
    write = "/participant/formative/explore/write/"
    first = {"words": "Eleven lessons.", "revision": "0", "number": "1", "save": "1", "documents": [a_picture()]}
    client.post(write, first)
    file = FormativeFile.objects.get()
    page = Browsing(practising.person).open(write)
    assert "Find out what the matter is" in page.text
    page.send("send", **{f"caption_{file.public_id}": "Year 3, one week"})
    assert "A stage of your change project" in page.text
    assert 'alt="Year 3, one week"' in page.html
    shown = client.get(f"/participant/formative/files/{file.public_id}/")
    assert (shown["Content-Type"], shown.getvalue()[:4]) == ("image/png", b"\x89PNG")
    assert page.open(PROJECT).text.count("with 1 file") == 1


def test_a_later_stage_is_sent_in_sight_of_the_earlier_ones_that_are_not(practising: Practising) -> None:
    practising.sends(practising.stages[0], "Eleven lessons.")
    assert "You have not sent" not in Browsing(practising.person).open("/participant/formative/prepare/write/").text
    page = Browsing(practising.person).open("/participant/formative/sustain/write/")
    unsent = [stage.title for stage in practising.stages[1:3]]
    assert f"You have not sent {' or '.join(unsent)} yet. The stages build on one another" in page.text
    page.send("send", words="It stays.")
    assert practising.enrolment.completions.filter(item=practising.stages[3]).exists()


def test_a_small_change_is_planned_and_told_of_from_the_course(practising: Practising) -> None:
    page = Browsing(practising.person).open("/participant/course/")
    assert f'href="{GATE}"' in page.html
    assert "To plan" in page.text
    page.open(GATE).send(happened="Much.")
    assert "Write what you will try in your school" in page.text
    page.send(planned="At the gate.")
    assert "Tried" in page.text
    assert CourseChange.objects.get().happened == "Much."
    assert "At the gate." in page.open(PROJECT).text


def test_all_of_it_is_downloaded_as_one_page(practising: Practising) -> None:
    planned(practising)
    practising.sends(practising.stages[0], "Eleven lessons.")
    client = Client()
    client.force_login(practising.person)
    file = client.get("/participant/project/file/")
    text = file.content.decode()
    assert file["Content-Disposition"] == 'attachment; filename="change-project.html"'
    assert "Read aloud." in text
    assert "Eleven lessons." in text
    assert "http" not in text


def test_a_programme_without_stages_has_no_such_page(practising: Practising) -> None:
    practising.enrolment.personal_items.filter(item__in=practising.stages).delete()
    for address in (PROJECT, PLAN, "/participant/project/file/", "/participant/behaviours/"):
        assert status(practising.person, address) == 404


def test_whoever_has_left_reads_what_they_wrote(practising: Practising) -> None:
    planned(practising)
    Enrolment.objects.filter(pk=practising.enrolment.pk).update(state="withdrawn")
    page = Browsing(practising.person).open(PROJECT)
    assert "Read aloud." in page.text
    assert PLAN not in page.html


def test_whoever_has_left_without_a_plan_is_not_told_of_one_to_come(practising: Practising) -> None:
    Enrolment.objects.filter(pk=practising.enrolment.pk).update(state="withdrawn")
    page = Browsing(practising.person).open(PROJECT)
    assert "No plan was written." in page.text
    assert "yet" not in page.text
    assert "read your plan as it stands" not in page.text


# --- those who read it ---------------------------------------------------------------------------


def test_facilitator_and_lead_read_everything_of_one_person_on_one_page(practising: Practising) -> None:
    planned(practising)
    practising.sends(practising.stages[0], "Eleven lessons.")
    practising.sends(practising.work_task, "A conversation.")
    save_small_change(
        practising.enrolment, course=practising.early, planned="At the gate.", happened="", revision=0,
        by=practising.person,
    )  # fmt: skip
    public_id = practising.enrolment.public_id
    for person, space in ((practising.facilitator, "facilitator"), (practising.lead, "lead")):
        page = Browsing(person).open(f"/{space}/beside/{public_id}/work/")
        for words in ("Read aloud.", "Eleven lessons.", "A conversation.", "At the gate."):
            assert words in page.text
    for person in (a_person(Role.FACILITATOR), practising.facilitator):
        allowed = person == practising.facilitator
        assert status(person, f"/facilitator/beside/{public_id}/work/") == (200 if allowed else 404)
    assert status(a_person(Role.ADMINISTRATOR), f"/lead/beside/{public_id}/work/") == 403


def test_a_draft_is_read_by_nobody_else(practising: Practising) -> None:
    Browsing(practising.person).open("/participant/formative/explore/write/").send("save", words="Half of it")
    page = Browsing(practising.facilitator).open(f"/facilitator/beside/{practising.enrolment.public_id}/work/")
    assert "Half of it" not in page.text
    assert "Not sent yet" in page.text


def test_before_a_seminar_the_facilitator_reads_the_small_changes_of_its_course(practising: Practising) -> None:
    save_small_change(
        practising.enrolment, course=practising.early, planned="At the gate.", happened="", revision=0,
        by=practising.person,
    )  # fmt: skip
    page = Browsing(practising.facilitator).open(SMALL)
    assert "Small changes: Culture" in page.text
    assert "At the gate." in page.text
    assert "Nothing written yet" in page.open(f"{SMALL}?group={practising.group.pk}&course={practising.late.pk}").text
    assert "At the gate." not in Browsing(a_person(Role.FACILITATOR)).open(SMALL).text


def test_the_coach_reads_what_is_shared_and_nothing_before_or_after(practising: Practising) -> None:
    coach, plan = supported(practising), planned(practising)
    address = f"/coach/projects/{plan.public_id}/"
    assert status(coach, address) == 404
    page = Browsing(practising.person).open(PROJECT)
    assert "Dorothea Wainfleet cannot read it now" in page.text
    page.send("share")
    assert "Dorothea Wainfleet can read all of this page" in page.text
    assert plan.shared_with.count() == 1
    assert "Read aloud." in Browsing(coach).open("/coach/projects/").open(address).text
    assert status(a_person(Role.COACH), address) == 404
    share_project(practising.enrolment, is_shared=False, by=practising.person)
    assert status(coach, address) == 404
