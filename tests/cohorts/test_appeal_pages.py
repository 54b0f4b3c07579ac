"""Questioning a mark in the browser, for each who has a part in it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cohorts.actions import record_register
from cohorts.actions.appeals import correct_mark, keep_mark, question_mark, take_further
from cohorts.models import Appeal, AttendanceMark, Enrolment
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.assessments.conftest import a_pdf
from tests.cohorts.browsing import Browsing
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_partner, a_person, an_enrolment


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def absent(world: World) -> Enrolment:
    (somebody,) = world.enrol(person=a_person(Role.PARTICIPANT, full_name="Ines Tarbeck"))
    record_register(world.seminar, marks={somebody.pk: mark("absent")}, by=world.facilitator)
    return somebody


def page_of(world: World) -> str:
    return reverse("cohorts:appeal", args=[world.seminar.public_id])


def asked(world: World, who: Enrolment, **more: Any) -> Appeal:
    return question_mark(who, seminar=world.seminar, claimed="present", words="I was there.", by=who.person, **more)


def status(person: User, address: str) -> int:
    client = Client()
    client.force_login(person)
    response: Any = client.get(address)
    if response.streaming:
        assert b"".join(response.streaming_content).startswith(b"%PDF")
    return int(response.status_code)


def test_from_the_mark_to_the_correction(world: World, absent: Enrolment) -> None:
    person = Browsing(absent.person).open(page_of(world))
    assert "You can question this mark until Thursday 2 April 2026 , 11.59pm." in person.text
    person.send(claimed="partly", words="Until the break.")
    assert "Enter how many minutes you were there" in person.text
    person.send(claimed="partly", minutes=75, words="Until the break.")
    assert "Gwen Ashdown-Pike answers by Saturday 28 March 2026." in person.text
    assert "You said: part, 75 minutes." in person.text

    gwen = Browsing(world.facilitator).open(reverse("cohorts:today"))
    assert "Questioned marks to answer Ines Tarbeck" in gwen.text
    one = Appeal.objects.get()
    gwen.open(reverse("cohorts:appeals"))
    assert reverse("cohorts:appeal_answer", args=[one.public_id]) in gwen.html
    gwen.open(reverse("cohorts:appeal_answer", args=[one.public_id]))
    assert "To be answered by Saturday 28 March 2026" in gwen.text
    assert ("status" in gwen.held, gwen.held["minutes"]) == (False, [""])  # asked, and not chosen for her
    assert "As they say. From 0.0% to " in gwen.text
    gwen.send(decision="keep")
    assert "Say why the mark stands. They read it" in gwen.text
    gwen.send(decision="correct", words="You are right.")
    assert "Choose what the register is to say" in gwen.text
    assert "(optional)" not in gwen.text
    gwen.send(decision="correct", status="exempt", words="")
    assert "Say why they are exempt. They read it" in gwen.text
    gwen.send(decision="correct", status="partly", minutes=500, words="You are right.")
    assert "from 1 to 120" in gwen.text
    gwen.send(decision="correct", status="partly", minutes=75, words="You are right.")
    assert "The mark of Ines Tarbeck is corrected: from 0.0% to " in gwen.text
    assert AttendanceMark.objects.filter(enrolment=absent).first().minutes == 75  # type: ignore[union-attr]
    person.open(page_of(world))
    assert "Corrected on Wednesday 18 March 2026 by Gwen Ashdown-Pike You are right." in person.text


def test_a_correction_that_was_itself_replaced_is_told_as_past(world: World, absent: Enrolment) -> None:
    one = asked(world, absent)
    correct_mark(one, status="authorised", as_lead=False, by=world.facilitator)
    gwen = Browsing(world.facilitator).open(reverse("cohorts:appeal_answer", args=[one.public_id]))
    assert "The register now says: Authorised absence" in gwen.text
    record_register(world.seminar, marks={absent.pk: mark("present", reason="The sheet")}, by=world.facilitator)
    assert "The register then said: Authorised absence" in gwen.open(gwen.address).text
    assert "The register then said" in Browsing(absent.person).open(page_of(world)).text


def test_kept_then_taken_to_the_lead_and_final(world: World, absent: Enrolment) -> None:
    one = asked(world, absent)
    gwen = Browsing(world.facilitator).open(reverse("cohorts:appeal_answer", args=[one.public_id]))
    gwen.send(decision="keep", words="Nobody saw you.")
    person = Browsing(absent.person).open(page_of(world))
    assert "you can ask the programme lead, once, until Thursday 2 April 2026" in person.text
    person.open(reverse("cohorts:appeal_further", args=[one.public_id])).send(words="Una did.")
    assert "The programme lead answers by Saturday 28 March 2026." in person.text
    gwen.open(reverse("cohorts:appeal_answer", args=[one.public_id]))
    assert "The programme lead answers by Saturday 28 March 2026." in gwen.text
    assert "Your answer" not in gwen.text
    lead = Browsing(world.lead).open(reverse("cohorts:lead_appeals"))
    assert "Taken further" in lead.text
    lead.open(reverse("cohorts:lead_appeal_answer", args=[one.public_id])).send(decision="keep", words="She did not.")
    person.open(page_of(world))
    assert "The mark stands for good" in person.text
    person.open(reverse("cohorts:appeal_further", args=[one.public_id]))
    assert "It cannot be taken to the programme lead." in person.text


def test_taken_back_and_asked_again_until_it_is_too_late(world: World, absent: Enrolment, time_machine: Any) -> None:
    one = asked(world, absent)
    person = Browsing(absent.person).open(reverse("cohorts:appeal_take_back", args=[one.public_id])).send()
    assert "Taken back. The mark stands as it is." in person.text
    assert "Question your mark for" in person.text
    time_machine.move_to(NOW + timedelta(days=16), tick=False)
    person.open(page_of(world))
    assert "This mark could be questioned until 2 April 2026, 11.59pm." in person.text
    assert person.tree.findall(".//textarea") == []


def test_a_stale_page_asks_for_nothing_that_cannot_help_and_loses_no_word(world: World, absent: Enrolment) -> None:
    person = Browsing(absent.person).open(page_of(world))
    asked(world, absent)
    person.send(claimed="partly", words="I came at ten.")
    assert "Enter how many minutes you were there" not in person.text
    assert "What you had typed It was not sent. Copy it from here if you want to keep it. I came at ten." in person.text
    assert "What you asked" in person.text


def test_one_who_answers_too_late_reads_what_became_of_it_and_loses_no_word(world: World, absent: Enrolment) -> None:
    one = asked(world, absent)
    gwen = Browsing(world.facilitator).open(reverse("cohorts:appeal_answer", args=[one.public_id]))
    keep_mark(one, words="Final.", as_lead=True, by=world.lead)
    gwen.send(decision="keep", words="Nobody saw you.")
    assert "This question no longer waits for your answer" in gwen.text
    assert "What you had typed Nobody saw you." in gwen.text


@pytest.mark.parametrize(("decision", "state"), [("correct", "The mark was corrected"), ("keep", "The mark stands")])
def test_whoever_answers_in_two_tabs_is_told_that_they_had_already(
    world: World, absent: Enrolment, decision: str, state: str
) -> None:
    page = reverse("cohorts:appeal_answer", args=[asked(world, absent).public_id])
    first, second, third = (Browsing(world.facilitator).open(page) for _ in range(3))
    for tab in (first, second):
        tab.send(decision=decision, status="authorised", words="The list.")
    assert "They are told by email" in first.text
    assert f"You had answered that already: “{state}”. Ines Tarbeck has been told, once." in second.text
    third.send(decision=decision, status="authorised", words="Another list.")
    assert "This question no longer waits for your answer" in third.text
    assert "What you had typed Another list." in third.text


def test_overdue_stands_first_and_says_so(world: World, absent: Enrolment, time_machine: Any) -> None:
    (later,) = world.enrol(person=a_person(Role.PARTICIPANT, full_name="Abel First"))
    record_register(world.seminar, marks={later.pk: mark("absent")}, by=world.facilitator)
    asked(world, absent)
    time_machine.move_to(NOW + timedelta(days=8), tick=False)
    asked(world, later)
    time_machine.move_to(NOW + timedelta(days=11), tick=False)
    for person, page in ((world.facilitator, "cohorts:appeals"), (world.lead, "cohorts:lead_appeals")):
        text = Browsing(person).open(reverse(page)).text
        assert text.count("Overdue") == 1
        assert text.index("Ines Tarbeck") < text.index("Overdue") < text.index("Abel First")
    assert "was to answer by Saturday 28 March 2026" in Browsing(absent.person).open(page_of(world)).text


def test_whose_question_and_file_it_is(world: World, absent: Enrolment) -> None:
    one = asked(world, absent, upload=SimpleUploadedFile("sheet.pdf", a_pdf()))
    stranger = a_person(Role.FACILITATOR)
    mate = an_enrolment(world.cohort, world.group).person
    partners = a_person(Role.PROGRAMME_LEAD, organisation=a_partner())
    reached = {
        (reverse("cohorts:appeal_answer", args=[one.public_id]), world.facilitator): 200,
        (reverse("cohorts:appeal_evidence", args=[one.public_id]), world.facilitator): 200,
        (reverse("cohorts:lead_appeal_answer", args=[one.public_id]), world.lead): 200,
        (reverse("cohorts:lead_appeal_evidence", args=[one.public_id]), world.lead): 200,
        (reverse("cohorts:appeal_file", args=[one.file.public_id]), absent.person): 200,
        (reverse("cohorts:appeal_answer", args=[one.public_id]), stranger): 404,
        (reverse("cohorts:appeal_evidence", args=[one.public_id]), stranger): 404,
        (reverse("cohorts:lead_appeal_answer", args=[one.public_id]), partners): 404,
        (reverse("cohorts:appeal_file", args=[one.file.public_id]), mate): 404,
        (page_of(world), mate): 404,
        (reverse("cohorts:appeal_further", args=[one.public_id]), mate): 404,
    }
    assert {key: status(key[1], key[0]) for key in reached} == reached


@pytest.mark.parametrize("page", ["cohorts:appeals", "cohorts:lead_appeals"])
def test_lists_take_as_many_statements_for_one_row_as_for_three(
    world: World, django_assert_max_num_queries: Any, page: str
) -> None:
    counts = []
    client = Client()
    client.force_login(world.facilitator if page == "cohorts:appeals" else world.lead)
    for _ in range(3):
        (somebody,) = world.enrol()
        record_register(world.seminar, marks={somebody.pk: mark("absent")}, by=world.facilitator)
        asked(world, somebody)
        with django_assert_max_num_queries(30) as seen:
            client.get(reverse(page))
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_what_was_taken_further_is_answered_by_the_lead_alone(world: World, absent: Enrolment) -> None:
    one = keep_mark(asked(world, absent), words="No.", as_lead=False, by=world.facilitator)
    take_further(one, words="Yes.", by=absent.person)
    gwen = Browsing(world.facilitator).open(reverse("cohorts:appeals"))
    assert "Nothing waits for an answer." in gwen.text
    assert "Ines Tarbeck" in gwen.open(reverse("cohorts:appeals") + "?show=further").text
