import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal import colours

accents = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


@given(accents)
def test_any_accent_can_be_read(accent: str) -> None:
    shades = colours.theme(accent)
    tint = colours.parse(shades.tint)
    strong = colours.parse(shades.strong)
    assert colours.contrast(strong, colours.PAPER) >= 5.5
    assert colours.contrast(strong, colours.WHITE) >= 5.5
    assert colours.contrast(strong, tint) >= 4.5
    assert colours.contrast(colours.parse(shades.deep), colours.WHITE) >= 12
    assert colours.contrast(colours.parse(shades.hover), colours.PAPER) >= 5.5


def test_a_dark_accent_is_left_as_it_was_given() -> None:
    shades = colours.theme("#68246D")
    assert (shades.given, shades.strong, shades.deep) == ("#68246d", "#68246d", "#401d4b")


@pytest.mark.parametrize("text", ["", "68246d", "#68246", "#68246g", "red", "#68246d; }", "#68246d\n"])
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        colours.theme(text)
