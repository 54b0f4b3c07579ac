"""What the shipped file of the reformed NPQH must say, fact by fact."""

from datetime import date

import pytest
from django.db import IntegrityError

from cohorts.models import Enrolment
from npqh_portal.programmes.rules.plans import CoursePlan, ItemPlan
from tests.factories import a_person, a_version
from tests.facts.frameworks import shipped, words

PLAN = shipped("npqh-reformed")


def items_of(course: str) -> list[ItemPlan]:
    return [item for item in PLAN.items if item.course == course]


def minutes(*modes: str) -> int:
    return sum(item.minutes for item in PLAN.items if item.mode in modes)


def test_s1_it_is_the_npq_in_headship_and_awards_the_national_qualification() -> None:
    assert (PLAN.name, PLAN.award) == ("NPQ in Headship", "National Professional Qualification for Headship")


def test_s11_s12_s13_it_takes_21_months_of_which_three_are_for_the_assessment() -> None:
    assert (PLAN.delivery_months, PLAN.assessment_months) == (18, 3)


def test_s14_an_extension_is_six_months_at_most() -> None:
    assert PLAN.extension_months_most == 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("months", "is_new", "allowed"), [(6, True, True), (7, True, False), (1, False, False), (0, False, True)]
)
def test_s14_the_database_extends_new_heads_only_and_by_no_seventh_month(
    months: int, is_new: bool, allowed: bool
) -> None:
    def extended() -> Enrolment:
        return Enrolment.objects.create(
            person=a_person(), version=a_version(), is_new_to_headship=is_new, extension_months=months
        )

    if allowed:
        assert extended().extension_months == months
    else:
        with pytest.raises(IntegrityError, match="only_new_heads_extend_by_up_to_six_months"):
            extended()


def test_s15_every_course_is_tied_to_areas_and_every_area_is_taught() -> None:
    assert all(course.areas for course in PLAN.courses)
    assert {number for course in PLAN.courses for number in course.areas} == {area.number for area in PLAN.areas}


@pytest.mark.parametrize("course", PLAN.courses, ids=lambda course: course.code)
def test_every_course_runs_through_the_cycle(course: CoursePlan) -> None:
    """S16 to S19"""
    assert PLAN.cycle == ("module", "formative_task", "seminar", "reflection")
    kinds = [item.kind for item in items_of(course.code)]
    places = [kinds.index(kind) for kind in PLAN.cycle]
    assert places == sorted(places)


def test_s18_every_seminar_is_face_to_face() -> None:
    assert {item.mode for item in PLAN.items if item.kind == "seminar"} == {"face_to_face"}


def test_s20_implementation_is_in_every_course() -> None:
    always = [area for area in PLAN.areas if area.in_every_course]
    assert [area.name for area in always] == ["Implementation"]
    assert all(always[0].number in course.areas for course in PLAN.courses)


def test_s21_the_last_course_and_no_other_is_about_implementation() -> None:
    assert [course.code for course in PLAN.courses if course.is_implementation] == [PLAN.courses[-1].code]


def test_s22_s26_the_last_course_carries_a_change_project_through_a_practical_cycle() -> None:
    cycle = [item for item in PLAN.items if item.kind == "practical_cycle"]
    assert [item.title for item in cycle] == [
        "Your change project: explore",
        "Your change project: prepare",
        "Your change project: deliver",
        "Your change project: sustain",
    ]
    assert {item.course for item in cycle} == {PLAN.courses[-1].code}


def test_s24_ten_areas_the_three_named_ones_among_them() -> None:
    names = [area.name for area in PLAN.areas]
    assert len(names) == 10
    named = ["Curriculum and assessment", "Professional development", "Governance and accountability"]
    assert [name for name in names if name in named] == named


def test_s27_the_content_framework_is_linked_with_its_edition() -> None:
    assert PLAN.framework_document_url.startswith("https://www.gov.uk/")
    assert PLAN.framework_document_edition == "DfE-00182-2020, first published 13 October 2020"


def test_s28_there_is_work_in_each_of_five_terms() -> None:
    assert PLAN.terms == 5
    assert {item.term for item in PLAN.items} == {1, 2, 3, 4, 5}


def test_s29_the_items_sum_to_77_hours() -> None:
    assert sum(item.minutes for item in PLAN.items) == 77 * 60 == PLAN.totals.minutes


def test_s30_41_of_them_are_together() -> None:
    assert minutes("face_to_face", "online") == 41 * 60 == PLAN.totals.synchronous_minutes


def test_s31_12_are_in_person_and_29_or_36_follow_from_it() -> None:
    # T51. Reading A counts the 12 within the 41, reading B beside what is online: both come from the same items.
    assert minutes("face_to_face") == 12 * 60 == PLAN.totals.in_person_minutes
    assert (PLAN.totals.online_minutes, PLAN.totals.own_time_minutes) == (29 * 60, 36 * 60)


def test_s32_seminars_modules_conferences_and_a_practical_cycle_are_all_there() -> None:
    assert {item.kind for item in PLAN.items} >= {"seminar", "module", "conference", "practical_cycle"}


def test_s36_nine_tenths_of_all_minutes_are_asked_for() -> None:
    assert (PLAN.policy.rule, PLAN.policy.threshold_percent) == ("combined", 90)
    counted = [kind for part in PLAN.policy.components for kind in part.kinds]
    assert {item.kind for item in PLAN.items} <= set(counted)


def test_s37_there_is_one_summative_task() -> None:
    assert len(PLAN.tasks) == 1


def test_s38_nobody_is_charged_a_fee() -> None:
    assert PLAN.fee_pence == 0


def test_s86_s89_it_is_in_force_from_september_2021_until_further_notice() -> None:
    assert (PLAN.effective_from, PLAN.effective_to) == (date(2021, 9, 1), None)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        pytest.param("benefits", "Change that lasts", id="S2"),
        pytest.param("benefits", "set a direction for your school and to keep it", id="S4"),
        pytest.param("content", "the best and newest evidence", id="S25"),
        pytest.param("content", "written with school leaders and with experts", id="S25 with whom"),
        pytest.param("assessment", "use what you have learned, and was made lighter", id="S35"),
        pytest.param("cost", "June 2021, when £184 million of new money", id="S39"),
        pytest.param("commitment", "77 hours of learning over 5 terms", id="S28 and S29 in words"),
        pytest.param("commitment", "41 of them are live, with others; for 12 hours you meet in person", id="S30, S31"),
        pytest.param("how", "takes 21 months: 18 of courses, then up to 3", id="S11 to S13 in words"),
        pytest.param("audience", "up to 6 months longer", id="S14 in words"),
        pytest.param("assessment", "at least 90% of the course", id="S36 in words"),
    ],
)
def test_the_page_says_it(section: str, said: str) -> None:
    assert said in words(PLAN, section)


def test_s2_five_benefits_are_listed() -> None:
    assert dict(PLAN.texts)["benefits"].count("\n- ") + dict(PLAN.texts)["benefits"].startswith("- ") == 5


def test_s40_no_slide_is_mentioned_and_none_made_up() -> None:
    assert "slide" not in " ".join(text for _, text in PLAN.texts).casefold()
