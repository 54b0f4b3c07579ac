"""Finding one's school."""

from typing import Any

import pytest
from django.urls import reverse

from applications.states import ApplicationState
from npqh_portal.schools import queries
from npqh_portal.schools.models import School, SchoolLink
from tests.applications.reader import Reader
from tests.factories import a_person, a_school, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db


def find_schools(words: str) -> list[School]:
    """Those of them that can be chosen."""
    found = list(queries.find_schools(words))
    chosen = [school for school in found if school.can_be_chosen]
    assert found[: len(chosen)] == chosen
    return chosen


def successors_of_closed(words: str) -> list[SchoolLink]:
    found = queries.find_schools(words)
    return queries.successors_of([school for school in found if school.status == School.Status.CLOSED])


@pytest.fixture
def quillbeck() -> School:
    a_school(name="Fell Side School", urn="934567", town="Otherton")
    return a_school(
        name="Quillbeck Primary School", urn="912345", street="Mill Lane", locality="Underbank", address3="Old Yard",
        town="Quillbeck", county="Westfellshire", la_name="Cumbrooke", region="Northern Fells", postcode="QB1 2ZZ",
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "quillbeck", "PRIMARY quill", "cumbrooke school", "QB1", "QB1 2ZZ", "qb12zz", "qb12z", "2ZZ", "912345", "9123",
        "  quillbeck   2zz ", "mill lane", "under", "yard, old", "westfell", "northern", "quill-beck"[:5],
        "quillbeck & primary", "quillbeck and primary", "912345 &", "and 912345",
        "9123 912345", "(quillbeck)", "school quillbeck cumb QB1 9123",
    ],
)  # fmt: skip
def test_every_word_must_begin_one_of_its_words(quillbeck: School, words: str) -> None:
    assert list(find_schools(words)) == [quillbeck]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "quillbeck otherton",
        "quillbeck 934567",
        "12345",
        "9123456",
        "91234567",
        "beck",
        "%",
        "_",
        "'",
        "&",
        "and",
        "*:",
    ],
)
def test_otherwise_nothing_is_found(quillbeck: School, words: str) -> None:
    assert list(find_schools(words)) == []


def test_a_number_is_a_word_or_the_beginning_of_a_urn() -> None:
    by_name, by_urn = a_school(name="St Mary 91 School", urn="800000"), a_school(name="Hollin School", urn="9123456")
    assert list(find_schools("91")) == [by_urn, by_name]
    assert list(find_schools("91 mary")) == [by_name]
    assert list(find_schools("9123456")) == list(find_schools("hollin 9123456")) == [by_urn]
    assert list(find_schools("91st")) == []


@pytest.mark.parametrize("words", ["x' | 'quillbeck", "quillbeck' & !'x", "quillbeck:*A <-> primary", "\\", "(((", "!"])
def test_signs_of_the_query_language_are_only_characters(quillbeck: School, words: str) -> None:
    assert len(find_schools(words)) <= 1


@pytest.mark.parametrize("name", ["St Zoë’s School", "Saint Zoe's School", "ST. ZOES SCHOOL", "St-Zoé's School"])
@pytest.mark.parametrize("words", ["st zoe", "Saint Zoë", "st. zoe's", "sain zoes", "zoë’s st", "zoe`s"[:4], "ST ZO"])
def test_accents_apostrophes_and_saints_are_alike(name: str, words: str) -> None:
    school = a_school(name=name)
    assert list(find_schools(words)) == [school]


@pytest.mark.parametrize(
    "name", ["“The Beeches” Academy", "The+Beeches School", "Queen Ethel:The Beeches", "The_Beeches"]
)
def test_words_are_cut_at_the_same_signs_when_indexed_as_when_sought(name: str) -> None:
    school = a_school(name=name)
    assert list(find_schools("the beeches")) == [school]


@pytest.mark.parametrize("name", ["Church & Chapel School", "Church and Chapel School", "Church-Chapel (School)"])
def test_and_is_a_sign_or_a_word(name: str) -> None:
    school = a_school(name=name)
    assert list(find_schools("church and chapel")) == list(find_schools("church & chapel")) == [school]


@pytest.mark.parametrize("status", School.Status)
def test_a_closed_school_cannot_be_chosen(status: School.Status) -> None:
    school = a_school(name="Hollin School", status=status)
    found = [] if status == School.Status.CLOSED else [school]
    assert list(find_schools("hollin")) == found


@pytest.mark.parametrize(
    ("columns", "expected"),
    [({}, 1), ({"type_code": "30"}, 0), ({"la_code": "673"}, 0), ({"la_code": "000"}, 0), ({"la_code": "909"}, 1)],
)
def test_only_schools_in_england_can_be_chosen(columns: dict[str, str], expected: int) -> None:
    a_school(name="Hollin School", **columns)
    assert len(find_schools("hollin")) == expected


def test_a_search_of_any_length_is_answered() -> None:
    a_school(name="Hollin School")
    assert list(find_schools("hollin " * 200)) == list(find_schools("hollin"))
    assert list(find_schools("x" * 5000)) == []


# The best first


def test_urn_and_postcode_come_first_then_names_that_begin_so_then_the_alphabet() -> None:
    for number, (name, columns) in enumerate(
        {
            "Årby School": {"street": "Lark Lane"},
            "Zed Lark School": {},
            "Lark Rise School": {},
            "Larkfell School": {},
            "Abbey School": {"postcode": "LA1 2RK"},
        }.items()
    ):
        a_school(name=name, urn=f"90000{number}", **columns)
    assert [school.name for school in find_schools("lark")] == [
        "Lark Rise School", "Larkfell School", "Årby School", "Zed Lark School",
    ]  # fmt: skip
    a_school(name="000000 School", urn="912345", street="LA1 2RK")
    assert [school.name for school in find_schools("la1 2rk")] == ["Abbey School", "000000 School"]
    assert [school.name for school in find_schools("LA12RK")] == ["Abbey School"]
    a_school(name="912345 School", urn="911111")
    assert [school.urn for school in find_schools("912345")] == ["912345", "911111"]


def test_names_are_sorted_without_accents_capitals_or_apostrophes() -> None:
    names = ["Zed School", "Ábel School", "O’Neil School", "Oak School", "abbey school", "Onex School", "Évans School"]
    for name in names:
        a_school(name=name)
    assert [school.name for school in School.objects.all()] == [
        "abbey school", "Ábel School", "Évans School", "Oak School", "O’Neil School", "Onex School", "Zed School",
    ]  # fmt: skip


# Schools that closed


@pytest.fixture
def merged() -> SchoolLink:
    before = a_school(name="Hollin Infant School", status="2", close_on="2026-08-31")
    return SchoolLink.objects.create(predecessor=before, successor=a_school(name="Oakhanger School", urn="955555"))


def test_a_closed_school_names_its_successor(merged: SchoolLink) -> None:
    assert list(find_schools("hollin")) == []
    assert successors_of_closed("hollin infant") == [merged]
    assert successors_of_closed("oakhanger") == successors_of_closed(" ") == []


@pytest.mark.parametrize("status", [School.Status.CLOSED])
def test_but_not_one_that_has_closed_too(merged: SchoolLink, status: str) -> None:
    School.objects.filter(pk=merged.successor_id).update(status=status)
    assert successors_of_closed("hollin") == []


# The page


def searched(words: str) -> Reader:
    ines = a_person()
    draft = an_application(ines, an_intake(a_version()), state=ApplicationState.DRAFT)
    return Reader(ines).open(reverse("applications:school", args=[draft.public_id]) + f"?q={words}")


def test_the_page_offers_what_came_after_a_closed_school(merged: SchoolLink) -> None:
    reader = searched("hollin")
    assert (
        "No open school has all of “hollin” in its name or address. "
        "Hollin Infant School closed on 31 August 2026; Oakhanger School came after it." in reader.text
    )
    reader.send(school="955555")
    assert reader.errors == []
    assert merged.successor.applications.get().school_name == "Oakhanger School"


def test_the_page_says_so_when_all_that_it_would_have_found_is_closed() -> None:
    a_school(name="Tarnghast Special School", status="2", close_on="2019-07-31")
    assert (
        "Tarnghast Special School closed on 31 July 2019. If you work somewhere else now" in searched("tarnghast").text
    )
    assert "No school has all of “gritmoor”" in searched("gritmoor").text


def test_a_search_is_one_statement(quillbeck: School, django_assert_num_queries: Any) -> None:
    reader = searched("quillbeck")
    assert "1 school found." in reader.text
    with django_assert_num_queries(3):  # who asks, their application; and the search
        reader.client.get(reader.address)
