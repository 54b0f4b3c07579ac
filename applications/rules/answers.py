"""What an application asks of whom, and what it must hold before it is sent (C6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from applications.errors import ApplicationUnfinished
from applications.kinds import EmploymentType, Nursery, WorkSetting

Answers = Mapping[str, Any]

SCHOOL_LIKE = frozenset({WorkSetting.A_SCHOOL, WorkSetting.AN_ACADEMY_TRUST, WorkSetting.A_16_TO_19})
# Early years settings that stand in the national register of schools.
SCHOOL_NURSERIES = frozenset({Nursery.LOCAL_AUTHORITY, Nursery.PRESCHOOL_CLASS})
# Of these DfE does not ask the role (C6 step 7).
WITHOUT_ROLE = frozenset({EmploymentType.HOSPITAL_SCHOOL, EmploymentType.YOUNG_OFFENDERS})
HEADSHIP_WITHOUT_DATE = frozenset({"", "aspiring"})
# Whose headship began lately or will begin: they are asked about additional support (S5).
NEW_TO_HEADSHIP = frozenset({"appointed", "new"})


def _always(_: Answers) -> bool:
    return True


def _in_england(answers: Answers) -> bool:
    return answers.get("works_in_england") is True


def has_school(answers: Answers) -> bool:
    """Whether the workplace is one to be found in the national register."""
    if not _in_england(answers):
        return False
    if answers.get("work_setting") == WorkSetting.EARLY_YEARS:
        return answers.get("kind_of_nursery") in SCHOOL_NURSERIES
    return answers.get("work_setting") in SCHOOL_LIKE


def _in(setting: WorkSetting) -> Callable[[Answers], bool]:
    return lambda answers: _in_england(answers) and answers.get("work_setting") == setting


def _needs(*names: str) -> Callable[[Answers], tuple[str, ...]]:
    return lambda answers: names


def _trn(answers: Answers) -> tuple[str, ...]:
    return ("has_trn", "trn") if answers.get("has_trn") else ("has_trn",)


def _headship(answers: Answers) -> tuple[str, ...]:
    dated = answers.get("headship") not in {None, *HEADSHIP_WITHOUT_DATE}
    return ("role", "role_reach", "headship", *(("headship_started_on",) if dated else ()))


def _nursery(answers: Answers) -> tuple[str, ...]:
    kind = answers.get("kind_of_nursery")
    return ("kind_of_nursery",) if not kind or kind in SCHOOL_NURSERIES else ("kind_of_nursery", "nursery_name")


def _employment(answers: Answers) -> tuple[str, ...]:
    role = () if answers.get("employment_type") in WITHOUT_ROLE else ("employment_role",)
    return ("employment_type", *role, "employer_name")


def _funding(answers: Answers) -> tuple[str, ...]:
    return ("previously_funded", "funding_route") if _in_england(answers) else ("funding_route",)


def _support(answers: Answers) -> tuple[str, ...]:
    new = ("wants_new_head_support",) if answers.get("headship") in NEW_TO_HEADSHIP else ()
    return ("wants_one_to_one", *new)


def _adjustments(answers: Answers) -> tuple[str, ...]:
    return ("needs_adjustments", "adjustments") if answers.get("needs_adjustments") else ("needs_adjustments",)


@dataclass(frozen=True)
class Part:
    """One page of questions: whom it is for, every answer it may take, and those without which it is not done."""

    code: str
    title: str
    section: str
    answers: tuple[str, ...]
    needs: Callable[[Answers], tuple[str, ...]]
    is_asked: Callable[[Answers], bool] = _always


YOU, PLACE, FUNDING, WHY = "About you", "Where you work", "Funding", "Your place on the programme"

PARTS = (
    Part("details", "Your details", YOU, ("full_name", "date_of_birth", "telephone"),
         _needs("full_name", "date_of_birth")),
    Part("trn", "Your teacher reference number", YOU, ("has_trn", "trn"), _trn),
    Part("headship", "Your role and headship", YOU, ("role", "role_reach", "headship", "headship_started_on"),
         _headship),
    Part("workplace", "Your workplace", PLACE, ("works_in_england", "work_setting"),
         _needs("works_in_england", "work_setting")),
    Part("nursery", "Your early years setting", PLACE, ("kind_of_nursery", "nursery_name", "ofsted_urn"),
         _nursery, _in(WorkSetting.EARLY_YEARS)),
    Part("school", "Your school", PLACE, ("school", "school_name"), _needs("school_name"), has_school),
    Part("employment", "Your employment", PLACE, ("employment_type", "employment_role", "employer_name"),
         _employment, _in(WorkSetting.ANOTHER_SETTING)),
    Part("referral", "Return to teaching", PLACE, ("referred_by_return_to_teaching_adviser",),
         _needs("referred_by_return_to_teaching_adviser"), _in(WorkSetting.OTHER)),
    Part("funding", "How your place is paid for", FUNDING, ("previously_funded", "funding_route"), _funding),
    Part("statement", "Why you apply", WHY, ("statement",), _needs("statement")),
    Part("support", "Support beside the programme", WHY, ("wants_new_head_support", "wants_one_to_one"), _support),
    Part("adjustments", "Reasonable adjustments", WHY, ("needs_adjustments", "adjustments"), _adjustments),
    Part("agreement", "What you agree to", WHY, ("agreed",), _needs("agreed_at")),
    Part("endorsement", "Who endorses you", WHY, ("endorser_role", "endorser_name", "endorser_email"),
         _needs("endorser_role", "endorser_name", "endorser_email"),
         lambda answers: answers.get("needs_endorsement") is not False),
)  # fmt: skip

# What `save_answers` takes, and the columns in which it stands.
ANSWERS = frozenset(name for part in PARTS for name in part.answers)
COLUMNS = tuple(
    dict.fromkeys({"agreed": "agreed_at"}.get(name, name) for part in PARTS for name in (*part.answers, "school_urn"))
)


def parts_for(answers: Answers) -> list[Part]:
    """The parts that concern this applicant, in order: nobody is asked what does not apply to them."""
    return [part for part in PARTS if part.is_asked(answers)]


def is_done(part: Part, answers: Answers) -> bool:
    return all(answers.get(name) not in (None, "") for name in part.needs(answers))


def unfinished_parts(answers: Answers) -> list[Part]:
    return [part for part in parts_for(answers) if not is_done(part, answers)]


def check_finished(answers: Answers) -> None:
    if parts := unfinished_parts(answers):
        raise ApplicationUnfinished([part.title for part in parts])


def words_in(text: str) -> int:
    return len(text.split())
