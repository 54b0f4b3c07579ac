"""Two applications that look like one person's: which, why, who is told, and that nothing is refused."""

from datetime import date

import pytest

from applications.rules.duplicates import Likeness, Traits, folded, in_words, likenesses

BORN = date(1980, 2, 29)


def traits(number: int = 1, **fields: object) -> Traits:
    known = {"trn": "", "full_name": "Ines Tarbeck", "date_of_birth": None, "school_urn": ""} | fields
    return Traits(number, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        "INES TARBECK",
        "Inés Tarbeck",
        "  ines  tarbeck ",
        "Ines-Tarbeck",
        "Ines Tar’beck",
        "Ines Tar'beck",
        "ＩＮＥＳ tarbeck",
    ],
)
def test_case_accents_spaces_and_apostrophes_make_no_difference(written: str) -> None:
    assert folded(written) == folded("Ines Tarbeck") == "inestarbeck"


@pytest.mark.parametrize(("one", "other"), [("Ines Tarbeck", "Ines Tarbuck"), ("Ανδρέας", "Ανδριανός"), ("李", "林")])
def test_other_names_stay_other_names(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_letters_that_become_several_are_one_name_in_either_case() -> None:
    assert folded("Strauß") == folded("STRAUSS")
    assert folded("Ŵyn") == folded("ŵyn") == "wyn"


def test_the_same_trn_is_enough() -> None:
    found = likenesses(traits(trn="1234567", full_name="A"), traits(2, trn="1234567", full_name="B"))
    assert found == (Likeness.TRN,)


@pytest.mark.parametrize(
    ("shared", "found"),
    [
        ({}, ()),
        ({"date_of_birth": BORN}, (Likeness.BIRTH,)),
        ({"school_urn": "123456"}, (Likeness.SCHOOL,)),
        ({"date_of_birth": BORN, "school_urn": "123456"}, (Likeness.BIRTH, Likeness.SCHOOL)),
    ],
)
def test_a_shared_name_needs_date_of_birth_or_school(shared: dict[str, object], found: tuple[Likeness, ...]) -> None:
    assert likenesses(traits(**shared), traits(2, **shared | {"full_name": "INÉS TARBECK"})) == found
    assert likenesses(traits(**shared), traits(2, **shared | {"full_name": "Orla Thwaite"})) == ()


def test_the_same_account_is_enough() -> None:
    assert likenesses(traits(account=7, full_name="A"), traits(2, account=7, full_name="B")) == (Likeness.ACCOUNT,)
    assert likenesses(traits(account=7), traits(2, account=8)) == ()


def test_what_neither_has_is_nothing_in_common() -> None:
    assert likenesses(traits(full_name=""), traits(2, full_name="")) == ()
    assert likenesses(traits(full_name="!", date_of_birth=BORN), traits(2, full_name="?", date_of_birth=BORN)) == ()


def test_an_application_is_no_duplicate_of_itself() -> None:
    one = traits(trn="1234567", date_of_birth=BORN)
    assert likenesses(one, one) == ()


def test_it_is_said_in_words() -> None:
    assert in_words([Likeness.TRN, Likeness.SCHOOL]) == "the same teacher reference number and the same name and school"
