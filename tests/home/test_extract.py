"""The made-up register: in the national format to the letter, and of no place or school that exists."""

import csv
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from npqh_portal.home.management.demo.extract import COLUMNS, LINK_COLUMNS
from npqh_portal.home.management.demo.register import AUTHORITIES, KNOWN, TOWNS, register

DAY = date(2026, 9, 1)
REAL_TOWNS = {
    "London", "Birmingham", "Manchester", "Leeds", "Sheffield", "Carlisle", "Kendal", "Penrith", "Whitehaven",
    "Keswick", "Lancaster", "Preston", "York", "Durham", "Exeter", "Norwich", "Oxford", "Cambridge", "Bristol",
    "Plymouth", "Ashford", "Silverdale", "Ulverston", "Skelmersdale", "Ormskirk", "Hexham", "Berwick", "Alnwick",
    "Warwick", "Smethwick", "Hawick",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("extract")
    made(place)
    return place


def made(place: Path, **options: object) -> bytes:
    files = {name: place / f"{name}.csv" for name in ("links", "pp50", "rise")}
    call_command("make_school_extract", place / "extract.csv", on=DAY, stderr=StringIO(), **files, **options)
    return (place / "extract.csv").read_bytes()


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict[str, str]]:
    return list(read(folder / "extract.csv"))


def read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="cp1252", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def test_it_has_the_139_columns_of_the_national_extract_in_every_row(folder: Path) -> None:
    with (folder / "extract.csv").open(encoding="cp1252", newline="") as file:
        lengths = Counter(len(row) for row in csv.reader(file, strict=True))
    assert lengths == {139: 3_001}
    assert len(set(COLUMNS)) == 139
    assert (COLUMNS[0], COLUMNS[4], COLUMNS[138]) == ("URN", "EstablishmentName", "LSOA (code)")


def test_it_is_written_in_windows_1252_with_crlf_and_quotes_what_needs_it(folder: Path) -> None:
    text = (folder / "extract.csv").read_bytes()
    assert text.count(b"\r\n") == 3_001
    assert [byte for byte in "é’–".encode("cp1252") if byte not in text] == []
    with pytest.raises(UnicodeDecodeError):
        text.decode()
    assert b'"The Old Schoolhouse\n' in text
    assert b'"Open, but proposed to close"' in text


def test_same_seed_and_day_write_the_same_bytes_and_others_do_not(folder: Path, tmp_path: Path) -> None:
    first = (folder / "extract.csv").read_bytes()
    assert made(tmp_path) == first
    assert made(tmp_path, seed=2) != first


def test_school_is_the_same_in_a_register_of_another_size(rows: list[dict[str, str]], tmp_path: Path) -> None:
    made(tmp_path, schools=40)
    assert list(read(tmp_path / "extract.csv")) == rows[:40]


def test_urns_and_numbers_within_an_authority_are_given_once(rows: list[dict[str, str]]) -> None:
    assert [row["URN"] for row in rows] == [str(urn) for urn in range(900_001, 903_001)]
    assert max(Counter((row["LA (code)"], row["EstablishmentNumber"]) for row in rows).values()) == 1
    assert len({row["UKPRN"] for row in rows}) == 3_000


def test_every_state_type_and_phase_of_a_register_is_in_it(rows: list[dict[str, str]]) -> None:
    states = Counter(row["EstablishmentStatus (code)"] for row in rows)
    assert set(states) == {"1", "2", "3", "4"}
    assert states["1"] > 2_000
    assert states["2"] > 300
    assert all(bool(row["CloseDate"]) == (row["EstablishmentStatus (code)"] in "23") for row in rows)
    assert Counter(row["TypeOfEstablishment (code)"] for row in rows)["30"] == 30
    assert len({row["TypeOfEstablishment (code)"] for row in rows}) == 13
    assert len({row["PhaseOfEducation (name)"] for row in rows}) == 7
    assert len({row["LA (code)"] for row in rows}) == len(AUTHORITIES) + 1


def test_closed_schools_name_their_successors_in_both_directions(folder: Path, rows: list[dict[str, str]]) -> None:
    links = list(read(folder / "links.csv"))
    assert tuple(links[0]) == LINK_COLUMNS
    status = {row["URN"]: row["EstablishmentStatus (code)"] for row in rows}
    forward = {(link["URN"], link["LinkURN"]) for link in links if link["LinkType"].startswith("Successor")}
    backward = {(link["LinkURN"], link["URN"]) for link in links if link["LinkType"].startswith("Predecessor")}
    assert forward == backward
    assert {status[urn] for urn, _ in forward} == {"2"}
    assert {status[successor] for _, successor in forward} == {"1"}
    assert len(links) == 2 * len(forward) > 100


def test_lists_hold_about_a_third_and_a_few(folder: Path) -> None:
    pp50, rise = list(read(folder / "pp50.csv")), list(read(folder / "rise.csv"))
    assert 1_000 < len(pp50) < 2_000
    assert {"900102", "900107", "900110"} <= {row["RISE School URN"] for row in rise}
    assert "900106" not in {row["PP50 School URN"] for row in pp50}
    assert len(rise) < 60


def test_a_later_day_shows_what_has_happened_since() -> None:
    before = {school.urn: school for school in register(3_000, seed=1, on=date(2020, 2, 3))}
    after = {school.urn: school for school in register(3_000, seed=1, on=DAY)}
    closed = [urn for urn in after if before[urn].status != "2" and after[urn].status == "2"]
    reopened = [urn for urn in after if before[urn].status == "2" and after[urn].status != "2"]
    renamed = [urn for urn in after if before[urn].name != after[urn].name]
    assert len(closed) > 50
    assert reopened == []
    assert len(renamed) > 20
    assert all(school.changed_on <= DAY for school in after.values())


def test_schools_of_the_demonstration_are_open_in_it_under_their_names(rows: list[dict[str, str]]) -> None:
    known = {row["URN"]: row for row in rows if int(row["URN"]) - 900_000 in KNOWN}
    assert len(known) == 12
    assert {row["EstablishmentStatus (code)"] for row in known.values()} == {"1"}
    assert (known["900106"]["EstablishmentName"], known["900106"]["Town"]) == (
        "Tarnhollow Church of England Primary School", "Tarnhollow",
    )  # fmt: skip


def test_no_real_place_is_in_it(rows: list[dict[str, str]]) -> None:
    words = set(" ".join(" ".join((row["EstablishmentName"], row["Town"], row["LA (name)"])) for row in rows).split())
    assert words & REAL_TOWNS == set()
    assert set(TOWNS) & REAL_TOWNS == set()
    assert {row["Postcode"][0] for row in rows} == {"Z"}
    assert {row["HeadLastName"] for row in rows} == {""}
    assert all(row["SchoolWebsite"].endswith(".example/") for row in rows)


def test_fifty_thousand_are_made_in_good_time(tmp_path: Path) -> None:
    started = time.process_time()
    made(tmp_path, schools=50_000)
    assert time.process_time() - started < 20
    assert sum(1 for _ in read(tmp_path / "extract.csv")) == 50_000
