"""What is asked of whom, what must be there, and when it may be sent."""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from applications.errors import ApplicationUnfinished, IntakeClosed, IntakeNotOpenYet, IntakePaused
from applications.kinds import EmploymentType, FundingRoute, Nursery, RoleReach, WorkSetting
from applications.models import Application
from applications.rules.answers import (
    ANSWERS,
    PARTS,
    Part,
    check_finished,
    endorser_roles,
    fingerprint_of,
    has_school,
    is_done,
    left_out,
    parts_for,
    routes_for,
    unfinished_parts,
    words_in,
)
from applications.rules.details import age_on, birth_date_fault, is_telephone
from applications.rules.headship import first_year_ends, headship_age_fault, headship_date_fault
from applications.rules.opening import check_not_closed, check_open, grace_ends, nudge_due
from npqh_portal.clock import LONDON
from tests.factories import FINISHED

FULL: dict[str, Any] = {**FINISHED, "needs_endorsement": True}
OPENS = datetime(2026, 9, 1, 9, 0, tzinfo=LONDON)
CLOSES = datetime(2026, 12, 18, 17, 0, tzinfo=LONDON)
SECOND = timedelta(seconds=1)
TODAY = date(2026, 11, 22)


def titles(answers: dict[str, Any]) -> list[str]:
    return [part.title for part in unfinished_parts(answers)]


def part_of(code: str) -> Part:
    return next(part for part in PARTS if part.code == code)


# What is asked of whom. The table is written by hand, from C6, and shares no line with the rule.

PAGES_OF_SETTING = {
    "": [],
    "a_school": ["school"],
    "an_academy_trust": ["school"],
    "a_16_to_19_educational_setting": ["school"],
    "early_years_or_childcare": ["nursery"],
    "another_setting": ["employment"],
    "other": ["referral", "employer"],
}
NURSERIES_IN_THE_REGISTER = ["local_authority_maintained_nursery", "preschool_class_as_part_of_school"]


def pages_by_hand(england: bool | None, setting: str, nursery: str, headship: str, endorsed: bool) -> list[str]:
    where = list(PAGES_OF_SETTING[setting]) if england else []
    if england is False:
        where = ["employer"]
    if where == ["nursery"] and nursery in NURSERIES_IN_THE_REGISTER:
        where.append("school")
    support = ["support"] if "school" in where or headship == "new" or headship == "appointed" else []
    start = ["details", "trn", "headship", "workplace", *where, "funding", "statement", *support]
    return [*start, "adjustments", "agreement", *(["endorsement"] if endorsed else [])]


def answers_by_hand(pages: list[str], given: dict[str, Any]) -> set[str]:
    """Every single answer that is asked."""
    asked = {"full_name", "date_of_birth", "telephone", "has_trn", "role", "role_reach", "headship"}
    asked |= {"works_in_england", "work_setting", "funding_route", "statement", "needs_adjustments", "agreed"}
    for answer, on in {
        "trn": given["has_trn"] is True,
        "headship_started_on": given["headship"] in ("appointed", "new", "serving"),
        "kind_of_nursery": "nursery" in pages,
        "nursery_name": "nursery" in pages and given["kind_of_nursery"] and "school" not in pages,
        "ofsted_urn": "nursery" in pages and given["kind_of_nursery"] and "school" not in pages,
        "school": "school" in pages,
        "school_name": "school" in pages,
        "employment_type": "employment" in pages,
        "employment_role": "employment" in pages
        and given["employment_type"] not in ("hospital_school", "young_offender_institution"),
        "employer_name": "employment" in pages or "employer" in pages,
        "referred_by_return_to_teaching_adviser": "referral" in pages,
        "previously_funded": given["works_in_england"],
        "wants_one_to_one": "school" in pages,
        "wants_new_head_support": given["headship"] in ("appointed", "new"),
        "adjustments": given["needs_adjustments"] is True,
        "endorser_role": "endorsement" in pages,
        "endorser_name": "endorsement" in pages,
        "endorser_email": "endorsement" in pages,
    }.items():
        if on:
            asked.add(answer)
    return asked


def every_combination() -> Any:
    yes_no_blank = (None, True, False)
    for england, setting, nursery, employment, headship, trn, needs, endorsed in product(
        yes_no_blank,
        ("", *WorkSetting),
        ("", *Nursery),
        ("", *EmploymentType),
        ("", *Application.Headship.values),
        (None, True),
        (False, True),
        (False, True),
    ):
        yield {
            "works_in_england": england, "work_setting": str(setting), "kind_of_nursery": str(nursery),
            "employment_type": str(employment), "headship": headship, "has_trn": trn, "needs_adjustments": needs,
            "needs_endorsement": endorsed,
        }  # fmt: skip


def test_whatever_is_answered_just_what_applies_is_asked() -> None:
    count = 0
    for given in every_combination():
        count += 1
        pages = pages_by_hand(
            given["works_in_england"], given["work_setting"], given["kind_of_nursery"], given["headship"],
            given["needs_endorsement"],
        )  # fmt: skip
        assert [part.code for part in parts_for(given)] == pages, given
        assert ANSWERS - left_out(given) == answers_by_hand(pages, given), given
    assert count == 3 * 7 * 6 * 7 * 5 * 2 * 2 * 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"works_in_england": False}, False),
        ({"works_in_england": None}, False),
        ({"work_setting": "another_setting"}, False),
        ({"work_setting": "early_years_or_childcare", "kind_of_nursery": "preschool_class_as_part_of_school"}, True),
        ({"work_setting": "early_years_or_childcare", "kind_of_nursery": "childminder"}, False),
    ],
)
def test_a_school_is_asked_of_whoever_has_one_in_the_register(changes: dict[str, Any], expected: bool) -> None:
    assert has_school(FULL | changes) is expected


@pytest.mark.parametrize(
    ("changes", "closed"),
    [
        ({}, set()),
        ({"previously_funded": True}, {FundingRoute.SCHOLARSHIP}),
        ({"works_in_england": False}, {FundingRoute.SCHOLARSHIP, FundingRoute.TRUST}),
        ({"work_setting": "other"}, {FundingRoute.TRUST}),
    ],
)
def test_only_who_can_pay_may_be_chosen(changes: dict[str, Any], closed: set[FundingRoute]) -> None:
    assert set(FundingRoute) - set(routes_for(FULL | changes)) == closed


@pytest.mark.parametrize(
    ("changes", "roles"),
    [
        ({"headship": "aspiring"}, ("headteacher",)),
        ({"headship": "appointed"}, ("headteacher",)),
        ({"headship": "new"}, ("chair",)),
        ({"headship": "serving"}, ("chair",)),
        ({"headship": "serving", "role_reach": RoleReach.NATIONAL_LEADER}, ("chair",)),
        ({"role_reach": RoleReach.TRUST}, ("headteacher", "chair")),
        ({"role_reach": RoleReach.SEVERAL_SCHOOLS}, ("headteacher", "chair")),
        ({"work_setting": "another_setting"}, ("headteacher", "chair")),
        ({"works_in_england": False}, ("headteacher", "chair")),
    ],
)
def test_the_headteacher_endorses_and_of_a_head_the_chair(changes: dict[str, Any], roles: tuple[str, ...]) -> None:
    assert endorser_roles(FULL | changes) == roles


def test_an_answer_that_no_longer_goes_with_the_others_is_asked_again() -> None:
    assert titles(FULL | {"headship": "serving", "headship_started_on": date(2020, 9, 1)}) == ["Who endorses you"]
    left_england = FULL | {"works_in_england": False, "employer_name": "Ysgol y Bont", "funding_route": "scholarship"}
    assert titles(left_england) == ["How your place is paid for"]


# What must be there


def test_a_full_application_is_finished() -> None:
    check_finished(FULL)


def test_no_is_an_answer() -> None:
    assert titles(FULL | {"wants_one_to_one": None}) == ["Support beside the programme"]
    assert titles(FULL | {"wants_one_to_one": False}) == []


@pytest.mark.parametrize(
    "needed",
    [
        ("full_name", "Your details"), ("date_of_birth", "Your details"), ("has_trn", "Your teacher reference number"),
        ("trn", "Your teacher reference number"), ("role", "Your role and headship"),
        ("role_reach", "Your role and headship"), ("headship", "Your role and headship"),
        ("school_name", "Your school"), ("previously_funded", "How your place is paid for"),
        ("funding_route", "How your place is paid for"), ("statement", "Why you apply"),
        ("wants_one_to_one", "Support beside the programme"), ("needs_adjustments", "Reasonable adjustments"),
        ("agreed_at", "What you agree to"), ("endorser_role", "Who endorses you"),
        ("endorser_name", "Who endorses you"), ("endorser_email", "Who endorses you"),
    ],
    ids=lambda needed: needed[0],
)  # fmt: skip
def test_each_answer_is_missed_under_its_title(needed: tuple[str, str]) -> None:
    name, title = needed
    empty = "" if isinstance(FULL[name], str) else None
    assert titles(FULL | {name: empty}) == [title]


@pytest.mark.parametrize("name", ["telephone", "school_urn", "ofsted_urn"])
def test_some_answers_may_be_left_out(name: str) -> None:
    assert titles(FULL | {name: ""}) == []


@pytest.mark.parametrize(
    ("headship", "started_on", "missing"),
    [
        ("aspiring", None, []),
        ("appointed", None, ["Your role and headship", "Support beside the programme"]),
        ("new", None, ["Your role and headship", "Support beside the programme", "Who endorses you"]),
        ("serving", None, ["Your role and headship", "Who endorses you"]),
        ("serving", date(2020, 9, 1), ["Who endorses you"]),
    ],
)
def test_the_date_is_needed_by_whoever_has_a_headship(
    headship: str, started_on: date | None, missing: list[str]
) -> None:
    assert titles(FULL | {"headship": headship, "headship_started_on": started_on}) == missing


def test_a_role_is_not_needed_where_it_is_not_asked() -> None:
    # C6 step 7
    answers = {"employment_type": "hospital_school", "employer_name": "Fell Hospital"}
    assert is_done(part_of("employment"), answers)
    assert not is_done(part_of("employment"), answers | {"employment_type": "local_authority_supply_teacher"})


def test_the_refusal_names_what_is_left() -> None:
    with pytest.raises(ApplicationUnfinished) as refusal:
        check_finished(FULL | {"statement": "", "agreed_at": None})
    assert str(refusal.value) == (
        "Finish these parts before you send your application: Why you apply, What you agree to."
    )


def test_a_fingerprint_is_of_one_part_alone() -> None:
    statement = part_of("statement")
    before = fingerprint_of(statement, FULL)
    assert fingerprint_of(statement, FULL | {"role": "Head"}) == before
    assert fingerprint_of(statement, FULL | {"statement": "To write more."}) != before
    agreement = part_of("agreement")
    assert fingerprint_of(agreement, FULL | {"agreed_at": None}) != fingerprint_of(agreement, FULL)


# When


@pytest.mark.parametrize(
    ("at", "is_paused", "refusal"),
    [
        (OPENS - SECOND, False, IntakeNotOpenYet),
        (OPENS, False, None),
        (CLOSES - SECOND, False, None),
        (CLOSES, False, IntakeClosed),
        (CLOSES + SECOND, False, IntakeClosed),
        (OPENS, True, IntakePaused),
        (CLOSES, True, IntakeClosed),
        (OPENS - SECOND, True, IntakeNotOpenYet),
    ],
)
def test_an_intake_opens_and_closes_at_the_very_second(
    at: datetime, is_paused: bool, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        check_open("February 2027", opens_at=OPENS, closes_at=CLOSES, is_paused=is_paused, at=at)
    else:
        with pytest.raises(refusal):
            check_open("February 2027", opens_at=OPENS, closes_at=CLOSES, is_paused=is_paused, at=at)


def test_answers_may_be_written_until_the_very_second() -> None:
    check_not_closed("February 2027", closes_at=CLOSES, at=CLOSES - SECOND)
    with pytest.raises(IntakeClosed):
        check_not_closed("February 2027", closes_at=CLOSES, at=CLOSES)


def test_the_grace_is_counted_in_minutes() -> None:
    assert grace_ends(CLOSES, 30) - CLOSES == timedelta(minutes=30)
    assert grace_ends(CLOSES, 0) == CLOSES


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (CLOSES - timedelta(days=7) - SECOND, None),
        (CLOSES - timedelta(days=7), "week"),
        (CLOSES - timedelta(days=1) - SECOND, "week"),
        (CLOSES - timedelta(days=1), "day"),
        (CLOSES - SECOND, "day"),
        (CLOSES, None),
    ],
)
def test_one_reminder_in_the_last_week_and_one_on_the_last_day(at: datetime, name: str | None) -> None:
    nudge = nudge_due(CLOSES, OPENS, at)
    assert (nudge and nudge.name) == name
    assert nudge is None or at < nudge.until


@pytest.mark.parametrize(
    ("changed_at", "first_at", "name"),
    [
        (CLOSES - timedelta(days=7), CLOSES - timedelta(days=6), "week"),
        (CLOSES - timedelta(days=3), CLOSES - timedelta(days=2), "week"),
        (CLOSES - timedelta(hours=40), CLOSES - timedelta(days=1), "day"),
        (CLOSES - timedelta(hours=23), CLOSES - timedelta(hours=21), "day"),
    ],
)
def test_nobody_is_chased_while_they_write(changed_at: datetime, first_at: datetime, name: str) -> None:
    assert nudge_due(CLOSES, changed_at, first_at - SECOND) is None
    nudge = nudge_due(CLOSES, changed_at, first_at)
    assert (nudge and nudge.name) == name


# Single answers


@pytest.mark.parametrize(
    ("headship", "started_on", "is_fault"),
    [
        ("appointed", TODAY, True),
        ("appointed", TODAY + timedelta(days=1), False),
        ("appointed", TODAY.replace(year=TODAY.year + 3), False),
        ("appointed", TODAY.replace(year=TODAY.year + 3) + timedelta(days=1), True),
        ("new", TODAY, False),
        ("new", TODAY + timedelta(days=1), True),
        ("new", TODAY.replace(year=TODAY.year - 1) + timedelta(days=1), False),
        ("new", TODAY.replace(year=TODAY.year - 1), True),
        ("serving", TODAY.replace(year=TODAY.year - 1), False),
        ("serving", TODAY.replace(year=TODAY.year - 1) + timedelta(days=1), True),
        ("serving", TODAY + timedelta(days=1), True),
        ("aspiring", TODAY, False),
    ],
)
def test_the_date_fits_the_headship(headship: str, started_on: date, is_fault: bool) -> None:
    # S10 S46
    assert bool(headship_date_fault(headship, started_on, TODAY, born_on=None)) is is_fault


@pytest.mark.parametrize(
    ("headship", "started_on", "fault"),
    [
        ("serving", date(1998, 1, 31), "must be after you turned 18, so check the years"),
        ("serving", date(1998, 2, 1), ""),
        ("aspiring", date(1998, 1, 31), ""),
    ],
)
def test_nobody_is_a_head_before_they_are_18(headship: str, started_on: date, fault: str) -> None:
    born_on = date(1980, 2, 1)
    assert headship_age_fault(headship, started_on, born_on) == fault
    assert headship_date_fault(headship, started_on, TODAY, born_on=born_on) == fault


def test_a_first_year_begun_on_a_leap_day_ends_with_february() -> None:
    assert first_year_ends(date(2024, 2, 29)) == date(2025, 2, 28)
    assert first_year_ends(date(2024, 2, 28)) == date(2025, 2, 28)
    assert first_year_ends(date(2024, 3, 1)) == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (date(2008, 11, 22), date(2026, 11, 21), 17),
        (date(2008, 11, 22), date(2026, 11, 22), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_ages_are_whole_years(born_on: date, on: date, age: int) -> None:
    assert age_on(born_on, on) == age


@pytest.mark.parametrize(
    ("born_on", "fault"),
    [
        (date(2026, 11, 23), "must be in the past"),
        (date(2026, 11, 22), "must be that of somebody of 18 or older"),
        (date(2008, 11, 23), "must be that of somebody of 18 or older"),
        (date(2008, 11, 22), ""),
        (date(1916, 11, 22), ""),
        (date(1915, 11, 23), ""),
        (date(1915, 11, 22), "would make you 111 years old: check the year"),
    ],
)
def test_nobody_is_too_young_or_too_old_to_be_true(born_on: date, fault: str) -> None:
    assert birth_date_fault(born_on, TODAY) == fault


@pytest.mark.parametrize(
    "text", ["01632 960001", "(01632) 960-001", "+44 7700 900 982", "01632 960001 ext 12", "01632.960.001 x7"]
)
def test_telephone_numbers_are_taken_as_people_write_them(text: str) -> None:
    assert is_telephone(text)


@pytest.mark.parametrize("text", ["", "ring me", "12345", "0" * 16, "01632 960001 or 960002", "٠١٦٣٢٩٦٠٠٠١"])
def test_what_is_no_telephone_number_is_not_taken_for_one(text: str) -> None:
    assert not is_telephone(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("  One approach\n\nto phonics. ", 4),
        ("", 0),
        ("• read\xa0more\r\n• write – well", 4),  # as Word gives it: bullets, a non-breaking space, a dash
        ("“smart” don’t e-mail", 3),
        ("القراءة للجميع", 2),
        ("cafe\u0301", 1),
    ],
)
def test_words_are_counted_between_spaces(text: str, count: int) -> None:
    assert words_in(text) == count
