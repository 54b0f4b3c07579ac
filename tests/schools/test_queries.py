"""Finding one's school."""

import pytest

from npqh_portal.schools.models import School
from npqh_portal.schools.queries import find_schools
from tests.factories import a_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def quillbeck() -> School:
    a_school(name="Fell Side School", urn="934567", town="Otherton")
    return a_school(
        name="Quillbeck Primary School", urn="912345", town="Quillbeck", la_name="Cumbrooke", postcode="QB1 2ZZ"
    )


@pytest.mark.parametrize(
    "words", ["quillbeck", "PRIMARY quill", "cumbrooke school", "QB1", "912345", "9123", "  quillbeck   2zz "]
)
def test_every_word_must_be_found_somewhere(quillbeck: School, words: str) -> None:
    assert list(find_schools(words)) == [quillbeck]


@pytest.mark.parametrize("words", ["", "   ", "quillbeck otherton", "12345"])
def test_otherwise_nothing_is_found(quillbeck: School, words: str) -> None:
    assert list(find_schools(words)) == []


@pytest.mark.parametrize("status", School.Status)
def test_a_closed_school_cannot_be_chosen(status: School.Status) -> None:
    school = a_school(name="Hollin School", status=status)
    found = [] if status == School.Status.CLOSED else [school]
    assert list(find_schools("hollin")) == found


def test_wildcards_are_only_characters() -> None:
    a_school(name="Hollin School")
    assert list(find_schools("%")) == []
    assert list(find_schools("_")) == []
