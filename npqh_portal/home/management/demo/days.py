"""The days on which things happen."""

from datetime import date, timedelta

from cohorts.rules.dates import months_after


def weekday(day: date) -> date:
    """That day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


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


def spread(first: date, last: date, count: int) -> list[date]:
    """So many weekdays, evenly from the first day to the last."""
    length = (last - first).days
    return [weekday(first + timedelta(days=length * number // max(count - 1, 1))) for number in range(count)]
