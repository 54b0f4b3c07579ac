"""Plain values in, answers out."""

from datetime import date

import pytest

from npqh_portal.schools.rules.eligibility import covers, day_before, fault_of, period_of
from npqh_portal.schools.rules.imports import Rejection, Report
from npqh_portal.schools.rules.register import is_in_england


@pytest.mark.parametrize(
    ("type_code", "la_code", "expected"),
    [("1", "909", True), ("30", "909", False), ("", "", True)]
    + [("1", code, False) for code in ("000", "673", "702", "704", "708")],
)
def test_wales_and_the_isles_are_not_in_england(type_code: str, la_code: str, expected: bool) -> None:
    assert is_in_england(type_code, la_code) is expected


FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 8, 31), False),
        (FIRST, True),
        (date(2027, 3, 1), True),
        (LAST, True),
        (date(2027, 9, 1), False),
    ],
)
def test_a_list_holds_on_its_first_day_and_on_its_last(on: date, expected: bool) -> None:
    assert covers(FIRST, LAST, on) is expected


def test_a_list_without_an_end_holds_ever_after_its_first_day() -> None:
    assert covers(FIRST, None, date(2099, 1, 1))
    assert not covers(FIRST, None, date(2026, 8, 31))


def test_the_list_before_ends_the_day_before() -> None:
    assert day_before(date(2028, 3, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("kind", "identifier", "fault"),
    [
        ("pp50", "900001", ""),
        ("rise", "1000001", ""),
        ("pp50", "90001", "URN “90001” is not 6 or 7 digits."),
        ("pp50", "", "There is no URN."),
        ("pp50-fe", "10000001", ""),
        ("pp50-fe", "900001", "UKPRN “900001” is not 8 digits."),
        ("pp50", "900001x", "URN “900001x” is not 6 or 7 digits."),
        ("pp50", "９00001", "URN “９00001” is not 6 or 7 digits."),
    ],
)
def test_urn_and_ukprn_are_told_apart_by_their_length(kind: str, identifier: str, fault: str) -> None:
    assert fault_of(kind, identifier) == fault


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026-09-01..2027-08-31", (FIRST, LAST)),
        ("2026-09-01", (FIRST, None)),
        ("2026-09-01..", (FIRST, None)),
    ],
)
def test_a_period_is_two_days_or_one(text: str, period: tuple[date, date | None]) -> None:
    assert period_of(text) == period


@pytest.mark.parametrize("text", ["", "..2027-08-31", "01-09-2026", "2026-09", "2026-09-01..soon"])
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        period_of(text)


def test_a_report_reads_as_lines() -> None:
    report = Report(
        1200, 2, 3, lacking=4, rejections=(Rejection(7, "", "There is no URN."),),
        remarks=("A remark.",), links={"added": 1, "updated": 0, "removed": 0, "unchanged": 2},
    )  # fmt: skip
    assert report.as_lines() == [
        "1,200 created, 2 updated, 3 unchanged, 1 rejected.",
        "4 known here are not in the file.",
        "Links: 1 added, 0 updated, 0 removed, 2 unchanged.",
        "Line 7: There is no URN.",
        "A remark.",
    ]
    assert Report(0, 0, 0).as_lines() == ["0 created, 0 updated, 0 unchanged, 0 rejected."]
