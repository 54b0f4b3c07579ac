"""The national extract, taken in."""

from datetime import date
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.db.models import DateField, IntegerField
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from npqh_portal.audit.models import Entry
from npqh_portal.schools.actions import check_schools
from npqh_portal.schools.errors import FileUnusable, MuchLacking
from npqh_portal.schools.models import School, SchoolChange, SchoolImport, SchoolLink
from npqh_portal.schools.rules.imports import Rejection
from npqh_portal.schools.rules.register import COLUMNS
from npqh_portal.schools.states import ImportState
from tests.factories import a_person, a_school

from .files import NATIONAL, a_row, an_extract, links, read, taken_in, zipped

pytestmark = pytest.mark.django_db


def figures(content: bytes, **options: Any) -> tuple[int, int, int, int, int]:
    report = taken_in(content, **options)
    return report.created, report.updated, report.unchanged, len(report.rejections), report.lacking


def everything() -> dict[str, dict[str, Any]]:
    return {school["urn"]: school for school in School.objects.values(*COLUMNS)}


WHOLE = {
    "urn": "900001",
    "name": "St Zoë’s – a school, with commas",
    "establishment_number": "2001",
    "type_code": "02",
    "type_name": "Voluntary aided school",
    "phase_code": "2",
    "phase": "Primary",
    "status": "3",
    "open_on": "01-09-1920",
    "close_on": "31-08-2027",
    "ukprn": "10000001",
    "street": " Old Mill,\r\n Mill Lane ",
    "locality": "Underbank",
    "address3": "",
    "town": "Quillbeck",
    "county": "Cumbrooke",
    "postcode": "QB1 2ZZ",
    "la_code": "909",
    "la_name": "Cumbrooke Council",
    "region": "Northern Fells",
    "pupils": "210",
    "easting": "350000",
    "northing": "490000",
    "changed_on": "29-02-2024",
}
AS_KEPT = WHOLE | {
    "type_code": "2",
    "open_on": date(1920, 9, 1),
    "close_on": date(2027, 8, 31),
    "street": "Old Mill, Mill Lane",
    "pupils": 210,
    "easting": 350000,
    "northing": 490000,
    "changed_on": date(2024, 2, 29),
}
WHOLE_ROW = {COLUMNS[name]: value for name, value in WHOLE.items()}


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_every_column_is_kept_as_what_it_is(encoding: str, line_end: str) -> None:
    row = WHOLE_ROW if line_end == "\r\n" else WHOLE_ROW | {"Street": "Old Mill,\nMill Lane"}
    assert figures(an_extract([row], encoding=encoding, line_end=line_end)) == (1, 0, 0, 0, 0)
    assert everything() == {"900001": AS_KEPT}


def test_columns_are_known_by_name_in_any_order() -> None:
    columns = ["A new column", *sorted(NATIONAL, key=lambda name: name[::-1])]
    taken_in(an_extract([WHOLE_ROW | {"A new column": "x"}], columns=columns))
    assert everything() == {"900001": AS_KEPT}


def test_what_is_empty_is_kept_empty() -> None:
    taken_in(an_extract([a_row(town="")]))
    school = everything()["900001"]
    assert (school["town"], school["pupils"], school["open_on"], school["ukprn"]) == ("", None, None, "")


def test_zip_is_taken_in_like_what_it_holds() -> None:
    assert figures(zipped(edubasealldata=an_extract([WHOLE_ROW]))) == (1, 0, 0, 0, 0)
    assert figures(an_extract([WHOLE_ROW])) == (0, 0, 1, 0, 0)
    assert SchoolImport.objects.get().file_name == "edubasealldata.csv"


# Once more


def test_a_second_file_updates_adds_and_leaves() -> None:
    taken_in(an_extract([a_row("900001"), a_row("900002"), a_row("900003")]))
    assert figures(an_extract([a_row("900002", town="Otherton"), a_row("900003"), a_row("900004")])) == (1, 1, 1, 0, 1)
    assert {urn: school["town"] for urn, school in everything().items()} == {
        "900001": "Quillbeck", "900002": "Otherton", "900003": "Quillbeck", "900004": "Quillbeck",
    }  # fmt: skip


def test_the_same_file_again_does_nothing_and_says_so() -> None:
    content = an_extract([a_row("900001"), a_row("12")])
    first = taken_in(content)
    again = taken_in(content)
    assert (again.repeats, again.created, again.updated, again.unchanged) == (True, 0, 0, 1)
    assert again.rejections == first.rejections
    [remark] = again.remarks
    assert remark.startswith("The same file was imported on ")
    assert SchoolImport.objects.count() == 1
    assert SchoolChange.objects.count() == 0


def test_a_former_file_is_not_the_same_file_once_another_came_between() -> None:
    first, second = an_extract([a_row(town="Quillbeck")]), an_extract([a_row(town="Otherton")])
    taken_in(first)
    taken_in(second)
    assert figures(first) == (0, 1, 0, 0, 0)
    assert everything()["900001"]["town"] == "Quillbeck"


def test_the_whole_row_again_is_unchanged_whatever_its_spaces() -> None:
    taken_in(an_extract([WHOLE_ROW]))
    assert figures(an_extract([WHOLE_ROW], line_end="\n")) == (0, 0, 1, 0, 0)
    assert figures(an_extract([WHOLE_ROW | {"Town": " Quillbeck ", "Street": "Old Mill, Mill Lane"}])) == (
        0,
        0,
        1,
        0,
        0,
    )
    assert everything() == {"900001": AS_KEPT}
    assert not SchoolChange.objects.exists()


@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "urn"])
def test_a_change_of_any_column_is_seen(name: str) -> None:
    other = {"status": "1", "type_code": "5", "la_code": "910", "phase_code": "4"}.get(
        name, {DateField: "01-02-2025", IntegerField: "7"}.get(type(School._meta.get_field(name)), "8")
    )
    taken_in(an_extract([WHOLE_ROW]))
    assert figures(an_extract([WHOLE_ROW | {COLUMNS[name]: other}])) == (0, 1, 0, 0, 0)
    assert list(SchoolChange.objects.get().what) == [name]
    assert figures(an_extract([WHOLE_ROW])) == (0, 1, 0, 0, 0)
    assert everything() == {"900001": AS_KEPT}


def test_schools_that_were_here_before_any_import_are_brought_up_to_date() -> None:
    before = a_school(urn="900001", name="Old Name")
    assert figures(an_extract([a_row("900001")])) == (0, 1, 0, 0, 0)
    before.refresh_from_db()
    assert before.name == "Quillbeck Primary School"


def test_only_a_look_changes_nothing() -> None:
    taken_in(an_extract([a_row("900001")]))
    before = everything()
    report = check_schools(read(an_extract([a_row("900001", town="Otherton"), a_row("900002")])))
    assert (report.created, report.updated) == (1, 1)
    assert report.first_changes == (("900001", "Quillbeck Primary School", {"town": ["Quillbeck", "Otherton"]}),)
    assert everything() == before
    assert (SchoolImport.objects.count(), SchoolChange.objects.count()) == (1, 0)
    assert [school.urn for school in School.objects.matching("quillbeck")] == ["900001"], "the index stands"


def test_an_import_is_kept_with_who_and_what() -> None:
    administrator = a_person()
    taken_in(an_extract([a_row("900001"), a_row("12")]), by=administrator)
    kept = SchoolImport.objects.get()
    assert (kept.by, kept.state, kept.file_name) == (administrator, ImportState.DONE, "extract.csv")
    assert (kept.created, kept.updated, kept.unchanged, kept.rejected) == (1, 0, 0, 1)
    assert kept.rejections == [[3, "12", "URN “12” is not 6 or 7 digits."]]
    assert len(kept.sha256) == 64
    entry = Entry.objects.get(verb="school_import.done")
    assert (entry.subject_id, entry.actor_id) == (kept.pk, administrator.pk)


# Rows that are known already


def rows_written() -> dict[str, str]:
    """The database's own number of each school's row: a new one whenever it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT urn, ctid::text FROM schools_school")
        return dict(cursor.fetchall())


def test_only_rows_that_differ_are_written() -> None:
    taken_in(an_extract([a_row("900001"), a_row("900002")]))
    before = rows_written()
    assert figures(an_extract([a_row("900001"), a_row("900002", town="Otherton")])) == (0, 1, 1, 0, 0)
    after = rows_written()
    assert (after["900001"] == before["900001"], after["900002"] == before["900002"]) == (True, False)


def test_a_column_that_is_not_kept_makes_no_difference() -> None:
    taken_in(an_extract([a_row("900001")]))
    before = rows_written()
    assert figures(an_extract([a_row("900001") | {"HeadLastName": "Somebody"}])) == (0, 0, 1, 0, 0)
    assert rows_written() == before


def test_the_same_in_other_letters_is_no_change_and_known_from_then_on() -> None:
    taken_in(an_extract([a_row("900001", type_code="1")]))
    otherwise = [a_row("900001", type_code="01")]
    assert figures(an_extract(otherwise)) == (0, 0, 1, 0, 0)
    before = rows_written()
    assert figures(an_extract([*otherwise, a_row("900002")])) == (1, 0, 1, 0, 0)
    assert rows_written()["900001"] == before["900001"]
    assert SchoolChange.objects.count() == 0


def test_values_that_changed_places_are_a_change() -> None:
    taken_in(an_extract([a_row("900001", street="Mill Lane", locality="Underbank")]))
    assert figures(an_extract([a_row("900001", street="Underbank", locality="Mill Lane")])) == (0, 1, 0, 0, 0)
    assert everything()["900001"]["street"] == "Underbank"


def test_a_school_that_somebody_else_changed_is_brought_back() -> None:
    taken_in(an_extract([a_row("900001")]))
    School.objects.update(town="Otherton")
    assert figures(an_extract([a_row("900001"), a_row("900002")])) == (1, 1, 0, 0, 0)
    assert everything()["900001"]["town"] == "Quillbeck"


def test_a_known_row_that_stands_twice_is_left_out_and_its_school_not_lacked() -> None:
    taken_in(an_extract([a_row("900001"), a_row("900002")]))
    report = taken_in(an_extract([a_row("900001"), a_row("900001", town="Otherton")]))
    assert (report.created, report.updated, report.unchanged, report.lacking) == (0, 0, 0, 1)
    assert [one.line for one in report.rejections] == [2, 3]
    assert everything()["900001"]["town"] == "Quillbeck"


# Rows that are left out


def rejected(*rows: dict[str, str]) -> list[tuple[int, str, str]]:
    """What is said of these rows, which come after a sound one on line 2."""
    report = taken_in(an_extract([a_row("999999"), *rows]))
    assert report.created + len(report.rejections) == len(rows) + 1
    assert set(everything()) >= {"999999"}
    return [(one.line, one.identifier, one.reason) for one in report.rejections]


@pytest.mark.parametrize("urn", ["", "12345", "12345678", "12345x", "१२३४५६"])
def test_urn_that_is_none(urn: str) -> None:
    content = an_extract([a_row("999999"), a_row(urn)], encoding="utf-8")
    assert taken_in(content).rejections == (Rejection(3, urn, f"URN “{urn}” is not 6 or 7 digits."),)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", "", "There is no EstablishmentName."),
        ("name", "  ", "There is no EstablishmentName."),
        ("status", "5", "EstablishmentStatus (code) “5” is none of 1, 2, 3, 4."),
        ("status", "", "EstablishmentStatus (code) “” is none of 1, 2, 3, 4."),
        ("open_on", "31-02-2020", "OpenDate “31-02-2020” is no date (DD-MM-YYYY)."),
        ("close_on", "2020-02-01", "CloseDate “2020-02-01” is no date (DD-MM-YYYY)."),
        ("changed_on", "01-13-2020", "LastChangedDate “01-13-2020” is no date (DD-MM-YYYY)."),
        ("changed_on", "yesterday", "LastChangedDate “yesterday” is no date (DD-MM-YYYY)."),
        ("pupils", "many", "NumberOfPupils “many” is no whole number."),
        ("easting", "1.5", "Easting “1.5” is no whole number."),
        ("northing", "99999999999", "Northing “99999999999” is no whole number."),
        ("postcode", "QB1 2ZZ QB1 2ZZ", "Postcode “QB1 2ZZ QB1 2ZZ…” is longer than 10 characters."),
    ],
)
def test_row_that_is_no_school(column: str, value: str, reason: str) -> None:
    assert rejected(a_row("900001", **{column: value})) == [(3, "900001", reason)]
    assert set(everything()) == {"999999"}


def test_every_fault_of_a_row_is_told() -> None:
    assert rejected(a_row("900001", status="9", open_on="x")) == [
        (3, "900001", "EstablishmentStatus (code) “9” is none of 1, 2, 3, 4. OpenDate “x” is no date (DD-MM-YYYY).")
    ]


@pytest.mark.parametrize(("length", "fits"), [(100, True), (101, False)])
def test_longest_town_counts_letters_not_bytes(length: int, fits: bool) -> None:
    assert (rejected(a_row("900001", town="é" * length)) == []) is fits


def test_urn_twice_leaves_both_out_and_each_names_the_other() -> None:
    assert rejected(a_row("900001"), a_row("900002"), a_row("900001", town="Otherton")) == [
        (3, "900001", "The same URN stands on line 5."),
        (5, "900001", "The same URN stands on line 3."),
    ]
    assert set(everything()) == {"999999", "900002"}


def test_urn_three_times() -> None:
    assert [reason for _, _, reason in rejected(*[a_row("900001")] * 3)] == [
        "The same URN stands on line 4, 5.", "The same URN stands on line 3, 5.", "The same URN stands on line 3, 4.",
    ]  # fmt: skip


def test_urn_twice_leaves_out_a_row_that_says_nothing_new_too() -> None:
    taken_in(an_extract([a_row("900001"), a_row("900002")]))
    report = taken_in(an_extract([a_row("900001"), a_row("900002"), a_row("900001")]))
    assert [one.reason for one in report.rejections] == [
        "The same URN stands on line 4.", "The same URN stands on line 2.",
    ]  # fmt: skip
    assert (report.created, report.updated, report.unchanged, report.lacking) == (0, 0, 1, 0)


def test_two_rows_without_urn_are_not_one_school() -> None:
    assert [reason for _, _, reason in rejected(a_row(""), a_row(""))] == ["URN “” is not 6 or 7 digits."] * 2


def test_lines_are_counted_as_an_editor_does() -> None:
    broken = a_row("900001", street="One,\r\ntwo,\r\nthree")
    content = b'"A note\r\non it",' + an_extract([broken, a_row("12")], columns=NATIONAL).replace(
        b"\r\n12,", b'\r\n"",12,'
    )
    content = content.replace(b"\r\n900001,", b'\r\n"",900001,')
    assert [one.line for one in taken_in(content).rejections] == [6]


def test_what_nobody_reads_counts_for_lines_and_against_an_empty_row() -> None:
    nobody = dict.fromkeys(NATIONAL, "") | {"HeadLastName": " Somebody,\r\nElse"}
    content = an_extract([a_row("900001") | {"HeadLastName": "One,\r\ntwo"}, nobody, a_row("12")])
    assert [(one.line, one.identifier) for one in taken_in(content).rejections] == [(4, ""), (6, "12")]


def test_a_known_school_keeps_what_it_was_while_its_row_is_rejected() -> None:
    taken_in(an_extract([a_row("900001")]))
    report = taken_in(an_extract([a_row("900001", status="9"), a_row("900002")]))
    assert (report.created, report.updated, report.unchanged, report.lacking) == (1, 0, 0, 0)
    assert everything()["900001"]["status"] == "1"


# Files of which nothing is taken in


def cut(content: bytes, at: bytes) -> bytes:
    return content[: content.rindex(at)]


TWO = an_extract([a_row("900001"), a_row("900002", town='The "old" town')])
FEWER = "the row has fewer columns than the header. The file was cut short, or a quote in it is out of place."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (cut(TWO, b"Quillbeck Primary"), f"extract.csv, line 3: {FEWER}"),
        (cut(TWO, b'"" town'), "extract.csv, line 3: a quote is still open at the end. The file was cut short, or a "),
        (TWO + b"," * 139 + b"\r\n", "extract.csv, line 4: the row has more columns than the header. A comma stands"),
        (TWO.replace(b"\r\n900002", b"\r\n9000\n02"), "extract.csv, line 3: the row cannot be read (unquoted newline"),
        (an_extract([]), "extract.csv: there is a header and nothing below it."),
    ],
    ids=["row cut", "quote open", "too many columns", "another line end", "header only"],
)
def test_file_that_breaks_off_changes_nothing(content: bytes, words: str) -> None:
    with pytest.raises(FileUnusable) as refused, transaction.atomic():
        taken_in(content)
    assert str(refused.value).startswith(words)
    assert not School.objects.exists()
    assert not SchoolImport.objects.exists()


# Closed, and open again


def test_a_closed_school_stays_and_a_reopened_one_is_remarked_on() -> None:
    taken_in(an_extract([a_row("900001"), a_row("900002")]))
    closed = [a_row("900001", status="2", close_on="31-08-2026"), a_row("900002")]
    assert taken_in(an_extract(closed)).remarks == ()
    assert not School.objects.filter(urn="900001").selectable().exists()
    report = taken_in(an_extract([a_row("900001"), a_row("900002")]))
    assert report.updated == 1
    assert report.remarks == ("Quillbeck Primary School (URN 900001) was closed, and is no longer.",)


# History


def test_what_changed_is_kept_for_good() -> None:
    taken_in(an_extract([a_row("900001")]))
    taken_in(an_extract([a_row("900001", pupils="12", close_on="31-08-2027")]))
    taken_in(an_extract([a_row("900001", town="Otherton", pupils="12", close_on="31-08-2027")]))
    assert [change.what for change in SchoolChange.objects.filter(school__urn="900001")] == [
        {"town": ["Quillbeck", "Otherton"]},
        {"pupils": [None, 12], "close_on": [None, "2027-08-31"]},
    ]
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        SchoolChange.objects.update(what={})


# Links


def pairs() -> set[tuple[str, str, str, date | None]]:
    return {
        (link.predecessor.urn, link.successor.urn, link.kind, link.established_on)
        for link in SchoolLink.objects.select_related("predecessor", "successor")
    }


THREE = an_extract([a_row("900001", status="2"), a_row("900002", status="2"), a_row("900003")])


def test_links_are_read_from_either_end_and_kept_once() -> None:
    report = taken_in(
        THREE,
        linked=links(
            ("900001", "900003", "Successor - merged", "01-09-2026"),
            ("900003", "900001", "Predecessor - merged", "01-09-2026"),
            ("900003", "900002", "Predecessor", ""),
            ("900001", "900002", "Sixth Form Centre Link", ""),
        ),
    )
    assert report.links == {"added": 2, "updated": 0, "removed": 0, "unchanged": 0}
    assert report.remarks == ("Links of other kinds than these two, left out: 1.",)
    assert pairs() == {("900001", "900003", "merged", date(2026, 9, 1)), ("900002", "900003", "", None)}


def test_links_to_unknown_schools_are_remarked_on_and_left_out() -> None:
    report = taken_in(THREE, linked=links(("900001", "900009", "Successor", ""), ("900008", "900003", "Successor", "")))
    assert report.remarks == (
        "The link from 900001 to 900009 is left out: URN 900009 is not known.",
        "The link from 900008 to 900003 is left out: URN 900008 is not known.",
    )
    assert pairs() == set()


def test_links_mirror_their_file() -> None:
    taken_in(THREE, linked=links(("900001", "900003", "Successor", ""), ("900002", "900003", "Successor", "")))
    report = taken_in(
        THREE, linked=links(("900001", "900003", "Successor", "01-09-2026"), ("900001", "900002", "Successor", ""))
    )
    assert report.links == {"added": 1, "updated": 1, "removed": 1, "unchanged": 0}
    assert pairs() == {("900001", "900003", "", date(2026, 9, 1)), ("900001", "900002", "", None)}


def test_without_a_file_of_links_they_stay() -> None:
    taken_in(THREE, linked=links(("900001", "900003", "Successor", "")))
    report = taken_in(an_extract([a_row("900003", town="Otherton")]))
    assert report.links == {}
    assert pairs() == {("900001", "900003", "", None)}


def test_links_in_the_extract_itself_are_used() -> None:
    row = a_row("900001") | {"LinkURN": "900002", "LinkType": "Successor", "LinkEstablishedDate": "01-09-2026"}
    columns = [*NATIONAL, "LinkURN", "LinkType", "LinkEstablishedDate"]
    report = taken_in(an_extract([row, a_row("900002")], columns=columns))
    assert report.links["added"] == 1
    assert pairs() == {("900001", "900002", "", date(2026, 9, 1))}


def test_a_school_is_not_linked_to_itself() -> None:
    assert taken_in(THREE, linked=links(("900001", "900001", "Successor", ""))).links["added"] == 0


# Whatever comes, in whatever order

urns = st.sampled_from(["900001", "900002", "900003"])
columns = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Quillbeck", "Ångström – “House”", "St Zoë's, Otherton"]),
        "status": st.sampled_from("1234"),
        "street": st.sampled_from(["", "One,\ntwo", '"Quoted"']),
        "pupils": st.sampled_from(["", "0", "210"]),
        "close_on": st.sampled_from(["", "31-08-2026", "29-02-2024"]),
        "type_code": st.sampled_from(["1", "01", "30"]),
    }
)
states = st.lists(st.dictionaries(urns, columns, min_size=1), min_size=1, max_size=5)


class AnyRegister(TestCase):
    @given(states=states)
    def test_the_last_state_stands_and_the_changes_lead_to_it(self, states: list[dict[str, dict[str, str]]]) -> None:
        first: dict[str, dict[str, Any]] = {}
        for state in states:
            taken_in(an_extract([a_row(urn, **values) for urn, values in state.items()], encoding="utf-8"))
            first = everything() | first
        last = {urn: values for state in states for urn, values in state.items()}
        now = everything()
        assert {urn: school["status"] for urn, school in now.items()} == {u: v["status"] for u, v in last.items()}
        assert {u: s["pupils"] for u, s in now.items()} == {
            u: int(v["pupils"]) if v["pupils"] else None for u, v in last.items()
        }
        assert {u: s["type_code"] for u, s in now.items()} == {u: v["type_code"].lstrip("0") for u, v in last.items()}
        for urn, school in first.items():
            for change in SchoolChange.objects.filter(school__urn=urn).order_by("pk"):
                for name, (old, new) in change.what.items():
                    assert plain(school[name]) == old
                    assert old != new
                    school[name] = new
            assert {name: plain(value) for name, value in school.items()} == {
                name: plain(value) for name, value in now[urn].items()
            }


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def test_empty_lines_are_no_schools_and_are_counted_as_lines() -> None:
    head, first, *_ = an_extract([a_row("900001")]).split(b"\r\n")
    rows = [head, first, b"", b"," * 138, first.replace(b"900001", b"12"), b"", b""]
    report = taken_in(b"\r\n".join(rows))
    assert (report.created, report.unchanged) == (1, 0)
    assert report.rejections == (Rejection(5, "12", "URN “12” is not 6 or 7 digits."),)


def test_an_empty_line_within_quotes_stays_within_them() -> None:
    assert figures(an_extract([a_row(street="Old Mill,\r\n\r\nMill Lane")]) + b"\r\n") == (1, 0, 0, 0, 0)
    assert everything()["900001"]["street"] == "Old Mill, Mill Lane"


def test_a_last_line_without_its_end_is_remarked_on() -> None:
    content = an_extract([a_row()])
    assert taken_in(content[:-2]).remarks == (
        "extract.csv: the last line has no end. See that nothing is missing after it.",
    )
    assert taken_in(content + b"\r\n").remarks == ()


@pytest.mark.parametrize("number", ["-5", "0x1F", "1_0", "99999999999"])
def test_no_number_of_pupils(number: str) -> None:
    assert taken_in(an_extract([a_row(pupils=number)])).rejections == (
        Rejection(2, "900001", f"NumberOfPupils “{number}” is no whole number."),
    )


def test_a_space_is_nothing_and_a_hard_space_a_space() -> None:
    taken_in(an_extract([a_row(pupils=" ", open_on=" ", name="Oak\xa0Glade Primary\xa0")]))
    school = everything()["900001"]
    assert (school["pupils"], school["open_on"], school["name"]) == (None, None, "Oak Glade Primary")
    assert taken_in(an_extract([a_row(name="\xa0")])).rejections == (
        Rejection(2, "900001", "There is no EstablishmentName."),
    )


# Files that lack much

MANY = [a_row(str(900001 + number)) for number in range(250)]


def test_a_file_that_lacks_a_tenth_is_taken_in_and_one_that_lacks_more_only_if_that_is_meant() -> None:
    taken_in(an_extract(MANY))
    assert figures(an_extract(MANY[:225])) == (0, 0, 225, 0, 25)
    fewer = an_extract([*MANY[:223], a_row("900224", town="Otherton")])
    before = everything()
    with pytest.raises(MuchLacking) as refused, transaction.atomic():
        taken_in(fewer)
    warning = (
        "26 of the 250 schools known here are not in the file. They stay, but it may be a selection, or cut short."
    )
    assert str(refused.value) == f"{warning} Nothing was imported: say first that this is meant."
    assert everything() == before
    assert check_schools(read(fewer)).remarks == (warning,)
    assert taken_in(fewer, even_if_lacking=True).remarks == (warning,)
    assert everything()["900224"]["town"] == "Otherton"


def test_links_are_not_swept_away_by_a_file_with_nothing_usable_in_it() -> None:
    taken_in(THREE, linked=links(("900001", "900003", "Successor", ""), ("900002", "900003", "Successor", "")))
    with pytest.raises(MuchLacking) as refused, transaction.atomic():
        taken_in(THREE, linked=links(("900001", "900003", "Other", "")))
    assert str(refused.value) == (
        "2 of the 2 links known here are not in the file, and would go. "
        "Nothing was imported: say first that this is meant."
    )
    assert SchoolLink.objects.count() == 2
    taken_in(THREE, linked=links(("900001", "900003", "Other", "")), even_if_lacking=True)
    assert not SchoolLink.objects.exists()


def test_rows_that_are_no_link_are_rejected_with_their_line() -> None:
    taken_in(THREE, linked=links(("900001", "900003", "Successor", "01-09-2026")))
    report = taken_in(
        THREE,
        linked=links(
            ("ABC", "", "Successor", ""),
            ("900001", "900001", "Predecessor", ""),
            ("900001", "900003", "Successor", "01-09-2026"),
            ("900002", "900003", "Successor", "99-99-2011"),
        ),
    )
    assert report.rejections == (
        Rejection(2, "ABC", "In links.csv: URN “ABC” is not 6 or 7 digits. LinkURN “” is not 6 or 7 digits."),
        Rejection(3, "900001", "In links.csv: The school is linked to itself."),
        Rejection(5, "900002", "In links.csv: LinkEstablishedDate “99-99-2011” is no date (DD-MM-YYYY)."),
    )
    assert report.links == {"added": 0, "updated": 0, "removed": 0, "unchanged": 1}
