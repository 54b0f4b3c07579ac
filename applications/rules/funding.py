"""Whether DfE funds somebody's place: its table for this qualification, first row that matches (C2, C3, C5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from applications.errors import (
    FundedPlaceNotChosen,
    FundingNotForCohort,
    FundingNotKnown,
    NotEligibleForFunding,
)
from applications.kinds import Eligible, EmploymentType, FundingStatus, Nursery, WorkSetting
from npqh_portal.programmes.rules.funding import CohortFunding

from .answers import SCHOOL_LIKE

# `TypeOfEstablishment (code)` of the national register, those that are funded, without leading noughts (C3).
FUNDED_TYPES: Mapping[str, str] = {
    "1": "community school",
    "2": "voluntary aided school",
    "3": "voluntary controlled school",
    "5": "foundation school",
    "6": "city technology college",
    "7": "community special school",
    "8": "non-maintained special school",
    "10": "other independent special school",
    "12": "foundation special school",
    "14": "pupil referral unit",
    "15": "local authority nursery school",
    "18": "further education college",
    "24": "secure unit",
    "26": "service children’s education school",
    "28": "sponsor-led academy",
    "31": "sixth form centre",
    "32": "special post-16 institution",
    "33": "sponsor-led special academy",
    "34": "converter academy",
    "35": "free school",
    "36": "special free school",
    "38": "alternative provision free school",
    "39": "16 to 19 free school",
    "40": "university technical college",
    "41": "studio school",
    "42": "alternative provision converter academy",
    "43": "alternative provision sponsor-led academy",
    "44": "special converter academy",
    "45": "16 to 19 converter academy",
    "46": "16 to 19 sponsor-led academy",
}
LA_NURSERY_SCHOOL = "15"
# Of a type code, the digits that a reason names.
_CODE_SHOWN_MOST = 10
# What staff enter of DfE's review, which no table overrules.
MARKED = frozenset({FundingStatus.MARKED_FUNDED, FundingStatus.MARKED_INELIGIBLE})

# Employment that DfE looks at itself, and how a sentence names it (row 10).
_REVIEWED: Mapping[str, str] = {
    EmploymentType.VIRTUAL_SCHOOL: "in a local authority’s virtual school",
    EmploymentType.HOSPITAL_SCHOOL: "in a hospital school",
    EmploymentType.YOUNG_OFFENDERS: "in a young offender institution",
    EmploymentType.SUPPLY_TEACHER: "as a local authority’s supply teacher",
}


@dataclass(frozen=True)
class FundingFacts:
    """What the table asks about one application (C1). Text is a value of the kinds, or empty for none given.

    `cohort_funding` is of `CohortFunding`; the type code may have leading noughts.
    """

    cohort_funding: str
    works_in_england: bool
    work_setting: str = ""
    establishment_type_code: str = ""
    on_rise_list: bool = False
    kind_of_nursery: str = ""
    employment_type: str = ""
    referred_by_return_to_teaching_adviser: bool = False
    previously_funded: bool = False
    is_local_authority: bool = False
    # The applicant named a school that they did not find, and nobody has settled yet which one it is.
    is_school_sought: bool = False

    @property
    def type_code(self) -> str:
        return self.establishment_type_code.strip().lstrip("0")


@dataclass(frozen=True)
class FundingAnswer:
    """`decided_by` names the one of `FundingFacts` that settled it."""

    eligible: Eligible
    status: FundingStatus
    decided_by: str


def funding_of(facts: FundingFacts) -> FundingAnswer:
    """DfE's table, row by row; the first that matches wins (C2).

    A local authority chosen as a workplace has no row: DfE's own code would fault there, so it is for review. Where
    the type of a school would decide that is still to be found, nothing is answered yet.
    """
    if facts.cohort_funding == CohortFunding.ZERO:
        return _no(FundingStatus.UNFUNDED_COHORT, "cohort_funding")
    if not facts.works_in_england:
        return _no(FundingStatus.NOT_IN_ENGLAND, "works_in_england")
    if facts.previously_funded:
        return _no(FundingStatus.PREVIOUSLY_FUNDED, "previously_funded")
    if facts.work_setting in SCHOOL_LIKE:
        return _in_a_school(facts)
    if facts.work_setting == WorkSetting.EARLY_YEARS:
        if facts.type_code == LA_NURSERY_SCHOOL:
            return _yes("establishment_type_code")
        return _sought(facts) or _no(FundingStatus.EARLY_YEARS_INVALID_NPQ, "kind_of_nursery")
    if facts.work_setting == WorkSetting.ANOTHER_SETTING:
        return _employed(facts)
    if facts.work_setting == WorkSetting.OTHER:
        referral = "referred_by_return_to_teaching_adviser"
        if facts.referred_by_return_to_teaching_adviser:
            return _review(FundingStatus.REFERRED, referral)
        return _no(FundingStatus.INELIGIBLE_ESTABLISHMENT_TYPE, referral)
    return _no(FundingStatus.INELIGIBLE_ESTABLISHMENT_TYPE, "work_setting")


def _in_a_school(facts: FundingFacts) -> FundingAnswer:
    if facts.is_local_authority:
        return _review(FundingStatus.SUBJECT_TO_REVIEW, "is_local_authority")
    if facts.on_rise_list:
        return _yes("on_rise_list")
    if facts.type_code in FUNDED_TYPES:
        return _yes("establishment_type_code")
    return _sought(facts) or _no(FundingStatus.INELIGIBLE_ESTABLISHMENT_TYPE, "establishment_type_code")


def _sought(facts: FundingFacts) -> FundingAnswer | None:
    if facts.type_code or not facts.is_school_sought:
        return None
    return FundingAnswer(Eligible.UNKNOWN, FundingStatus.SCHOOL_SOUGHT, "is_school_sought")


def _employed(facts: FundingFacts) -> FundingAnswer:
    if facts.employment_type == EmploymentType.LEAD_MENTOR:
        return _no(FundingStatus.NOT_LEAD_MENTOR_COURSE, "employment_type")
    if facts.employment_type in _REVIEWED:
        return _review(FundingStatus.SUBJECT_TO_REVIEW, "employment_type")
    return _no(FundingStatus.INELIGIBLE_ESTABLISHMENT_TYPE, "employment_type")


def _yes(decided_by: str) -> FundingAnswer:
    return FundingAnswer(Eligible.YES, FundingStatus.FUNDED, decided_by)


def _no(status: FundingStatus, decided_by: str) -> FundingAnswer:
    return FundingAnswer(Eligible.NO, status, decided_by)


def _review(status: FundingStatus, decided_by: str) -> FundingAnswer:
    return FundingAnswer(Eligible.REVIEW, status, decided_by)


def reason(answer: FundingAnswer, facts: FundingFacts) -> str:
    """One sentence that names the fact which decided it, for applicant and staff alike."""
    match answer.status:
        case FundingStatus.FUNDED:
            if answer.decided_by == "on_rise_list":
                return "The school is on DfE’s RISE list, so the place can be funded whatever the type of school."
            kind = FUNDED_TYPES[facts.type_code]
            return f"The workplace is a type that DfE funds: {kind} (type {facts.type_code})."
        case FundingStatus.UNFUNDED_COHORT:
            return "DfE funds no places of this start."
        case FundingStatus.NOT_IN_ENGLAND:
            return "The workplace is not in England, and DfE funds only people who work in England."
        case FundingStatus.PREVIOUSLY_FUNDED:
            return "DfE has funded a place on this qualification before, and it funds each person once."
        case FundingStatus.EARLY_YEARS_INVALID_NPQ:
            where = {
                Nursery.PRESCHOOL_CLASS.value: "a pre-school class of a school",
                Nursery.PRIVATE.value: "a private nursery",
                Nursery.CHILDMINDER.value: "childminding",
            }.get(facts.kind_of_nursery, "this early years setting")
            return f"DfE does not fund this qualification in {where}; in early years it funds only nursery schools."
        case FundingStatus.NOT_LEAD_MENTOR_COURSE:
            return "The employment is as a lead mentor for an ITT provider, for whom DfE funds other qualifications."
        case FundingStatus.SUBJECT_TO_REVIEW:
            what = "a workplace that is a local authority"
            if answer.decided_by == "employment_type":
                what = f"employment {_REVIEWED[facts.employment_type]}"
            return f"DfE looks at {what} itself and has yet to decide."
        case FundingStatus.REFERRED:
            return "A Return to Teaching Adviser made the referral, which DfE looks at itself and has yet to decide on."
        case FundingStatus.SCHOOL_SOUGHT:
            return "The school is still to be found in the national register: its type decides."
        case FundingStatus.MARKED_FUNDED:
            return "DfE has reviewed it, and the place can be funded."
        case FundingStatus.MARKED_INELIGIBLE:
            return "DfE has reviewed it, and does not fund the place."
        case FundingStatus.INELIGIBLE_ESTABLISHMENT_TYPE:
            return _why_not_funded(answer.decided_by, facts)


def _shown(code: str) -> str:
    """No code has more digits than a few: of one that does the beginning says enough."""
    return code if len(code) <= _CODE_SHOWN_MOST else f"{code[:_CODE_SHOWN_MOST]}…"


def _why_not_funded(decided_by: str, facts: FundingFacts) -> str:
    match decided_by:
        case "employment_type":
            return "The employment is not of a kind that DfE funds."
        case "referred_by_return_to_teaching_adviser":
            return "DfE funds people outside the listed settings only after a referral by a Return to Teaching Adviser."
        case "establishment_type_code" if facts.establishment_type_code.strip():
            return f"The workplace is of a type that DfE does not fund (type {_shown(facts.type_code or '0')})."
        case "establishment_type_code":
            return "The workplace is not known in the national register, so it cannot count as a type that DfE funds."
        case _:
            return "No work setting is given, and DfE funds people by where they work."


# What could be otherwise, in words that end “It could be funded if …”, and the facts that would then differ. Where
# somebody works is one fact to them, and several to the table.
_OTHERWISE: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("you applied for a start with funded places", {"cohort_funding": CohortFunding.CAPPED}),
    ("you worked in England", {"works_in_england": True}),
    ("you had not been funded for this qualification before", {"previously_funded": False}),
    ("your school came onto DfE’s RISE list", {"on_rise_list": True}),
    (
        "you worked in a state-funded school, 16 to 19 organisation or local authority’s nursery school in England",
        {
            "works_in_england": True,
            "work_setting": WorkSetting.A_SCHOOL,
            "establishment_type_code": "1",
            "is_local_authority": False,
        },
    ),
)


def would_change(facts: FundingFacts) -> list[str]:
    """What alone, if it were otherwise, would make the place one that can be funded: found by asking the table.

    Each completes “It could be funded if …”. Empty where it can be funded as it is, where nothing is known yet, and
    where no one thing would do.
    """
    if funding_of(facts).eligible in {Eligible.YES, Eligible.UNKNOWN}:
        return []
    return [words for words, changed in _OTHERWISE if funding_of(replace(facts, **changed)).eligible is Eligible.YES]


def funded_place(cohort_funding: str, eligible: bool | None, chosen: bool | None) -> bool | None:
    """What an accepted application holds: whether its place is a funded one, or None where DfE does not ask (C5).

    `eligible` is None while a review is open or a school is sought, which is not yet yes. `chosen` is what staff chose,
    or None. Raises FundedPlaceNotChosen, NotEligibleForFunding, FundingNotKnown, FundingNotForCohort.
    """
    if cohort_funding == CohortFunding.FULL:
        return None
    if cohort_funding == CohortFunding.ZERO:
        if chosen:
            raise FundingNotForCohort
        return False
    if not eligible:
        if chosen:
            raise FundingNotKnown if eligible is None else NotEligibleForFunding
        return False
    if chosen is None:
        raise FundedPlaceNotChosen
    return chosen
