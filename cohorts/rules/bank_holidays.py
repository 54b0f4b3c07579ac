"""Bank holidays in England."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays


def bank_holidays(first: date, last: date) -> dict[date, str]:
    """Those from one day to another, both included, with their names."""
    years = range(first.year, last.year + 1)
    return {day: name for year in years for day, name in _of_year(year).items() if first <= day <= last}


@cache
def _of_year(year: int) -> Mapping[date, str]:
    return dict(sorted(holidays.country_holidays("GB", subdiv="ENG", years=year).items()))
