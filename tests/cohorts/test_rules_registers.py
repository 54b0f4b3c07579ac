"""Whom somebody means who types parts of names."""

import pytest

from cohorts.rules.registers import Excepted, Reading, read_exceptions

NAMES = ["Ann Lee", "Annabel Lee-Rae", "Ásta O’Brien", "Desmond Quarrie-Lunt", "Desmond Vane"]


def read(text: str) -> Reading:
    return read_exceptions(text, NAMES, item_minutes=120)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        (" , ;\n", []),
        ("vane", [(4, None)]),
        ("d quarrie", [(3, None)]),
        ("LUNT desm", [(3, None)]),
        ("asta", [(2, None)]),
        ("obrien, o brien", None),
        ("ann lee", [(0, None)]),
        ("annabel 120; vane 1", [(1, 120), (4, 1)]),
        ("vane, desmond vane", [(4, None)]),
    ],
)
def test_who_is_found(typed: str, found: list[tuple[int, int | None]] | None) -> None:
    if found is None:  # cut at the apostrophe, the name has no word that begins so
        assert read(typed) == Reading((Excepted(2, None),), ("“obrien” is nobody on this register.",))
    else:
        assert read(typed) == Reading(tuple(Excepted(*one) for one in found), ())


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("ann", "“ann” may be Ann Lee or Annabel Lee-Rae. Type more of the name."),
        ("desmond", "“desmond” may be Desmond Quarrie-Lunt or Desmond Vane. Type more of the name."),
        ("zed", "“zed” is nobody on this register."),
        ("lee lee rae", "“lee lee rae” is nobody on this register."),
        ("75", "“75” is nobody on this register."),
        ("vane 0", "Desmond Vane can have been there for 1 to 120 minutes."),
        ("vane 121", "Desmond Vane can have been there for 1 to 120 minutes."),
        ("vane, vane 30", "Desmond Vane is named twice, and not in the same way."),
    ],
)
def test_what_is_told_instead_of_guessed(typed: str, fault: str) -> None:
    assert read(typed).faults == (fault,)
