"""Whom to speak to first: at every boundary, and never because somebody earned something."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.engagement import ComponentFigures, Standing, standing
from cohorts.rules.warnings import Bar, Spare, is_early_warning, spare_of

BAR = Bar("combined", 90, 1, "all", {"all": 120})


def a_part(code: str = "all", *, credited: int, total: int, **fields: Any) -> ComponentFigures:
    fields = {"to_come": 0, "recoverable": 0, "pending": 0, "weight": 1, "threshold_percent": None} | fields
    return ComponentFigures(code=code, name=code, credited=credited, total=total, **fields)


def where(*parts: ComponentFigures, bar: Bar = BAR, has_list: bool = True) -> Standing:
    return standing(parts, rule=bar.rule, threshold_percent=bar.threshold_percent, has_list=has_list)


def told(*parts: ComponentFigures, bar: Bar = BAR) -> Spare:
    found = spare_of(where(*parts, bar=bar), bar)
    assert found
    return found


def is_warned(*parts: ComponentFigures, bar: Bar = BAR, takes_part: bool = True, has_list: bool = True) -> bool:
    stands = where(*parts, bar=bar, has_list=has_list)
    return is_early_warning(stands, spare_of(stands, bar), bar, takes_part=takes_part)


@pytest.mark.parametrize(
    ("lost", "sessions", "warned"),
    [
        (0, 3, False),  # 462 minutes may be lost of 4,620
        (342, 1, False),  # 120 are left: one seminar to the minute
        (343, 0, True),  # 119
        (462, 0, True),  # nothing, and still reachable
        (463, 0, True),  # out of reach
    ],
)
def test_whoever_has_less_to_spare_than_one_usual_seminar_is_warned(lost: int, sessions: int, warned: bool) -> None:
    part = a_part(credited=2000, to_come=2620 - lost, total=4620)
    assert (told(part).sessions, is_warned(part)) == (sessions, warned)


@pytest.mark.parametrize(("bar", "warned"), [(0, False), (1, False), (2, True), (3, True)])
def test_bar_is_the_policys(bar: int, warned: bool) -> None:
    assert is_warned(a_part(credited=2000, to_come=2278, total=4620), bar=replace(BAR, spare_sessions=bar)) is warned


def test_spare_is_counted_with_every_catch_up_done_and_told_without_too() -> None:
    part = a_part(credited=2000, to_come=2380, recoverable=240, total=4620)
    spare = told(part)
    assert (spare.room, spare.sessions, spare.sessions_without) == (462, 3, 1)
    assert not is_warned(part)


def test_at_risk_is_warned_however_much_there_is_to_spare() -> None:
    assert is_warned(a_part(credited=2000, to_come=2000, recoverable=620, total=4620))
    assert is_warned(a_part(credited=2000, to_come=2000, pending=620, total=4620))


def test_share_is_exact() -> None:
    assert told(a_part(credited=0, to_come=4157, total=4620)).share == Fraction(4157, 4620) - Fraction(9, 10)
    assert told(a_part(credited=0, to_come=4157, total=4620)).share < 0
    assert told(a_part(credited=0, to_come=4158, total=4620)).share == 0


def test_sessions_are_counted_where_the_seminars_are() -> None:
    bar = Bar("combined", 90, 1, "sessions", {"sessions": 1, "reading": 1})
    parts = (
        a_part("sessions", credited=5, to_come=5, total=10, weight=50, unit="units"),
        a_part("reading", credited=4, to_come=3, total=8, weight=50, unit="units"),
    )
    # 6.25 points are lost, 3.75 are left: not one session of five points.
    assert told(*parts, bar=bar).sessions == 0
    assert is_warned(*parts, bar=bar)
    whole = replace(parts[1], to_come=4)
    assert (told(parts[0], whole, bar=bar).sessions, told(parts[0], whole, bar=bar).room) == (2, 2)


EACH = Bar("each", 90, 1, "sessions", {"sessions": 60, "study": 1})


def test_of_several_parts_the_tightest_counts_that_has_something_to_come() -> None:
    roomy = a_part("sessions", credited=300, to_come=300, total=600)
    tight = a_part("study", credited=9, to_come=0, total=10, unit="units")
    assert told(roomy, tight, bar=EACH).sessions == 1  # nothing of the other can be missed any more
    assert told(roomy, replace(tight, credited=8, to_come=1), bar=EACH).sessions == 0
    assert told(roomy, tight, bar=EACH).share == 0
    own = replace(tight, threshold_percent=80)
    assert told(roomy, own, bar=EACH).share == Fraction(1, 10)
    assert told(roomy, own, bar=EACH).unit == "minutes"


def test_nobody_is_warned_of_whom_nothing_is_asked() -> None:
    short = a_part(credited=0, total=4620)
    assert is_warned(short)
    assert not is_warned(short, takes_part=False)
    assert not is_warned(short, has_list=False)
    assert not is_warned(short, bar=replace(BAR, threshold_percent=0))
    assert not is_warned()
    assert not is_warned(a_part(credited=4158, total=4620))  # met: 90.0, and nothing left to lose
    assert spare_of(where(short, bar=replace(BAR, threshold_percent=0)), replace(BAR, threshold_percent=0)) is None


def test_programme_without_sessions_warns_by_standing_alone() -> None:
    bar = Bar("combined", 90, 1, "", {"all": 60})
    assert told(a_part(credited=10, to_come=80, total=100), bar=bar).sessions is None
    assert not is_warned(a_part(credited=10, to_come=81, total=100), bar=bar)
    assert is_warned(a_part(credited=10, to_come=79, total=100), bar=bar)


@st.composite
def lists(draw: st.DrawFn) -> list[ComponentFigures]:
    parts = []
    for number in range(draw(st.integers(1, 3))):
        credited, to_come, pending, recoverable, lost = (draw(st.integers(0, 12)) for _ in range(5))
        total = credited + to_come + pending + recoverable + lost
        threshold = draw(st.none() | st.integers(1, 100))
        weight = draw(st.integers(1, 5))
        parts.append(
            ComponentFigures(
                f"part-{number}", "", weight, threshold, credited, to_come, recoverable, total, "units", pending
            )
        )
    return parts


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    usual = {f"part-{number}": draw(st.integers(1, 6)) for number in range(3)}
    chosen = draw(st.sampled_from(["", "part-0", "part-2"]))
    rule = draw(st.sampled_from(["combined", "each"]))
    return Bar(rule, draw(st.integers(0, 100)), draw(st.integers(0, 3)), chosen, usual)


@given(lists(), bars(), st.data())
def test_credit_never_leaves_less_to_spare_and_never_puts_anybody_on_the_list(
    parts: list[ComponentFigures], bar: Bar, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(parts) - 1))
    before = parts[place]
    of = data.draw(st.sampled_from(["to_come", "pending", "recoverable", "lost"]))
    change = data.draw(st.integers(0, getattr(before, of)))
    taken = {} if of == "lost" else {of: getattr(before, of) - change}
    after = [*parts]
    after[place] = replace(before, credited=before.credited + change, **taken)
    stood, stands = where(*parts, bar=bar), where(*after, bar=bar)
    was, is_now = spare_of(stood, bar), spare_of(stands, bar)
    assert (was is None) == (is_now is None)
    if was and is_now:
        assert is_now.share >= was.share
        assert is_now.sessions is None or (was.sessions is not None and is_now.sessions >= was.sessions)
    if is_early_warning(stands, is_now, bar, takes_part=True):
        assert is_early_warning(stood, was, bar, takes_part=True)
