"""DfE's table of who is funded, row by row, and beside a table written down apart from the rule."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.errors import FundedPlaceNotChosen, FundingNotForCohort, FundingNotKnown, NotEligibleForFunding
from applications.kinds import Eligible, EmploymentType, FundingStatus, Nursery, WorkSetting
from applications.rules.funding import (
    FUNDED_TYPES,
    FundingAnswer,
    FundingFacts,
    funded_place,
    funding_of,
    reason,
    would_change,
)
from npqh_portal.programmes.rules.funding import CohortFunding

IN_A_SCHOOL = FundingFacts("capped", works_in_england=True, work_setting="a_school", establishment_type_code="34")
ELSEWHERE = replace(IN_A_SCHOOL, work_setting="another_setting", establishment_type_code="")
IN_NONE = replace(IN_A_SCHOOL, work_setting="other", establishment_type_code="")
EARLY_YEARS = replace(IN_A_SCHOOL, work_setting="early_years_or_childcare", establishment_type_code="")


def told(facts: FundingFacts) -> tuple[str, str]:
    answer = funding_of(facts)
    return answer.eligible.value, answer.status.value


# --- C2, one row at a time


def test_row_1_a_start_without_funding_funds_nobody() -> None:
    assert told(replace(IN_A_SCHOOL, cohort_funding="zero")) == ("no", "unfunded_cohort")
    assert told(replace(IN_A_SCHOOL, cohort_funding="capped")) == ("yes", "funded")
    assert told(replace(IN_A_SCHOOL, cohort_funding="full")) == ("yes", "funded")


def test_row_2_nobody_outside_england_is_funded() -> None:
    assert told(replace(IN_A_SCHOOL, works_in_england=False)) == ("no", "not_in_england")


def test_row_3_nobody_is_funded_twice() -> None:
    assert told(replace(IN_A_SCHOOL, previously_funded=True)) == ("no", "previously_funded")


@pytest.mark.parametrize("setting", ["a_school", "an_academy_trust", "a_16_to_19_educational_setting"])
def test_rows_4_to_6_a_school_is_funded_by_its_type_or_the_rise_list(setting: str) -> None:
    facts = replace(IN_A_SCHOOL, work_setting=setting, establishment_type_code="11")
    assert told(facts) == ("no", "ineligible_establishment_type")
    assert told(replace(facts, on_rise_list=True)) == ("yes", "funded")
    assert told(replace(facts, establishment_type_code="34")) == ("yes", "funded")


@pytest.mark.parametrize("nursery", ["", *Nursery])
def test_row_7_in_early_years_a_nursery_school_is_funded(nursery: str) -> None:
    facts = replace(EARLY_YEARS, kind_of_nursery=nursery, establishment_type_code="15")
    assert told(facts) == ("yes", "funded")


@pytest.mark.parametrize("nursery", ["", *Nursery])
@pytest.mark.parametrize("code", ["", "1", "34", "11"])
def test_row_8_nothing_else_in_early_years_is_funded(nursery: str, code: str) -> None:
    facts = replace(EARLY_YEARS, kind_of_nursery=nursery, establishment_type_code=code)
    assert told(facts) == ("no", "early_years_invalid_npq")
    assert told(replace(facts, on_rise_list=True)) == ("no", "early_years_invalid_npq")


def test_row_9_lead_mentors_are_funded_for_other_qualifications() -> None:
    facts = replace(ELSEWHERE, employment_type="lead_mentor_for_accredited_itt_provider")
    assert told(facts) == ("no", "not_lead_mentor_course")


@pytest.mark.parametrize(
    "employment",
    [
        "local_authority_virtual_school",
        "hospital_school",
        "young_offender_institution",
        "local_authority_supply_teacher",
    ],
)
def test_row_10_some_employment_is_for_dfe_to_review(employment: str) -> None:
    assert told(replace(ELSEWHERE, employment_type=employment)) == ("review", "subject_to_review")


@pytest.mark.parametrize("employment", ["", "another"])
def test_row_11_other_employment_is_not_funded(employment: str) -> None:
    facts = replace(ELSEWHERE, employment_type=employment)
    assert told(facts) == ("no", "ineligible_establishment_type")
    # What a school would be asked does not matter here.
    assert told(replace(facts, establishment_type_code="34", on_rise_list=True)) == (
        "no",
        "ineligible_establishment_type",
    )


def test_row_12_a_referral_is_for_dfe_to_review() -> None:
    facts = replace(IN_NONE, referred_by_return_to_teaching_adviser=True)
    assert told(facts) == ("review", "referred_by_return_to_teaching_adviser")


def test_row_13_without_a_referral_nobody_outside_the_settings_is_funded() -> None:
    assert told(IN_NONE) == ("no", "ineligible_establishment_type")


def test_row_14_without_a_setting_nobody_is_funded() -> None:
    assert told(replace(IN_A_SCHOOL, work_setting="")) == ("no", "ineligible_establishment_type")


def test_the_first_row_that_matches_wins() -> None:
    facts = replace(IN_A_SCHOOL, cohort_funding="zero", works_in_england=False, previously_funded=True)
    assert told(facts) == ("no", "unfunded_cohort")
    assert told(replace(facts, cohort_funding="full")) == ("no", "not_in_england")
    assert told(replace(facts, cohort_funding="full", works_in_england=True)) == ("no", "previously_funded")


@pytest.mark.parametrize("setting", ["a_school", "an_academy_trust", "a_16_to_19_educational_setting"])
def test_a_local_authority_in_place_of_a_school_is_for_review(setting: str) -> None:
    facts = replace(IN_A_SCHOOL, work_setting=setting, establishment_type_code="", is_local_authority=True)
    assert told(facts) == ("review", "subject_to_review")
    assert told(replace(facts, previously_funded=True)) == ("no", "previously_funded")


# --- C3

FUNDED_CODES = [
    "1", "2", "3", "5", "6", "7", "8", "10", "12", "14", "15", "18", "24", "26", "28", "31", "32", "33", "34", "35",
    "36", "38", "39", "40", "41", "42", "43", "44", "45", "46",
]  # fmt: skip
OTHER_CODES = ["", "0", "4", "9", "11", "25", "27", "29", "30", "37", "47", "49", "56", "57", "99"]


def test_nothing_is_said_of_a_school_that_is_still_to_be_found() -> None:
    sought = replace(IN_A_SCHOOL, establishment_type_code="", is_school_sought=True)
    assert told(sought) == ("unknown", "school_sought")
    assert told(replace(sought, work_setting="early_years_or_childcare")) == ("unknown", "school_sought")
    assert would_change(sought) == []
    # What decides without a type is said at once, and so is a type once it is known.
    assert told(replace(sought, on_rise_list=True)) == ("yes", "funded")
    assert told(replace(sought, works_in_england=False)) == ("no", "not_in_england")
    assert told(replace(sought, previously_funded=True)) == ("no", "previously_funded")
    assert told(replace(sought, establishment_type_code="11")) == ("no", "ineligible_establishment_type")
    assert told(replace(sought, work_setting="other")) == ("no", "ineligible_establishment_type")


def test_thirty_types_are_funded() -> None:
    assert list(FUNDED_TYPES) == FUNDED_CODES
    assert len(FUNDED_CODES) == 30


@pytest.mark.parametrize("code", FUNDED_CODES)
def test_each_of_these_types_is_funded_and_named(code: str) -> None:
    facts = replace(IN_A_SCHOOL, establishment_type_code=code)
    answer = funding_of(facts)
    assert answer == FundingAnswer(Eligible.YES, FundingStatus.FUNDED, "establishment_type_code")
    assert reason(answer, facts) == (
        f"The workplace is a type that DfE funds: {FUNDED_TYPES[code]} (type {code})."
    )  # fmt: skip


@pytest.mark.parametrize("code", OTHER_CODES)
def test_no_other_type_is_funded(code: str) -> None:
    facts = replace(IN_A_SCHOOL, establishment_type_code=code)
    assert told(facts) == ("no", "ineligible_establishment_type")


@pytest.mark.parametrize("code", ["01", "001", " 1 ", "0034"])
def test_leading_noughts_of_a_type_do_not_matter(code: str) -> None:
    assert told(replace(IN_A_SCHOOL, establishment_type_code=code)) == ("yes", "funded")


def test_a_nursery_school_with_a_leading_nought_is_one() -> None:
    assert told(replace(EARLY_YEARS, establishment_type_code="015")) == ("yes", "funded")


# --- The whole table, written down apart: cohort, England, before, setting, further condition → eligible, status

SCHOOLS = {"a_school", "an_academy_trust", "a_16_to_19_educational_setting"}
REVIEWED = {
    "local_authority_virtual_school", "hospital_school", "young_offender_institution", "local_authority_supply_teacher",
}  # fmt: skip
TABLE: list[tuple[dict[str, set[Any]], str, str]] = [
    ({"cohort_funding": {"zero"}}, "no", "unfunded_cohort"),
    ({"works_in_england": {False}}, "no", "not_in_england"),
    ({"previously_funded": {True}}, "no", "previously_funded"),
    ({"work_setting": SCHOOLS, "on_rise_list": {True}}, "yes", "funded"),
    ({"work_setting": SCHOOLS, "establishment_type_code": set(OTHER_CODES)}, "no", "ineligible_establishment_type"),
    ({"work_setting": SCHOOLS, "establishment_type_code": set(FUNDED_CODES)}, "yes", "funded"),
    ({"work_setting": {"early_years_or_childcare"}, "establishment_type_code": {"15"}}, "yes", "funded"),
    ({"work_setting": {"early_years_or_childcare"}}, "no", "early_years_invalid_npq"),
    (
        {"work_setting": {"another_setting"}, "employment_type": {"lead_mentor_for_accredited_itt_provider"}},
        "no",
        "not_lead_mentor_course",
    ),
    ({"work_setting": {"another_setting"}, "employment_type": REVIEWED}, "review", "subject_to_review"),
    ({"work_setting": {"another_setting"}}, "no", "ineligible_establishment_type"),
    (
        {"work_setting": {"other"}, "referred_by_return_to_teaching_adviser": {True}},
        "review",
        "referred_by_return_to_teaching_adviser",
    ),
    ({"work_setting": {"other"}}, "no", "ineligible_establishment_type"),
    ({"work_setting": {""}}, "no", "ineligible_establishment_type"),
]

ANYTHING = st.builds(
    FundingFacts,
    cohort_funding=st.sampled_from([kind.value for kind in CohortFunding]),
    works_in_england=st.booleans(),
    work_setting=st.sampled_from(["", *(kind.value for kind in WorkSetting)]),
    establishment_type_code=st.sampled_from([*FUNDED_CODES, *OTHER_CODES]),
    on_rise_list=st.booleans(),
    kind_of_nursery=st.sampled_from(["", *(kind.value for kind in Nursery)]),
    employment_type=st.sampled_from(["", *(kind.value for kind in EmploymentType)]),
    referred_by_return_to_teaching_adviser=st.booleans(),
    previously_funded=st.booleans(),
)


@given(ANYTHING)
def test_the_rule_is_the_table(facts: FundingFacts) -> None:
    first = next(row for row in TABLE if all(getattr(facts, name) in values for name, values in row[0].items()))
    assert told(facts) == (first[1], first[2])


@given(ANYTHING, st.integers(1, 3))
def test_noughts_before_a_type_never_change_an_answer(facts: FundingFacts, noughts: int) -> None:
    assert funding_of(replace(facts, establishment_type_code="0" * noughts + facts.establishment_type_code)) == (
        funding_of(facts)
    )


# --- Why, and what would change it


@given(ANYTHING)
def test_every_answer_has_its_sentence_and_names_a_fact(facts: FundingFacts) -> None:
    answer = funding_of(facts)
    sentence = reason(answer, facts)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert hasattr(facts, answer.decided_by)


REASONS = [
    (IN_A_SCHOOL, "The workplace is a type that DfE funds: converter academy (type 34)."),
    (
        replace(IN_A_SCHOOL, establishment_type_code="11", on_rise_list=True),
        "The school is on DfE’s RISE list, so the place can be funded whatever the type of school.",
    ),
    (
        replace(IN_A_SCHOOL, establishment_type_code="11"),
        "The workplace is of a type that DfE does not fund (type 11).",
    ),
    (
        replace(IN_A_SCHOOL, establishment_type_code=""),
        "The workplace is not known in the national register, so it cannot count as a type that DfE funds.",
    ),
    (
        replace(EARLY_YEARS, kind_of_nursery="childminder"),
        "DfE does not fund this qualification in childminding; in early years it funds only nursery schools.",
    ),
    (
        replace(ELSEWHERE, employment_type="hospital_school"),
        "DfE looks at employment in a hospital school itself and has yet to decide.",
    ),
    (
        replace(IN_A_SCHOOL, is_local_authority=True),
        "DfE looks at a workplace that is a local authority itself and has yet to decide.",
    ),
    (replace(IN_A_SCHOOL, work_setting=""), "No work setting is given, and DfE funds people by where they work."),
]


@pytest.mark.parametrize(("facts", "sentence"), REASONS)
def test_the_sentence_names_the_fact_that_decided(facts: FundingFacts, sentence: str) -> None:
    assert reason(funding_of(facts), facts) == sentence


IN_A_FUNDED_PLACE = (
    "you worked in a state-funded school, 16 to 19 organisation or local authority’s nursery school in England"
)


@pytest.mark.parametrize(
    ("facts", "changes"),
    [
        (IN_A_SCHOOL, []),
        (replace(IN_A_SCHOOL, cohort_funding="zero"), ["you applied for a start with funded places"]),
        (replace(IN_A_SCHOOL, works_in_england=False), ["you worked in England", IN_A_FUNDED_PLACE]),
        (replace(IN_NONE, works_in_england=False), [IN_A_FUNDED_PLACE]),
        (
            replace(IN_A_SCHOOL, previously_funded=True),
            ["you had not been funded for this qualification before"],
        ),
        (
            replace(IN_A_SCHOOL, establishment_type_code="11"),
            [
                "your school came onto DfE’s RISE list",
                IN_A_FUNDED_PLACE,
            ],
        ),
        (
            IN_NONE,
            [IN_A_FUNDED_PLACE],
        ),
        # Two things stand in the way: neither alone would do.
        (replace(IN_A_SCHOOL, cohort_funding="zero", works_in_england=False), []),
    ],
)
def test_what_alone_would_change_it(facts: FundingFacts, changes: list[str]) -> None:
    assert would_change(facts) == changes


# --- C5

# Cohort, eligible, what was chosen → what is stored, or the refusal.
PLACES: list[tuple[str, bool | None, bool | None, bool | type[Exception] | None]] = [
    ("full", True, None, None),
    ("full", True, True, None),
    ("full", True, False, None),
    ("full", False, None, None),
    ("full", False, True, None),
    ("full", None, True, None),
    ("capped", True, True, True),
    ("capped", True, False, False),
    ("capped", True, None, FundedPlaceNotChosen),
    ("capped", False, False, False),
    ("capped", False, None, False),
    ("capped", False, True, NotEligibleForFunding),
    ("capped", None, None, False),
    ("capped", None, False, False),
    ("capped", None, True, FundingNotKnown),
    ("zero", True, None, False),
    ("zero", True, False, False),
    ("zero", True, True, FundingNotForCohort),
    ("zero", False, None, False),
    ("zero", False, True, FundingNotForCohort),
    ("zero", None, False, False),
]


@pytest.mark.parametrize(("cohort", "eligible", "chosen", "stored"), PLACES)
def test_what_an_accepted_application_holds(
    cohort: str, eligible: bool | None, chosen: bool | None, stored: Any
) -> None:
    if isinstance(stored, type):
        with pytest.raises(stored):
            funded_place(cohort, eligible, chosen)
    else:
        assert funded_place(cohort, eligible, chosen) is stored


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("0", "(type 0)"),
        ("00", "(type 0)"),
        ("011", "(type 11)"),
        ("9999999999", "(type 9999999999)"),
        ("9" * 5_000, "(type 9999999999…)"),
    ],
)
def test_a_reason_names_the_code_that_was_given_and_not_all_of_a_long_one(code: str, said: str) -> None:
    facts = replace(IN_A_SCHOOL, establishment_type_code=code)
    assert reason(funding_of(facts), facts) == f"The workplace is of a type that DfE does not fund {said}."


@pytest.mark.parametrize("code", ["", " "])
def test_a_reason_says_that_no_code_was_given(code: str) -> None:
    facts = replace(IN_A_SCHOOL, establishment_type_code=code)
    assert "is not known in the national register" in reason(funding_of(facts), facts)
