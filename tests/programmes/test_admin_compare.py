"""Two versions side by side in the administration."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import copy_version, edit_draft, load_version, publish_version
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.rules.plans import Framework, ItemPlan
from tests.applications.reader import Reader
from tests.factories import a_partner, a_person, a_version
from tests.harness.test_html import complaints
from tests.programmes.plans import MODULE, SEMINAR, SOUND

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ProgrammeVersion:
    return publish_version(load_version(SOUND, digest="1" * 64, by=None), by=None)


@pytest.fixture
def lead() -> Reader:
    return Reader(a_person(Role.PROGRAMME_LEAD))


def address(version: ProgrammeVersion) -> str:
    return reverse("admin:programmes_programmeversion_compare", args=[version.pk])


def changed(plan: Framework) -> Framework:
    visit = ItemPlan("visit", "A visit", "school_visit", 90, "face_to_face", course="culture")
    return replace(
        plan,
        delivery_months=12,
        effective_to=date(2027, 8, 31),
        fee_pence=214500,
        cycle=("seminar",),
        items=(replace(SEMINAR, minutes=150), visit),
        tasks=(replace(plan.tasks[0], annexes_counted=False),),
    )


def test_alone_a_version_has_nothing_to_be_compared_with(lead: Reader, version: ProgrammeVersion) -> None:
    a_version()
    assert "There is no other version of NPQ in Headship." in lead.open(address(version)).text


def test_a_copy_is_alike_but_for_its_label(lead: Reader, version: ProgrammeVersion) -> None:
    copy_version(version, label="2027", by=None)
    page = lead.open(address(version))
    assert page.title.startswith("Compare 2026 and 2027: NPQ in Headship")
    assert "They are alike. Nothing differs but the labels." in page.text
    assert "Learning in all 3 h 3 h" in page.text


def test_what_differs_is_told_in_words_the_earlier_version_first(lead: Reader, version: ProgrammeVersion) -> None:
    """Matched by code; what stands in one version only is listed, because nobody's engagement maps to it."""
    draft = copy_version(version, label="2027", by=None)
    edit_draft(draft, changed, by=None)
    text = lead.open(address(draft)).text
    assert [line for line in (
        "1 item only in 2026: Module ( module ).",
        "1 item only in 2027: A visit ( visit ).",
        "Learning in all 3 h 4 h",
        "In person 2 h 4 h",
        "Changed Months of learning 18 12",
        "Changed Can start until – 31 August 2027",
        "Changed Fee in pounds £0.00 £2145.00",
        "Changed What every course brings – Seminar",
        "Changed Seminar seminar Minutes: 2 h Minutes: 2 h 30",
        "Added A visit visit Not there Kind: School visit Minutes: 1 h 30 How: In person Course: Culture Term: 1",
        "Removed Module module Kind: Online module Minutes: 1 h How: In your own time Course: Whole programme Term: 1",
        "Annexes count towards the limit: Yes Annexes count towards the limit: No",
    ) if line not in text] == []  # fmt: skip
    assert complaints(lead.page.content.decode()) == []
    assert text == lead.open(address(version)).text.replace(str(version), str(draft), 1)


def test_another_version_is_chosen_by_a_form_without_scripts(lead: Reader, version: ProgrammeVersion) -> None:
    first = copy_version(version, label="2027", by=None)
    copy_version(version, label="2028", by=None)
    assert lead.open(address(version)).title.startswith("Compare 2026 and 2028")
    assert lead.open(f"{address(version)}?with=").title.startswith("Compare 2026 and 2028")
    assert lead.open(f"{address(version)}?with={first.pk}").title.startswith("Compare 2026 and 2027")


@pytest.mark.parametrize("asked", ["0", "x", "-1"])
def test_what_is_no_other_version_is_not_found(version: ProgrammeVersion, asked: str) -> None:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD))
    other = a_version()
    assert client.get(address(version), {"with": asked}).status_code == 404
    assert client.get(address(version), {"with": other.pk}).status_code == 404, "of another programme"
    assert client.get(address(version), {"with": version.pk}).status_code == 404, "itself"


def test_what_is_not_found_is_said_with_the_versions_there_are(version: ProgrammeVersion) -> None:
    copy_version(version, label="2027", by=None)
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD))
    page = client.get(address(version), {"with": "0"}).content.decode()
    assert "The version to compare with was not found." in page
    assert "2027, draft</option>" in page
    assert complaints(page) == []


def test_a_partner_lead_may_compare(version: ProgrammeVersion) -> None:
    copy_version(version, label="2027", by=None)
    reader = Reader(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert "They are alike." in reader.open(address(version)).text


@pytest.mark.parametrize("role", [Role.FINANCE, Role.REVIEWER, Role.PARTICIPANT])
def test_nobody_else_may(version: ProgrammeVersion, role: Role) -> None:
    client = Client()
    client.force_login(a_person(role))
    assert client.get(address(version)).status_code == 403


def test_any_framework_reads_without_an_error(lead: Reader) -> None:
    """Every column of every part has its words, in a version that lacks all that the other has."""
    full = load_version(SOUND, digest="1" * 64, by=None)
    bare = copy_version(full, label="bare", by=None)
    edit_draft(bare, lambda plan: replace(plan, items=(MODULE,), courses=(), areas=(), tasks=()), by=None)
    assert "Removed School culture" in lead.open(address(bare)).text
