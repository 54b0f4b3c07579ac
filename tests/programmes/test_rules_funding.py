"""Whether a source of funding can be taken up on a day (S84, S85)."""

from datetime import date

import pytest

from npqh_portal.programmes.rules.funding import is_suspended, suspension_on
from npqh_portal.programmes.rules.plans import SuspensionPlan

LEGACY = SuspensionPlan("scholarship", date(2020, 7, 31), date(2022, 8, 31))


@pytest.mark.parametrize(
    ("on", "suspended"),
    [
        (date(2020, 7, 30), False),
        (date(2020, 7, 31), True),
        (date(2022, 8, 31), True),
        (date(2022, 9, 1), False),
    ],
)
def test_first_and_last_day_are_counted(on: date, suspended: bool) -> None:
    """S84, S85"""
    assert is_suspended([LEGACY], source="scholarship", on=on) is suspended


def test_other_sources_are_not_touched() -> None:
    assert not is_suspended([LEGACY], source="school", on=date(2021, 1, 1))


def test_without_a_last_day_it_lasts() -> None:
    assert is_suspended([SuspensionPlan("self", date(2020, 1, 1))], source="self", on=date(2999, 1, 1))


def test_of_several_the_longest_is_told() -> None:
    short = SuspensionPlan("scholarship", date(2021, 1, 1), date(2021, 6, 30))
    endless = SuspensionPlan("scholarship", date(2021, 3, 1))
    day = date(2021, 4, 1)
    assert suspension_on([short, LEGACY], source="scholarship", on=day) == LEGACY
    assert suspension_on([endless, LEGACY, short], source="scholarship", on=day) == endless
    assert suspension_on([short], source="scholarship", on=date(2021, 7, 1)) is None
