from datetime import UTC, date, datetime, time

import pytest

from npqh_portal.web import words


@pytest.mark.parametrize(
    ("minutes", "short", "long"),
    [
        (0, "0 h", "0 minutes"),
        (1, "1 min", "1 minute"),
        (30, "30 min", "30 minutes"),
        (60, "1 h", "1 hour"),
        (65, "1 h 05", "1 hour 5 minutes"),
        (120, "2 h", "2 hours"),
        (2310, "38 h 30", "38 hours 30 minutes"),
    ],
)
def test_amounts_of_time(minutes: int, short: str, long: str) -> None:
    assert words.hours(minutes) == short
    assert words.hours_in_words(minutes) == long


@pytest.mark.parametrize(
    ("part", "total", "shown"),
    [(4158, 4620, "90.0%"), (4157, 4620, "89.9%"), (2160, 4620, "46.7%"), (30, 4620, "0.6%"), (0, 0, "0.0%")],
)
def test_shares_are_rounded_down(part: int, total: int, shown: str) -> None:
    assert words.percent(part, total) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (time(0), "midnight"),
        (time(0, 5), "12.05am"),
        (time(9), "9am"),
        (time(12), "midday"),
        (time(12, 15), "12.15pm"),
        (time(15, 10), "3.10pm"),
        (time(23, 59), "11.59pm"),
    ],
)
def test_times_of_day(at: time, shown: str) -> None:
    assert words.clock_time(at) == shown


def test_a_moment_is_shown_on_a_london_clock() -> None:
    summer_evening = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert words.moment(summer_evening) == "Wednesday 1 July 2026, 12.30am"
    assert words.short_day(summer_evening) == "1 July 2026"
    assert words.table_day(summer_evening) == "1 Jul 2026"


def test_the_hour_that_comes_twice_is_written_the_same_both_times() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert words.clock_time(first) == words.clock_time(second) == "1.30am"


def test_dates_and_ranges() -> None:
    assert words.day(date(2026, 12, 1)) == "Tuesday 1 December 2026"
    assert words.month(date(2026, 12, 1)) == "December 2026"
    assert words.time_range(time(13), time(15)) == "1pm to 3pm"


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (1, "1 kB"),
        (340 << 10, "340 kB"),
        ((340 << 10) + 1, "341 kB"),
        (1023 << 10, "1023 kB"),
        ((1023 << 10) + 1, "1.0 MB"),
        (1 << 20, "1.0 MB"),
        ((1 << 20) + 1, "1.1 MB"),
        (20 << 20, "20.0 MB"),
    ],
)
def test_file_sizes_are_rounded_up(size: int, shown: str) -> None:
    assert words.file_size(size) == shown


def test_numbers_in_public_words_are_figures_from_two_on() -> None:
    assert [words.figure(number) for number in (0, 1, 2, 18, 1500)] == ["0", "one", "2", "18", "1,500"]


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (101, "101st"), (111, "111th"), (1002, "1,002nd")],
)  # fmt: skip
def test_a_place_in_an_order(number: int, written: str) -> None:
    assert words.ordinal(number) == written


@pytest.mark.parametrize(
    ("text", "ended"), [("Not this year", "Not this year."), ("Ask me again! ", "Ask me again!"), ("No…", "No…")]
)
def test_a_sentence_ends_like_one_whoever_wrote_it(text: str, ended: str) -> None:
    assert words.sentence(text) == ended
