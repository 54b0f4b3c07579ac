"""Tables to take away."""

import pytest

from npqh_portal.web.downloads import csv_text


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_calculate_stays_text(cell: str) -> None:
    assert csv_text([[cell]]).strip('"\r\n') == f"'{cell}"


def test_numbers_and_other_words_stay_as_they_are() -> None:
    assert csv_text([("Line", "a=b", ""), (-2, "a, b", None)]) == 'Line,a=b,\r\n-2,"a, b",\r\n'
