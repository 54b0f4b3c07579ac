"""A project, a small change and an evaluation on a phone without scripts, and a facilitator who reads them there."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from playwright.sync_api import Page

from cohorts.models import ChangeProject, CourseChange, FormativeRound, SelfEvaluation
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Behaviour, ContentArea
from npqh_portal.programmes.states import VersionState
from tests.browser import PHONE, NewPage
from tests.cohorts.practising import a_picture
from tests.factories import a_cohort, a_course, a_group, a_person, a_version, an_enrolment, an_item, published

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


def test_from_the_evaluation_to_a_stage_that_the_facilitator_reads(new_page: NewPage, live_server: Any) -> None:
    version = a_version(state=VersionState.DRAFT)
    ContentArea.objects.create(version=version, number=1, name="Implementation", in_every_course=True)
    for number, name in enumerate(("Commitment", "Resilience"), start=1):
        Behaviour.objects.create(version=version, number=number, name=name, descriptor="Keeps at it")
    course = a_course(version, title="Leading change", code="change")
    an_item(version, course=course, title="Your change project: explore", kind=ItemKind.PRACTICAL_CYCLE, code="explore")
    published(version)
    cohort = a_cohort(version, starts_on=clock.today() - timedelta(days=60))
    gwen = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, gwen, name="Fellside")
    ines = an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name="Ines Caldbeck"))
    phone = signed_in(new_page(javascript=False, viewport=PHONE), ines.person, live_server)

    phone.goto("/participant/course/")
    phone.get_by_role("link", name="your leadership behaviours").first.click()
    for name in ("Commitment", "Resilience"):
        phone.get_by_role("group", name=f"{name}: where do you stand?").get_by_label(
            "I manage it in quiet times"
        ).check()
        phone.get_by_label(f"{name}: how will you develop it?").fill("Ask two colleagues what it is like. " * 10)
    fits(phone)
    phone.get_by_role("button", name="Send it").click()
    fits(phone)
    assert SelfEvaluation.objects.get().sent_at

    phone.goto("/participant/course/change/try/")
    phone.get_by_label("What will you try in your school?").fill("Stand at the gate for two weeks.")
    phone.get_by_role("button", name="Save").click()
    fits(phone)
    assert CourseChange.objects.get().course == course

    phone.goto("/participant/project/")
    phone.get_by_role("button", name="Write your plan").click()
    phone.get_by_label("What do you want to change?").fill("Every child reads aloud to somebody who listens.")
    phone.get_by_role("button", name="Save").click()
    fits(phone)
    assert ChangeProject.objects.get().revision == 1
    phone.get_by_role("link", name="Your change project: explore").click()
    phone.get_by_label("What you did, and what it shows").fill("I sat in on eleven lessons.")
    picture = a_picture("the week of a whole school class by class.png")
    phone.get_by_label("Add files").set_input_files(
        [{"name": picture.name or "", "mimeType": "image/png", "buffer": picture.read()}]
    )
    phone.get_by_role("button", name="Save for later").click()
    phone.get_by_label("What the week of a whole school class by class.png shows").fill("Year 3, one week")
    fits(phone)
    phone.get_by_role("button", name="Send it").click()
    fits(phone)
    assert phone.get_by_role("img", name="Year 3, one week").is_visible()
    assert FormativeRound.objects.get().files.get().caption == "Year 3, one week"

    hers = signed_in(new_page(javascript=False, viewport=PHONE), gwen, live_server)
    hers.goto("/facilitator/small-changes/")
    assert hers.get_by_text("Stand at the gate for two weeks.").is_visible()
    fits(hers)
    hers.get_by_role("link", name="Ines Caldbeck").click()
    fits(hers)
    for words in ("Every child reads aloud to somebody who listens.", "I sat in on eleven lessons."):
        assert hers.get_by_text(words).is_visible()
    assert hers.get_by_role("img", name="Year 3, one week").is_visible()


def test_what_is_printed_begins_on_the_first_page_with_most_room_for_what_was_recorded(
    new_page: NewPage, live_server: Any
) -> None:
    version = a_version(state=VersionState.DRAFT)
    course = a_course(version, title="Leading change", code="change")
    for number in range(1, 31):
        an_item(version, course=course, title=f"Module {number}", kind=ItemKind.MODULE, number=number)
    published(version)
    cohort = a_cohort(version, starts_on=clock.today() - timedelta(days=60))
    group = a_group(cohort, a_person(Role.FACILITATOR))
    ines = an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name="Ines Caldbeck"))
    paper = signed_in(new_page(viewport={"width": 700, "height": 1000}), ines.person, live_server)
    paper.goto("/participant/engagement/everything.html")
    paper.emulate_media(media="print")
    widths = paper.locator("thead th").evaluate_all("found => found.map(one => one.getBoundingClientRect().width)")
    assert max(widths) == widths[3], widths
    table = paper.locator(".npqh-sheet--flush")
    assert table.bounding_box()["height"] > 1000, "longer than a page"
    # Chromium breaks neither what scrolls nor what is to stay whole, and begins it on a new page.
    style = table.evaluate("sheet => [getComputedStyle(sheet).overflow, getComputedStyle(sheet).breakInside]")
    assert style == ["visible", "auto"]
