"""The public pages of the shipped programmes, fact by fact, as a visitor reads them."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client

from npqh_portal.programmes.actions import load_version, publish_version
from npqh_portal.programmes.models import ProgrammeVersion
from tests.factories import an_intake
from tests.facts.frameworks import shipped
from tests.harness.test_html import complaints

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]


def the_version(name: str) -> ProgrammeVersion:
    return publish_version(load_version(shipped(name), digest=f"{name:0>64}", by=None), by=None)


def the_page(version: ProgrammeVersion) -> str:
    """Its words, on one line, without the markup."""
    answer = Client().get(f"/programmes/{version.programme.code}/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert complaints(page) == []
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split()).replace(" .", ".").replace(" ,", ",")


@pytest.fixture
def reformed() -> str:
    version = the_version("npqh-reformed")
    an_intake(version, starts_on=date(2027, 2, 3), contact_name="Tobias Farrant", contact_email="npqh@larkfell.example")
    return the_page(version)


@pytest.fixture
def legacy() -> str:
    return the_page(the_version("npqh-legacy"))


def section(page: str, title: str, following: str) -> str:
    """From the title of one section to that of the next; the contents list has both before."""
    start = page.rindex(f" {title} ")
    return page[start : page.rindex(f" {following} ")]


def all_in(said: str, *words: str) -> None:
    assert [word for word in words if word not in said] == []


# The reformed NPQH


def test_s1_the_page_bears_the_name(reformed: str) -> None:
    assert reformed.startswith("NPQ in Headship – ")


def test_s2_s4_s7_benefits(reformed: str) -> None:
    said = section(reformed, "What you gain", "Who it is for")
    all_in(said, "set a direction for your school", "culture", "staff", "Expertise in leading a school")
    all_in(said, "new to headship, at no cost", "Headteachers and senior leaders from across the country")
    all_in(said, "A coach of your own, at no cost, if your school serves a disadvantaged community")


def test_s10_s46_for_whom(reformed: str, legacy: str) -> None:
    all_in(section(reformed, "Who it is for", "How it works"), "headteacher or head of school, or you mean to")
    all_in(section(legacy, "Who it was for", "How it worked"), "headteacher or head of school, or meant to")


def test_s11_s12_s13_s14_length(reformed: str) -> None:
    all_in(reformed, "21 months 18 of learning, up to 3 for assessment", "up to 6 months longer")
    all_in(reformed, "Up to 6 further months, for people new to headship only.")


def test_s15_s24_courses_and_their_areas(reformed: str) -> None:
    said = section(reformed, "What you learn", "What you commit to")
    all_in(
        said, "6 courses", "Management, partnership and governance Organisational management; Working in partnership"
    )
    all_in(said, "10 content areas", *[area.name for area in shipped("npqh-reformed").areas])


def test_s16_s17_s18_s19_the_cycle_of_a_course(reformed: str) -> None:
    said = section(reformed, "How it works", "What you learn")
    all_in(
        said, "Study the evidence online", "Try a short task", "Nobody grades it", "Meet your seminar group in person"
    )
    all_in(said, "led by a serving school leader or one of our development leads", "Reflect : write down")
    all_in(said, "Study, online 2 to 4 hours", "Try, in your school 1 hour", "Meet your group 2 hours")


def test_s20_s21_s22_s26_implementation_is_in_every_course_and_ends_them(reformed: str) -> None:
    all_in(reformed, "Implementation is part of every one.", "Towards the end, with a change project of your own.")
    all_in(reformed, "large enough to matter and small enough to manage", "end with a whole cycle")


def test_s23_group_and_forum(reformed: str) -> None:
    all_in(reformed, "your seminar group and its discussion forum")


def test_s25_evidence(reformed: str) -> None:
    all_in(reformed, "rests on the best and newest evidence, and was written with school leaders and with experts")


def test_s27_the_framework_can_be_read_in_its_edition(reformed: str) -> None:
    all_in(reformed, "DfE-00182-2020, first published 13 October 2020.")
    page = Client().get("/programmes/npqh/").content.decode()
    assert f'href="{shipped("npqh-reformed").framework_document_url}"' in page


def test_s28_the_terms_bear_their_names_in_the_school_year(reformed: str) -> None:
    said = section(reformed, "How it works", "What you learn")
    terms = ["Spring term 2027", "Summer term 2027", "Autumn term 2027", "Spring term 2028", "Summer term 2028"]
    assert [said.count(term) for term in terms] == [1] * 5
    all_in(said, "Assessment, August to October 2028 Up to 3 months after the learning ends.")


def test_on_a_narrow_screen_the_dashed_months_have_words_too(reformed: str) -> None:
    page = Client().get("/programmes/npqh/").content.decode()
    assert '<text class="t-short" x="100%" y="62" text-anchor="end">up to 6 more</text>' in page


def test_s29_s30_s31_s32_hours_and_what_they_are_made_of(reformed: str) -> None:
    all_in(reformed, "77 hours over 5 terms, 12 hours of them in person")
    said = section(reformed, "What you commit to", "How you are assessed")
    all_in(said, "In all 77 h", "Of it together, in person or online 41 h", "Of it in person 12 h")
    all_in(said, "Seminar In person 6 12 h", "Online module", "Conference", "Practical cycle")


def test_s33_s34_s35_s36_s37_assessment(reformed: str) -> None:
    said = section(reformed, "How you are assessed", "Cost and funding")
    all_in(said, "at least 90% of the course", "pass one written assessment, of at most 1,500 words")
    all_in(
        said, "within 3 months of finishing", "you know the dates before you start", "made lighter than it used to be"
    )
    all_in(reformed, "90% engagement and one written assessment")


def test_s38_s39_cost(reformed: str) -> None:
    all_in(reformed, "Free for all eligible schools, paid by DfE")
    all_in(section(reformed, "Cost and funding", "Support beside the programme"), "June 2021", "£184 million")


def test_s5_s6_s8_s9_two_kinds_of_support(reformed: str) -> None:
    said = section(reformed, "Support beside the programme", "Who we are")
    all_in(said, "NPQH additional support offer", "former headteacher", "in person", "first year", "nobody assesses it")
    all_in(said, "one-to-one support", "former school leader", "You ask for it in your application")


def test_s3_a_closed_programme_says_so_twice() -> None:
    version = the_version("npqh-reformed")
    an_intake(version, name="February 2026", opens_at=datetime(2025, 9, 1, tzinfo=UTC), closes_at=NOW)
    assert the_page(version).count("Applications are closed") == 2


def test_s41_s42_closed_for_february_and_re_opening_in_the_summer_term(time_machine: object) -> None:
    time_machine.move_to(datetime(2024, 2, 12, 9, 0, tzinfo=UTC), tick=False)  # type: ignore[attr-defined]
    version = the_version("npqh-reformed")
    an_intake(
        version,
        name="February 2024",
        opens_at=datetime(2023, 9, 4, 8, 0, tzinfo=UTC),
        closes_at=datetime(2024, 1, 31, 17, 0, tzinfo=UTC),
        starts_on=date(2024, 2, 20),
        closed_words="The form re-opens in the summer term, for a start in autumn 2024.",
    )
    an_intake(
        version,
        name="autumn 2024",
        opens_at=datetime(2024, 4, 22, 8, 0, tzinfo=UTC),
        closes_at=datetime(2024, 7, 12, 17, 0, tzinfo=UTC),
        starts_on=date(2024, 10, 1),
    )
    all_in(
        the_page(version),
        "Applications for February 2024 closed on Wednesday 31 January 2024, for a start on Tuesday 20 February 2024.",
        "The form re-opens in the summer term, for a start in autumn 2024.",
        "The next intake is autumn 2024, and its form opens on Monday 22 April 2024.",
        "The programme then starts on Tuesday 1 October 2024.",
    )


def test_s43_s87_a_person_to_ask(reformed: str, legacy: str) -> None:
    all_in(reformed, "Tobias Farrant answers questions about the programme. npqh@larkfell.example")
    assert "@" in section(legacy, "Ask us", "Help and contact")


# The legacy NPQH


def test_s44_s45_the_provider_and_who_took_it(legacy: str) -> None:
    all_in(section(legacy, "Who we are", "Ask us"), "accredited", "2012", "People on our record who took it: 0.")


def test_s47_heads_across_schools(legacy: str) -> None:
    all_in(legacy, "responsibilities across several schools", "National Leaders of Education")


def test_s48_to_s54_six_areas_with_their_statements(legacy: str) -> None:
    """S48, S49, S50, S51, S52, S53, S54: all sixteen, under their areas."""
    areas = shipped("npqh-legacy").areas
    assert "6 content areas" in legacy
    for area in areas:
        all_in(legacy, f"{area.name} Part {area.part} {' '.join(area.statements)}")
    assert sum(len(area.statements) for area in areas) == 16


def test_s55_s56_s57_s58_seven_behaviours_in_order(legacy: str) -> None:
    behaviours = shipped("npqh-legacy").behaviours
    all_in(legacy, "7 leadership behaviours " + " ".join(f"{one.name} {one.descriptor}" for one in behaviours))
    all_in(legacy, "judged their own strengths in each of the 7 leadership behaviours, and planned how to develop them")


def test_s59_to_s71_two_tasks(legacy: str) -> None:
    """S59, S60, S61, S62, S63, S64, S65, S66, S67, S68, S69, S70, S71."""
    said = section(legacy, "How people were assessed", "Cost and funding")
    first, second = said.split("Task 2:")
    not_counted = "supporting documents and annexes not counted"
    all_in(first, f"4,000 words at most {not_counted}", "Covers Design, implementation and evaluation")
    all_in(first, "Lasts At least 2 terms", "Presented to The governing board of their own school")
    all_in(first, "Supporting documents each tied to a criterion")
    all_in(second, f"2,500 words at most {not_counted}", "At least 9 working days in a contrasting school")
    all_in(second, "Presented to The governing board of the placement school", "each tied to a criterion")


def test_s72_s73_what_each_task_assessed(legacy: str) -> None:
    all_in(legacy, "It assessed part A of the content: Strategy and improvement; Teaching and curriculum excellence;")
    all_in(legacy, "It assessed part B of the content: Managing resources and risks; Increasing capability.")


def test_s74_assessed_from_outside(legacy: str) -> None:
    assert re.search(
        "A body outside .+ assessed the work", section(legacy, "How people were assessed", "Cost and funding")
    )


def test_s75_s76_s77_s78_s79_how_it_was_taught(legacy: str) -> None:
    said = section(legacy, "How it worked", "What people learned")
    all_in(said, "8 days out of school", "School leaders with a record of success", "research of one’s own")
    all_in(said, "visits to each other’s schools", "at least 3 school terms")


def test_s80_online_while_restrictions_lasted(legacy: str) -> None:
    all_in(legacy, "While the Covid-19 restrictions lasted", "webinars", "both ways counted the same")


def test_s81_s82_s83_s84_s85_what_it_cost(legacy: str) -> None:
    all_in(legacy, "£2,145 with one assessment submission")
    said = section(legacy, "Cost and funding", "What came after")
    all_in(said, "£2,145", "one submission", "could be asked to pay for another submission")
    all_in(said, "suspended from 31 July 2020 to 31 August 2022.")


def test_s86_s88_s89_s90_s91_it_has_ended_and_what_came_after() -> None:
    the_version("npqh-reformed")
    said = the_page(the_version("npqh-legacy"))
    all_in(said, "This programme has ended", "Nobody can apply for it any more", "See the NPQ in Headship")
    all_in(section(said, "What came after", "Who we are"), "13 October 2020", "September 2021", "summer term of 2021")
