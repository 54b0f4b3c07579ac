"""The days on which things happen."""

from datetime import date, datetime, timedelta

from cohorts.rules.bank_holidays import bank_holidays
from cohorts.rules.dates import months_after


def weekday(day: date) -> date:
    """That day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def session_day(day: date) -> date:
    """That day, or the first after it on which people are at work: neither at a weekend nor on a bank holiday."""
    while weekday(day) != day or bank_holidays(day, day):
        day += timedelta(days=1)
    return day


def half_hour_before(moment: datetime) -> datetime:
    """The last full or half hour: 9.30am of 9.51am."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


def third_of_month(today: date, months_on: int) -> date:
    return weekday(months_after(today.replace(day=1), months_on) + timedelta(days=2))


def start_after(today: date, days: int) -> date:
    """The first start of autumn or spring so many days ahead."""
    years = (today.year, today.year + 1)
    starts = (weekday(date(year, month, 3)) for year in years for month in (2, 9))
    return min(start for start in starts if start >= today + timedelta(days=days))


def school_year(day: date) -> date:
    """Its first day: the first of September."""
    return date(day.year if day.month > 8 else day.year - 1, 9, 1)


def school_terms(first_year: int, last_year: int) -> list[tuple[str, date, date]]:
    """Three for each year, about as most authorities have them: name, first and last day."""
    terms = []
    for year in range(first_year, last_year + 1):
        terms += [
            (f"Spring term {year}", weekday(date(year, 1, 4)), date(year, 3, 28)),
            (f"Summer term {year}", weekday(date(year, 4, 14)), date(year, 7, 22)),
            (f"Autumn term {year}", weekday(date(year, 9, 2)), date(year, 12, 19)),
        ]
    return terms


def half_terms(first_year: int, last_year: int) -> list[tuple[date, date]]:
    """A week in the middle of each, from Monday to Friday."""
    weeks = []
    for year in range(first_year, last_year + 1):
        for month, day in ((2, 15), (5, 29), (10, 25)):
            monday = weekday(date(year, month, day))
            monday -= timedelta(days=monday.weekday())
            weeks.append((monday, monday + timedelta(days=4)))
    return weeks


def spread(first: date, last: date, count: int) -> list[date]:
    """So many weekdays, evenly from the first day to the last."""
    length = (last - first).days
    return [weekday(first + timedelta(days=length * number // max(count - 1, 1))) for number in range(count)]
