"""Which of the two encodings a file is in."""

import pytest

from npqh_portal.encoding import Utf8Tally


def tally(*pieces: bytes) -> Utf8Tally:
    counted = Utf8Tally()
    for piece in pieces:
        counted.add(piece)
    counted.add(b"", last=True)
    return counted


def test_a_letter_may_be_cut_between_two_pieces() -> None:
    counted = tally(b"Caf\xc3", b"\xa9 \xe2", b"\x80", b"\x93")
    assert (counted.sound, counted.broken) == (3, 0)


def test_a_letter_that_never_ends_is_broken() -> None:
    assert tally("é".encode(), b"Caf\xc3").broken == 1


def test_the_sign_for_a_letter_that_was_lost_is_itself_sound() -> None:
    assert tally("Caf\ufffd".encode()).broken == 0


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Ôô".encode() + b"\xe9", True),
        (b"\xef\xbb\xbf" + 100 * b"\xe9 ", True),
        (b"Zo\xeb D\x92Arcambe \x93A\x94", False),
        ("É’ ".encode("cp1252") + 30 * b"\xe9 ", False),
        ("é".encode(), False),
        (b"plain", False),
    ],
)
def test_some_of_it_is_broken(content: bytes, expected: bool) -> None:
    assert tally(content).is_utf8_with_faults() is expected
