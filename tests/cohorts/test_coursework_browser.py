"""Formative work from the draft to the feedback, and a reflection from the draft to the group: a phone, no scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from playwright.sync_api import Page

from cohorts.models import Completion, FormativeRound, Reflection
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.states import VersionState
from tests.browser import PHONE, NewPage
from tests.cohorts.written import a_file
from tests.factories import (
    a_cohort,
    a_course,
    a_group,
    a_person,
    a_study_page,
    a_version,
    an_enrolment,
    an_item,
    published,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def signed_in(page: Page, person: User, live_server: Any) -> Page:
    client = Client()
    client.force_login(person)
    name = portal.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return page


def fits(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_from_the_draft_to_the_feedback_and_from_the_reflection_to_the_group(
    new_page: NewPage, live_server: Any
) -> None:
    version = a_version(state=VersionState.DRAFT)
    course = a_course(version, title="Leading change")
    an_item(version, course=course, title="Plan a change", kind=ItemKind.FORMATIVE_TASK, code="plan")
    published(version)
    cohort = a_cohort(version, starts_on=clock.today() - timedelta(days=60))
    gwen = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, gwen, name="Fellside")
    ines, rafe = (
        an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name=name)).person
        for name in ("Ines Caldbeck", "Rafe Underhill")
    )
    phone = signed_in(new_page(javascript=False, viewport=PHONE), ines, live_server)
    phone.goto("/participant/course/")
    phone.get_by_role("link", name="Plan a change").click()
    fits(phone)
    phone.get_by_label("Your answer").fill("We began with the timetable. " * 30)
    plan = a_file("the plan of a whole school for a year and more.docx")
    phone.get_by_label("Add files").set_input_files(
        [{"name": plan.name or "", "mimeType": "application/octet-stream", "buffer": plan.read()}]
    )
    phone.get_by_role("button", name="Save for later").click()
    fits(phone)
    assert not FormativeRound.objects.exists()
    phone.get_by_role("button", name="Send it").click()
    fits(phone)
    assert FormativeRound.objects.get().files.count() == 1
    assert Completion.objects.count() == 1

    hers = signed_in(new_page(javascript=False, viewport=PHONE), gwen, live_server)
    hers.goto("/facilitator/")
    hers.get_by_role("link", name="Ines Caldbeck").click()
    fits(hers)
    hers.get_by_label("Your feedback").fill("Say why the timetable came first.")
    hers.get_by_role("button", name="Give feedback").click()
    fits(hers)
    phone.reload()
    assert phone.get_by_text("Say why the timetable came first.").is_visible()
    fits(phone)

    phone.goto("/participant/reflections/")
    phone.get_by_role("button", name="Write a reflection").click()
    phone.get_by_label("Title").fill("Before the governors")
    phone.get_by_label("Your reflection").fill("One question, and no slides.")
    phone.get_by_role("button", name="Save").click()
    fits(phone)
    phone.get_by_label("Your seminar group, Fellside").check()
    phone.get_by_role("button", name="Save").click()
    fits(phone)
    assert Reflection.objects.get().group == group
    mates = signed_in(new_page(javascript=False, viewport=PHONE), rafe, live_server)
    mates.goto("/participant/reflections/group/")
    mates.get_by_role("link", name="Before the governors").click()
    assert mates.get_by_text("One question, and no slides.").is_visible()
    fits(mates)


def test_a_page_to_study_whose_title_is_one_long_word_fits_a_phone(new_page: NewPage, live_server: Any) -> None:
    version = a_version(state=VersionState.DRAFT)
    module = an_item(version, kind=ItemKind.MODULE, title="M" * 100, minutes=60)
    published(version)
    written = a_study_page(module, title="W" * 100)
    lead = signed_in(new_page(javascript=False, viewport=PHONE), a_person(Role.PROGRAMME_LEAD), live_server)
    lead.goto(f"/admin/programmes/studypage/{written.pk}/preview/")
    assert "W" * 100 in lead.locator(".govuk-back-link").inner_text()
    fits(lead)
    enrolment = an_enrolment(a_cohort(version))
    reader = signed_in(new_page(javascript=False, viewport=PHONE), enrolment.person, live_server)
    reader.goto(f"/participant/study/{module.code}/")
    fits(reader)
    reader.goto(f"/participant/study/{module.code}/1/")
    assert "W" * 100 in reader.get_by_role("heading", level=1).inner_text()
    fits(reader)
