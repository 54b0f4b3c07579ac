"""The whole form on a phone, in a real browser: with scripts and without them, and by keyboard alone."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from applications.models import Application
from applications.states import ApplicationState
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.browser import PHONE, NewPage
from tests.factories import FINISHED, a_person, a_school, a_version, an_application, an_intake

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ines() -> User:
    return a_person(full_name="Ines Caldbeck", email="ines@quillbeck.example")


def signed_in(page: Page, person: User) -> Page:
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}]
    )
    return page


def saves(page: Page) -> None:
    fits(page)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your application for")


def fits(page: Page) -> None:
    """Nothing on it is wider than the phone, and it says that nothing is sent."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.get_by_role("main")).to_contain_text("Not sent yet")


def answers(page: Page, task: str, **typed: str) -> None:
    page.get_by_role("link", name=task, exact=True).click()
    for label, text in typed.items():
        page.get_by_role("textbox", name=label.replace("_", " ")).fill(text)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_whole_form_on_a_phone(new_page: NewPage, ines: User, javascript: bool) -> None:
    a_school(name="Quillbeck Primary School", urn="912345", town="Quillbeck")
    intake = an_intake(a_version())
    page = signed_in(new_page(javascript=javascript, viewport=PHONE), ines)
    page.goto(reverse("applications:start", args=[intake.public_id]))
    page.get_by_role("button", name="Start your application").click()

    answers(page, "Your details", Day="29", Month="2", Year="1980")
    saves(page)
    answers(page, "Your teacher reference number", Your_teacher_reference_number="01/23456")
    page.get_by_label("Yes", exact=True).check()
    saves(page)
    answers(page, "Your role and headship", What_is_your_role_now="Headteacher")
    page.get_by_label("As a National Leader of Education (NLE)").check()  # S47
    day = page.get_by_role("textbox", name="Day")
    page.get_by_label("I hope to become a headteacher").check()
    expect(day).to_be_visible(visible=not javascript)  # who hopes to become one has no date to give
    page.get_by_label("I have been a headteacher for longer").check()
    for box, text in (("Day", "1"), ("Month", "9"), ("Year", "2020")):
        page.get_by_role("textbox", name=box).fill(text)
    saves(page)
    answers(page, "Your workplace")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("A school", exact=True).check()
    saves(page)
    answers(page, "Your school", Find_your_school="quillbeck")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Quillbeck Primary School").check()
    saves(page)
    answers(page, "How your place is paid for")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("My school pays").check()
    saves(page)
    answers(page, "Why you apply", What_do_you_most_want_to_change="So that every child reads by seven.")
    saves(page)
    answers(page, "Support beside the programme")
    page.get_by_label("No", exact=True).check()
    saves(page)
    answers(page, "Reasonable adjustments")
    page.get_by_label("No", exact=True).check()
    saves(page)
    answers(page, "What you agree to")
    page.get_by_label("I agree to all of these").check()
    saves(page)
    answers(page, "Who endorses you", Their_full_name="Hesketh Marrin", Their_email_address="chair@quillbeck.example")
    saves(page)

    page.get_by_role("link", name="Check and send").click()
    fits(page)
    page.get_by_label("I declare this").check()
    page.get_by_role("button", name="Send your application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is sent")
    application = Application.objects.get()
    assert (application.state, application.trn, application.role_reach) == ("submitted", "0123456", "national_leader")
    assert (application.school_urn, application.endorser_role) == ("912345", "chair")
    page.go_back()
    page.reload()
    expect(page.get_by_role("main")).not_to_contain_text("Not sent yet")


def test_a_part_by_keyboard_alone(new_page: NewPage, ines: User) -> None:
    draft = an_application(ines, an_intake(a_version()), state=ApplicationState.DRAFT, **FINISHED)
    page = signed_in(new_page(viewport=PHONE), ines)
    page.goto(reverse("applications:part", args=[draft.public_id, "adjustments"]))
    page.get_by_label("No", exact=True).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("Slides sent before a session.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your application for")
    draft.refresh_from_db()
    assert (draft.needs_adjustments, draft.adjustments) == (True, "Slides sent before a session.")


def test_a_long_text_is_never_cut_by_the_browser(new_page: NewPage, ines: User) -> None:
    draft = an_application(ines, an_intake(a_version()), state=ApplicationState.DRAFT, **FINISHED)
    page = signed_in(new_page(viewport=PHONE), ines)
    page.goto(reverse("applications:part", args=[draft.public_id, "adjustments"]))
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("If yes, what would help?").fill("x" * 20_000)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Your answer has 20,000 characters, and 5,000 is the most")
    expect(page.get_by_label("If yes, what would help?")).to_have_value("x" * 20_000)


def test_a_double_click_sends_one(new_page: NewPage, ines: User) -> None:
    draft = an_application(ines, an_intake(a_version()), state=ApplicationState.DRAFT, **FINISHED)
    page = signed_in(new_page(javascript=False, viewport=PHONE), ines)
    page.goto(reverse("applications:check", args=[draft.public_id]))
    page.get_by_label("I declare this").check()
    page.get_by_role("button", name="Send your application").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is sent")
    assert Application.objects.get().state == ApplicationState.SUBMITTED
    assert Message.objects.filter(kind="application-received").count() == 1


def test_a_name_without_a_space_leaves_the_other_columns_of_the_queue_in_sight(new_page: NewPage) -> None:
    intake = an_intake(a_version())
    for name in ("Oluwaseun Featherstonehaugh", "O" * 200):
        an_application(a_person(), intake, **FINISHED | {"full_name": name})
    page = signed_in(new_page(), a_person(Role.PROGRAMME_LEAD))
    page.goto(reverse("admin:applications_application_changelist"))
    table = page.locator("#changelist .results")
    assert table.evaluate("table => table.scrollWidth - table.clientWidth") == 0
