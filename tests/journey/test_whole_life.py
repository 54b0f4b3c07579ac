"""The whole life of a participant, from the public page to a certificate that anybody can check.

Nothing is stood in for: a browser without scripts, the web server, PostgreSQL, Redis, a Celery worker, letters and
files. Time is real too, so the programme is a short one: two seminars and a module, all of them today.
"""

import re
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser
from pypdf import PdfReader

from cohorts.models import Cohort
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.words import short_day
from tests import factories as make

from .conftest import RunningPortal
from .people import Browsers, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_public_page_to_a_certificate(portal: RunningPortal, chromium: Browser, tmp_path: Path) -> None:
    browsers = Browsers(chromium, portal)
    lead = browsers.of_staff("Tobias Farrant", Role.PROGRAMME_LEAD)
    facilitator = browsers.of_staff("Gwen Ashdown-Pike", Role.FACILITATOR)
    marker = browsers.of_staff("Elias Wrenfield", Role.ASSESSOR)
    moderator = browsers.of_staff("Philippa Sand-Oduya", Role.MODERATOR)
    version = a_short_programme()
    cohort = a_cohort_of_today(version, facilitator)
    maryam = browsers.of("Maryam Okonjo-Hale", "maryam@thornbeck.example")

    she_applies(maryam)
    her_headteacher_endorses_her(browsers.of("Orla Thwaite", "head@thornbeck.example"))
    the_lead_reviews_and_accepts(lead, maryam)
    the_lead_gives_her_a_place(lead, maryam, cohort)

    assert engagement_of(maryam) == "0.0%"
    the_facilitator_marks_her_present(facilitator, maryam, at="Leading change")
    the_facilitator_marks_her_there_for(90, facilitator, maryam, at="Leading people")
    assert engagement_of(maryam) == "70.0%"
    she_studies(maryam, "What makes schools improve")
    assert engagement_of(maryam) == "90.0%"

    she_hands_in(maryam, a_case_study(tmp_path))
    the_window_closes(cohort)
    the_lead_allocates_it(lead, marker, moderator)
    the_marker_passes_it(marker)
    the_moderator_agrees(moderator)
    the_lead_confirms_and_releases(lead)

    certificate = her_certificate(maryam)
    assert maryam.name in certificate.pages[0].extract_text()
    anybody_finds_it_valid(browsers, certificate, maryam)


# What there is before anybody comes


def a_short_programme() -> ProgrammeVersion:
    """Five hours: two seminars of two hours, and a module of one."""
    version = make.a_version(state=VersionState.DRAFT)
    course = make.a_course(version, title="Leading a school")
    make.an_item(version, course=course, title="Leading change", minutes=120)
    make.an_item(version, course=course, title="Leading people", minutes=120)
    make.an_item(version, course=course, title="What makes schools improve", minutes=60, kind=ItemKind.MODULE)
    make.an_intake(version, name="This month")
    return make.published(version)


def a_cohort_of_today(version: ProgrammeVersion, facilitator: Person) -> Cohort:
    """In its last days: both seminars begin in a moment, and the assessment window has opened early."""
    today = clock.today()
    soon = min(clock.now() + timedelta(minutes=10), clock.london_moment(today, time(23, 59)))
    cohort = make.a_cohort(version, name="Autumn", starts_on=today - timedelta(days=540), windows=False)
    make.a_window(cohort, opens_on=today - timedelta(days=1), closes_on=today + timedelta(days=6))
    group = make.a_group(cohort, facilitator.user, name="Fellside")
    for item in version.items.filter(kind=ItemKind.SEMINAR):
        make.a_seminar(cohort, item, group, facilitator=facilitator.user, starts_at=soon)
    cohort.intakes.set(version.intakes.all())
    return cohort


def a_case_study(folder: Path) -> Path:
    document = Document()
    document.add_heading("Case study")
    document.add_paragraph("The school I was given had three heads in four years. " * 20)
    document.save(str(folder / "case study.docx"))
    return folder / "case study.docx"


def the_window_closes(cohort: Cohort) -> None:
    """The days until then, in one step: scripts go to assessors only when no other can replace them."""
    cohort.windows.update(closes_on=clock.today() - timedelta(days=1))


# What people do


def she_applies(maryam: Person) -> None:
    maryam.goes_to("/")
    maryam.follows("NPQ in Headship")
    maryam.follows("Apply for This month")
    maryam.follows("Make one")
    maryam.makes_an_account()
    maryam.presses("Start your application")

    maryam.follows("Your details")
    maryam.writes("31", under="Day")
    maryam.writes("3", under="Month")
    maryam.writes("1985", under="Year")
    maryam.presses("Save and continue")

    maryam.follows("Your teacher reference number")
    maryam.chooses("Yes")
    maryam.writes("1234567", under="Your teacher reference number, if you have it")
    maryam.presses("Save and continue")

    maryam.follows("Your role and headship")
    maryam.writes("Deputy headteacher", under="What is your role now?")
    maryam.chooses("In one school")
    maryam.chooses("I hope to become a headteacher")
    maryam.presses("Save and continue")

    maryam.follows("Your workplace")
    maryam.chooses("Yes")
    maryam.chooses("A school")
    maryam.presses("Save and continue")

    maryam.follows("Your school")
    maryam.writes("Thornbeck", under="Find your school")
    maryam.presses("Search")
    maryam.chooses("My school is not listed")
    maryam.writes("Thornbeck Primary School", under="The name of your school")
    maryam.presses("Save and continue")

    maryam.follows("How your place is paid for")
    maryam.chooses("No")
    maryam.chooses("My school pays")
    maryam.presses("Save and continue")

    maryam.follows("Why you apply")
    maryam.writes("I want every child to read by seven.", under="What do you most want to change")
    maryam.presses("Save and continue")

    maryam.follows("Support beside the programme")
    maryam.chooses("No")
    maryam.presses("Save and continue")

    maryam.follows("Reasonable adjustments")
    maryam.chooses("No")
    maryam.presses("Save and continue")

    maryam.follows("What you agree to")
    maryam.chooses("I agree to all of these")
    maryam.presses("Save and continue")

    maryam.follows("Who endorses you")
    maryam.writes("Orla Thwaite", under="Their full name")
    maryam.writes("head@thornbeck.example", under="Their email address")
    maryam.presses("Save and continue")

    maryam.follows("Check and send")
    maryam.reads("I want every child to read by seven.")
    maryam.chooses("I declare this")
    maryam.presses("Send your application")
    maryam.reads("sent")
    assert maryam.gets_a_letter("application")


def her_headteacher_endorses_her(orla: Person) -> None:
    link = re.search(r"https?://\S+?(/endorse/\S+)", orla.gets_a_letter("endorse"))
    assert link
    orla.goes_to(link[1])
    orla.reads("I want every child to read by seven.")
    orla.chooses("I endorse this application")
    orla.writes(orla.name, under="Your full name")
    orla.presses("Send your answer")
    orla.reads("Thank you")


def the_lead_reviews_and_accepts(lead: Person, maryam: Person) -> None:
    lead.signs_in()
    lead.goes_to("/admin/")
    lead.follows("Applications to decide")
    lead.reads(maryam.name)
    lead.follows_in_the_row_of(maryam.name)
    lead.follows("Record a review")
    lead.chooses("Accept")
    lead.presses("Record a review")
    lead.reads("Review recorded.")
    lead.follows("Decide")
    lead.chooses("Accept")
    lead.presses("Decide")
    lead.reads("Accepted.")


def the_lead_gives_her_a_place(lead: Person, maryam: Person, cohort: Cohort) -> None:
    lead.goes_to("/admin/")
    lead.follows("Accepted, not yet placed")
    lead.chooses(f"{maryam.name}, Thornbeck Primary School, for This month")
    lead.picks(f"{cohort}, 24 places left, joining late: it began {short_day(cohort.starts_on)}", under="Cohort")
    lead.picks(f"Fellside, {cohort}, 24 places left", under="Seminar group")
    lead.presses("Place accepted people")
    assert cohort.name in maryam.gets_a_letter("place")


def engagement_of(maryam: Person) -> str:
    """The figure as she reads it."""
    maryam.goes_to("/participant/engagement/")
    found = re.search(r"[0-9.]+%(?= of the course)|(?<=, )[0-9.]+%", maryam.page.locator("tfoot").inner_text())
    assert found
    return found[0]


def the_facilitator_marks_her_present(facilitator: Person, maryam: Person, *, at: str) -> None:
    facilitator.signs_in()
    facilitator.goes_to("/facilitator/")
    facilitator.follows(at)
    facilitator.in_the_box_of(maryam.name).get_by_label("Present", exact=True).check()
    facilitator.presses("Save register")
    facilitator.reads("Register saved: 1 present.")


def the_facilitator_marks_her_there_for(minutes: int, facilitator: Person, maryam: Person, *, at: str) -> None:
    facilitator.goes_to("/facilitator/registers/")
    facilitator.follows(at)
    hers = facilitator.in_the_box_of(maryam.name)
    hers.get_by_label("Part", exact=True).check()
    hers.get_by_label("Minutes").fill(str(minutes))
    facilitator.presses("Save register")
    facilitator.reads("Register saved: 1 part.")


def she_studies(maryam: Person, module: str) -> None:
    maryam.goes_to("/participant/course/")
    maryam.presses(f"Mark as done: {module}")
    maryam.reads("Recorded as done.")


def she_hands_in(maryam: Person, case_study: Path) -> None:
    maryam.goes_to("/participant/work/")
    maryam.follows("Send your case study")
    maryam.page.get_by_label("Your file").set_input_files(case_study)
    maryam.chooses("This is all my own work, and I have named every source and tool I used")
    maryam.presses("Send your file")
    maryam.reads("case study.docx")


def the_lead_allocates_it(lead: Person, marker: Person, moderator: Person) -> None:
    lead.goes_to("/lead/assessment/")
    lead.follows("Allocate script")
    lead.picks(marker.name, under="Marker")
    lead.picks(moderator.name, under="Moderator")
    lead.presses("Allocate")
    lead.reads("allocated")


def the_marker_passes_it(marker: Person) -> None:
    gives_a_verdict(marker, "A clear case, and an honest account of it.")


def the_moderator_agrees(moderator: Person) -> None:
    gives_a_verdict(moderator, "")


def gives_a_verdict(assessor: Person, feedback: str) -> None:
    assessor.signs_in()
    assessor.goes_to("/assessor/")
    assessor.follows_in_the_row_of("Waits for you")
    assert assessor.downloads("Download the script")[:2] == b"PK"
    assessor.chooses("Pass")
    assessor.writes(feedback, under="Feedback")
    assessor.presses("Continue")
    assessor.presses("Record verdict")
    assessor.reads("recorded")


def the_lead_confirms_and_releases(lead: Person) -> None:
    lead.goes_to("/lead/assessment/")
    lead.follows("Confirm outcome of")
    lead.presses("Confirm outcome")
    lead.reads("Outcome confirmed: pass.")
    lead.follows("Release result of")
    lead.presses("Release result")
    lead.reads("One result released.")


def her_certificate(maryam: Person) -> PdfReader:
    """The worker draws it after the release, and tells her."""
    maryam.gets_a_letter("certificate")
    maryam.goes_to("/participant/work/")
    return PdfReader(BytesIO(maryam.downloads("Download your certificate")))


def anybody_finds_it_valid(browsers: Browsers, certificate: PdfReader, maryam: Person) -> None:
    """By the number that stands on it, typed in by a school that never signed in."""
    found = re.search(r"LF-\d{4}-\w{4}-\w{4}", certificate.pages[0].extract_text())
    assert found
    employer = browsers.of("A school", "office@school.example")
    employer.goes_to("/verify/")
    employer.writes(found[0].lower(), under="Certificate number")
    employer.presses("Check")
    employer.reads("valid")
    employer.reads(maryam.name)
