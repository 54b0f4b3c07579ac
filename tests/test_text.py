"""Signs that nobody sees."""

import pytest

from npqh_portal.text import can_arrive, has_letter, one_line, without_tricks


@pytest.mark.parametrize(
    "sign", "\u180e\u200b\u2060\u2800\u3164\ufeff\uffa0\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
def test_what_has_no_width_or_turns_text_round_is_left_out(sign: str) -> None:
    assert without_tricks(f"Ines{sign} Tarbeck\n{sign}") == "Ines Tarbeck\n"


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "क्\u200dष", "\u200fשלום\u200e", "Zoe\u0308", "👩\u200d🏫", "a\u00adb"]
)
def test_what_scripts_are_written_with_stays(text: str) -> None:
    assert without_tricks(text) == text


@pytest.mark.parametrize("text", ["", "\u200b", "\u200d\u200c", " \u2060\n\xa0", "\u200e", "\u00ad"])
def test_where_nothing_is_to_be_seen_nothing_is_left(text: str) -> None:
    assert without_tricks(text) == ""


def test_one_line_has_single_spaces() -> None:
    assert one_line(" Zoë  Tarbeck\xa0\n\tNg\u200b ") == "Zoë Tarbeck Ng"


@pytest.mark.parametrize("text", ["Ó", "عبد", "王", "D’Arcy 2", "e\u0301"])
def test_a_name_has_a_letter(text: str) -> None:
    assert has_letter(text)


@pytest.mark.parametrize("text", ["", "1234", "😀", "’–.", "\u0301"])
def test_what_has_none_is_no_name(text: str) -> None:
    assert not has_letter(text)


@pytest.mark.parametrize("address", ["head@school.example", "a.b+c@mail.school.sch.uk", "ö@schule.köln"])
def test_letters_arrive_at_addresses_of_the_world(address: str) -> None:
    assert can_arrive(address)


@pytest.mark.parametrize(
    "address",
    [
        "x@localhost",
        "x@LOCALHOST",
        "x@desk.local",
        "x@router.lan",
        "x@school.invalid",
        "x@10.0.0.10",
        "x@[127.0.0.1]",
        "x",
    ],
)
def test_no_letter_arrives_at_ones_own_machine_or_nowhere(address: str) -> None:
    assert not can_arrive(address)
