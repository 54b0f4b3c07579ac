"""DfE's lists, taken in, and what stands on them."""

import io
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from npqh_portal.audit.models import Entry
from npqh_portal.schools.actions import check_eligibility_list, import_eligibility_list
from npqh_portal.schools.errors import ListOverlaps, PeriodUpsideDown
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.models import EligibilityEntry, EligibilityList, School, SchoolImport
from npqh_portal.schools.queries import is_listed
from npqh_portal.schools.readers import read_list
from npqh_portal.schools.rules.eligibility import HEADERS
from npqh_portal.schools.rules.imports import ListFile, Report
from tests.factories import a_school

from .files import a_list

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)


def a_file(*identifiers: str, kind: ListKind = ListKind.RISE) -> ListFile:
    return read_list(io.BytesIO(a_list(HEADERS[kind], *identifiers)), "list.csv", kind)


def taken_in(
    *identifiers: str, kind: ListKind = ListKind.RISE, from_on: date = FIRST, to_on: date | None = LAST
) -> Report:
    return import_eligibility_list(kind, a_file(*identifiers, kind=kind), from_on=from_on, to_on=to_on, by=None)


def lists() -> list[tuple[str, date, date | None, list[str]]]:
    return [
        (one.kind, one.from_on, one.to_on, sorted(one.entries.values_list("identifier", flat=True)))
        for one in EligibilityList.objects.all()
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 8, 31), False), (FIRST, True), (LAST, True), (date(2027, 9, 1), False)],
    ids=["the day before", "first day", "last day", "the day after"],
)
def test_a_school_is_listed_from_the_first_day_to_the_last(on: date, expected: bool) -> None:
    school, other = a_school(urn="900001"), a_school(urn="900002")
    taken_in("900001")
    assert is_listed(school, ListKind.RISE, on) is expected
    assert list(School.objects.listed(ListKind.RISE, on)) == ([school] if expected else [])
    assert not is_listed(other, ListKind.RISE, on)
    assert not is_listed(school, ListKind.PP50, on)


def test_a_list_without_an_end_holds_until_the_next_begins() -> None:
    school = a_school(urn="900001")
    taken_in("900001", to_on=None)
    assert is_listed(school, ListKind.RISE, date(2099, 1, 1))
    report = taken_in("900002", from_on=date(2027, 9, 1), to_on=None)
    assert "The list from 1 September 2026 now ends on 31 August 2027." in report.remarks
    assert lists() == [
        ("rise", date(2027, 9, 1), None, ["900002"]),
        ("rise", FIRST, LAST, ["900001"]),
    ]
    assert is_listed(school, ListKind.RISE, LAST)
    assert not is_listed(school, ListKind.RISE, date(2027, 9, 1))
    assert Entry.objects.filter(verb="eligibility_list.ended").count() == 1


def test_colleges_are_found_by_ukprn() -> None:
    college, school = a_school(ukprn="10000001"), a_school(urn="900001", ukprn="")
    taken_in("10000001", kind=ListKind.PP50_FE)
    assert list(School.objects.listed(ListKind.PP50_FE, FIRST)) == [college]
    assert not is_listed(school, ListKind.PP50_FE, FIRST)


def test_the_same_period_again_replaces_the_list() -> None:
    taken_in("900001", "900002")
    report = taken_in("900002", "900003")
    assert (report.created, report.unchanged, report.lacking) == (1, 1, 1)
    assert lists() == [("rise", FIRST, LAST, ["900002", "900003"])]
    assert EligibilityList.objects.get().source == SchoolImport.objects.first()
    entry = Entry.objects.get(verb="eligibility_list.replaced")
    assert '"added":1' in entry.payload
    assert '"removed":1' in entry.payload


def test_the_same_file_again_does_nothing_and_says_so() -> None:
    taken_in("900001")
    report = taken_in("900001")
    assert (report.repeats, report.created, report.unchanged) == (True, 0, 1)
    assert SchoolImport.objects.count() == 1


def test_the_same_file_for_another_period_is_another_list() -> None:
    taken_in("900001")
    report = taken_in("900001", from_on=date(2027, 9, 1), to_on=None)
    assert (report.repeats, report.created) == (False, 1)
    assert len(lists()) == 2


def test_kinds_do_not_get_in_each_others_way() -> None:
    taken_in("900001")
    taken_in("900001", kind=ListKind.PP50)
    assert [kind for kind, *_ in lists()] == ["pp50", "rise"]


@pytest.mark.parametrize(
    ("from_on", "to_on"),
    [
        (date(2027, 8, 31), None),
        (date(2026, 1, 1), date(2026, 9, 1)),
        (date(2026, 1, 1), None),
        (FIRST, None),
        (date(2026, 10, 1), date(2026, 10, 2)),
    ],
)
def test_two_lists_of_a_kind_never_hold_on_the_same_day(from_on: date, to_on: date | None) -> None:
    taken_in("900001")
    with (
        pytest.raises(ListOverlaps, match="RISE schools from 1 September 2026 to 31 August 2027"),
        transaction.atomic(),
    ):
        taken_in("900002", from_on=from_on, to_on=to_on)
    assert lists() == [("rise", FIRST, LAST, ["900001"])]


def test_the_database_has_the_last_word_on_that() -> None:
    taken_in("900001")
    with pytest.raises(IntegrityError, match="one_eligibility_list_of_a_kind_at_a_time"), transaction.atomic():
        EligibilityList.objects.create(kind=ListKind.RISE, from_on=LAST, source=SchoolImport.objects.get())


def test_an_earlier_list_fits_before_an_open_one() -> None:
    taken_in("900001", to_on=None)
    taken_in("900002", from_on=date(2025, 9, 1), to_on=date(2026, 8, 31))
    assert [(from_on, to_on) for _, from_on, to_on, _ in lists()] == [
        (FIRST, None), (date(2025, 9, 1), date(2026, 8, 31)),
    ]  # fmt: skip


def test_a_period_that_ends_before_it_begins() -> None:
    with pytest.raises(PeriodUpsideDown):
        taken_in("900001", from_on=LAST, to_on=FIRST)


def test_unknown_schools_stay_on_the_list_with_a_remark() -> None:
    a_school(urn="900001")
    report = taken_in("900001", "900009", "900009", "12")
    assert report.remarks == (
        "1 line names what an earlier line has named.",
        "URN 900009 is of no school known here. It stays on the list.",
    )
    assert [(one.line, one.reason) for one in report.rejections] == [(5, "URN “12” is not 6 or 7 digits.")]
    late = a_school(urn="900009")
    assert is_listed(late, ListKind.RISE, FIRST)


def test_many_unknown_schools_are_counted() -> None:
    report = taken_in(*[str(900_000 + n) for n in range(30)])
    assert len(report.remarks) == 21
    assert report.remarks[-1] == "10 further identifiers are of no school known here."


def test_only_a_look_changes_nothing() -> None:
    taken_in("900001", to_on=None)
    before = lists()
    later: dict[str, Any] = {"from_on": date(2027, 9, 1), "to_on": None}
    assert check_eligibility_list(ListKind.RISE, a_file("900002"), **later).created == 1
    assert lists() == before
    assert EligibilityEntry.objects.count() == SchoolImport.objects.count() == 1
