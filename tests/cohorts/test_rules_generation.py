"""Where sessions fall, and what is said of those that fall nowhere."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.bank_holidays import bank_holidays
from cohorts.rules.dates import LONDON, london_date
from cohorts.rules.generation import (
    Draft,
    Frame,
    Hall,
    Leader,
    Party,
    Pattern,
    Piece,
    Sitting,
    generate,
    is_once_on_the_clock,
)
from cohorts.rules.terms import Term, term_of, terms_of_course, terms_with

SPRING = Term("Spring term 2027", date(2027, 1, 4), date(2027, 3, 25))
SUMMER = Term("Summer term 2027", date(2027, 4, 12), date(2027, 7, 22))
AUTUMN = Term("Autumn term 2027", date(2027, 9, 2), date(2027, 12, 17))
TUESDAYS = Pattern(
    weekdays=frozenset({1}), weeks_between=1, starts_at=time(13), whole_days_start_at=time(9, 30), forbidden=()
)
TOWN_HALL = Hall(1, "Pennyghast Town Hall", 40)
GWEN = Leader(1, "Gwen Ashdown-Pike")
FELLS = Party(1, "Fells group", 20, GWEN, TOWN_HALL)
COAST = Party(2, "Coast group", 20, Leader(2, "Rufus Calderbeck"), Hall(2, "Skellbeck Library", 30))
EVERYONE = Party(None, "the whole cohort", 40, Leader(3, "Leonie Marsh"), Hall(3, "Sailing Club", 60))
FRAME = Frame(
    groups=(FELLS,), everyone=EVERYONE, first=date(2027, 1, 4), last=date(2028, 7, 4), terms=(SPRING, SUMMER, AUTUMN),
    holidays=bank_holidays(date(2027, 1, 4), date(2028, 7, 4)),
)  # fmt: skip


def a_piece(key: int, *, term: int = 1, minutes: int = 120, kind: str = "seminar", **fields: Any) -> Piece:
    return Piece(key, key, f"Item {key}", kind, minutes, term, **({"in_person": kind == "seminar"} | fields))


def a_module(key: int, minutes: int, term: int = 1) -> Piece:
    return a_piece(key, kind="module", minutes=minutes, term=term, has_register=False)


def days(draft: Draft, party: Party = FELLS) -> list[date]:
    return [london_date(sitting.starts_at) for sitting in draft.sittings if sitting.party == party]


def the_one_reason(draft: Draft) -> str:
    assert draft.sittings == ()
    (unfit,) = draft.unfit
    return unfit.why


# Terms


def test_the_first_term_of_a_course_is_the_one_it_begins_in_or_the_next() -> None:
    terms = [AUTUMN, SPRING, SUMMER]
    last = date(2028, 1, 1)
    assert terms_of_course(terms, date(2027, 3, 25), last) == [SPRING, SUMMER, AUTUMN]
    assert terms_of_course(terms, date(2027, 3, 26), last) == [SUMMER, AUTUMN]
    assert terms_of_course(terms, date(2027, 3, 26), date(2027, 9, 1)) == [SUMMER]
    assert terms_of_course(terms, date(2027, 3, 26), date(2027, 9, 2)) == [SUMMER, AUTUMN]


def test_a_day_of_the_holidays_is_in_no_term() -> None:
    assert term_of(date(2027, 3, 26), [SPRING, SUMMER]) is None
    assert term_of(date(2027, 4, 12), [SPRING, SUMMER]) == SUMMER
    assert terms_with([date(2027, 8, 1), date(2027, 9, 2), date(2027, 9, 3)], [SUMMER, AUTUMN]) == [AUTUMN]


def test_bank_holidays_are_those_of_england_and_of_the_days_asked_for() -> None:
    found = bank_holidays(date(2027, 3, 26), date(2027, 5, 31))
    assert list(found) == [date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31)]
    # 29 November is St Andrew's Day, observed in Scotland, and 12 July a holiday in Northern Ireland.
    assert not {date(2027, 7, 12), date(2027, 11, 30)} & set(bank_holidays(date(2027, 6, 1), date(2027, 12, 1)))


# Where they fall


def test_a_session_comes_as_far_into_its_term_as_the_work_before_it() -> None:
    """Four hours of eight come before the seminar: half of the twelve Tuesdays have passed, or just about."""
    draft = generate([a_module(1, 240), a_piece(2, minutes=240)], TUESDAYS, FRAME)
    assert days(draft) == [date(2027, 2, 16)]
    assert draft.sittings[0].term == SPRING


@pytest.mark.parametrize("weekdays", [{0}, {1, 3}])
def test_groups_that_meet_a_day_or_two_later_have_a_session_in_the_same_week(weekdays: set[int]) -> None:
    """Also where the work before it ends in the middle of a week, and where the term begins in one."""
    groups = (FELLS, replace(COAST, days_later=1), replace(COAST, key=3, name="Lakes group", days_later=2, leader=None))
    frame = replace(FRAME, groups=groups, terms=(replace(SPRING, starts_on=date(2027, 1, 5)), SUMMER, AUTUMN))
    pattern = replace(TUESDAYS, weekdays=frozenset(weekdays))
    pieces = [a_piece(1), a_module(2, 300), a_piece(3), a_module(4, 500), a_piece(5), a_piece(6, term=3)]
    draft = generate(pieces, pattern, frame)
    assert draft.unfit == ()
    weeks: dict[int, set[tuple[int, int]]] = {}
    for sitting in draft.sittings:
        weeks.setdefault(sitting.piece.key, set()).add(london_date(sitting.starts_at).isocalendar()[:2])
    assert {key: len(found) for key, found in weeks.items()} == {1: 1, 3: 1, 5: 1, 6: 1}


def test_a_session_starts_on_the_london_clock_and_lasts_its_minutes() -> None:
    pieces = [a_piece(1), a_piece(2, term=2), a_piece(3, term=3, minutes=360)]
    sittings = generate(pieces, TUESDAYS, FRAME).sittings
    assert [(one.starts_at.astimezone(LONDON).time(), one.starts_at.hour) for one in sittings] == [
        (time(13), 13),
        (time(13), 12),
        (time(9, 30), 8),  # one of a whole day, in summer time still
    ]
    assert [one.ends_at - one.starts_at for one in sittings] == [timedelta(minutes=one.minutes) for one in pieces]


def test_weeks_lie_between_and_a_bank_holiday_is_passed_over() -> None:
    mondays = replace(TUESDAYS, weekdays=frozenset({0}), weeks_between=2)
    pieces = [a_piece(n, term=2) for n in range(1, 8)]
    draft = generate(pieces, mondays, FRAME)
    assert draft.unfit == ()
    held = days(draft)
    assert all((later - sooner).days >= 14 for sooner, later in pairwise(held))
    assert not {date(2027, 5, 3), date(2027, 5, 31)} & set(held)


def test_a_forbidden_week_and_an_absence_are_passed_over() -> None:
    first = days(generate([a_piece(1)], TUESDAYS, FRAME))
    assert first == [date(2027, 1, 5)]
    forbidding = replace(TUESDAYS, forbidden=((date(2027, 1, 4), date(2027, 1, 10)),))
    assert days(generate([a_piece(1)], forbidding, FRAME)) == [date(2027, 1, 12)]
    away = replace(FELLS, leader=replace(GWEN, away=((date(2027, 1, 5), date(2027, 1, 12)),)))
    assert days(generate([a_piece(1)], TUESDAYS, replace(FRAME, groups=(away,))), away) == [date(2027, 1, 19)]


def test_groups_meet_on_their_own_days_in_the_same_week() -> None:
    later = replace(COAST, days_later=2)
    draft = generate([a_piece(1)], TUESDAYS, replace(FRAME, groups=(FELLS, later)))
    assert (days(draft), days(draft, later)) == ([date(2027, 1, 5)], [date(2027, 1, 7)])


def test_a_weekday_after_sunday_is_one_of_the_next_week() -> None:
    party = replace(FELLS, days_later=6)
    assert days(generate([a_piece(1)], TUESDAYS, replace(FRAME, groups=(party,))), party) == [date(2027, 1, 4)]


def test_two_groups_of_one_hall_take_turns() -> None:
    shared = replace(COAST, hall=TOWN_HALL)
    draft = generate([a_piece(1)], TUESDAYS, replace(FRAME, groups=(FELLS, shared)))
    assert (days(draft), days(draft, shared)) == ([date(2027, 1, 5)], [date(2027, 1, 12)])


def test_a_conference_is_for_everybody_after_what_every_group_had() -> None:
    groups = (FELLS, replace(COAST, hall=TOWN_HALL))
    pieces = [a_piece(1), a_piece(2, kind="conference", minutes=180), a_piece(3)]
    draft = generate(pieces, replace(TUESDAYS, together=frozenset({"conference"})), replace(FRAME, groups=groups))
    assert [one.piece.key for one in draft.sittings] == [1, 1, 2, 3, 3]
    assert [one.party.name for one in draft.sittings if one.piece.key == 2] == ["the whole cohort"]


def test_what_others_booked_is_left_to_them_and_back_to_back_is_fine() -> None:
    def taken(*spans: tuple[datetime, datetime]) -> list[date]:
        return days(generate([a_piece(1)], TUESDAYS, replace(FRAME, taken={("venue", 1): spans})))

    at = datetime(2027, 1, 5, 13, tzinfo=UTC)
    assert taken((at - timedelta(hours=1), at), (at + timedelta(hours=2), at + timedelta(hours=3))) == [at.date()]
    assert taken((at - timedelta(hours=1), at + timedelta(minutes=1))) == [date(2027, 1, 12)]


def test_what_stands_already_keeps_its_place_and_is_not_held_again() -> None:
    pieces = [a_piece(1), a_piece(2), a_piece(3)]
    held = {(2, 1): date(2027, 2, 2)}
    draft = generate(pieces, TUESDAYS, replace(FRAME, held=held))
    assert [one.piece.key for one in draft.sittings] == [1, 3]
    before, after = days(draft)
    assert before < date(2027, 2, 2) < after


def test_where_one_group_has_an_item_for_itself_the_others_get_it_too() -> None:
    groups, held = (FELLS, COAST), {(1, 1): date(2027, 1, 5)}
    draft = generate([a_piece(1, kind="conference")], TUESDAYS, replace(FRAME, groups=groups, held=held))
    assert [one.party for one in draft.sittings] == [COAST]


def test_the_same_input_gives_the_same_draft() -> None:
    pieces = [a_piece(n, term=1 + n // 4) for n in range(1, 12)]
    frame = replace(FRAME, groups=(FELLS, COAST))
    assert generate(pieces, TUESDAYS, frame) == generate(list(reversed(pieces)), TUESDAYS, frame)


def test_a_full_term_is_packed_rather_than_left_half_empty() -> None:
    """Twelve Tuesdays, eleven sessions after three modules: spread by the work, the last would fall out."""
    pieces = [a_module(1, 600), *(a_piece(n) for n in range(2, 13))]
    draft = generate(pieces, TUESDAYS, FRAME)
    assert (len(draft.sittings), draft.unfit) == (11, ())


# What does not fit


def test_without_terms_the_reason_says_what_to_enter() -> None:
    why = the_one_reason(generate([a_piece(1)], TUESDAYS, replace(FRAME, terms=())))
    assert why == (
        "No school term is entered between 4 January 2027 and 4 July 2028. Enter the dates of the terms first."
    )
    why = the_one_reason(generate([a_piece(1, term=4)], TUESDAYS, FRAME))
    assert (
        why == "It belongs into school term 4, and between 4 January 2027 and 4 July 2028 only 3 of them are entered."
    )


def test_a_term_without_a_free_day_says_what_takes_every_one() -> None:
    busy = datetime(2027, 1, 19, 13, tzinfo=UTC)
    pattern = replace(
        TUESDAYS, forbidden=((date(2027, 1, 4), date(2027, 1, 17)), (date(2027, 2, 1), date(2027, 3, 31)))
    )
    away = replace(FELLS, leader=replace(GWEN, away=((date(2027, 1, 26), date(2027, 1, 26)),)))
    frame = replace(FRAME, groups=(away,), taken={("venue", 1): [(busy, busy + timedelta(hours=1))]})
    assert the_one_reason(generate([a_piece(1)], pattern, frame)) == (
        "Every Tuesday of Spring term 2027 from 4 January 2027 to 25 March 2027 is a day on which Gwen Ashdown-Pike is"
        " away (once), a day on which Pennyghast Town Hall is booked (once) or ruled out by you (10 times)."
    )


def test_a_term_of_bank_holidays() -> None:
    may = Term("May", date(2027, 5, 3), date(2027, 5, 3))
    frame = replace(FRAME, terms=(may,))
    mondays = replace(TUESDAYS, weekdays=frozenset({0}))
    assert the_one_reason(generate([a_piece(1)], mondays, frame)) == (
        "Every Monday of May from 3 May 2027 to 3 May 2027 is a bank holiday (once)."
    )
    assert the_one_reason(generate([a_piece(1)], TUESDAYS, frame)) == (
        "May has no Tuesday from 3 May 2027 to 3 May 2027."
    )


def test_more_sessions_than_weeks() -> None:
    short = Term("Spring term 2027", date(2027, 1, 4), date(2027, 1, 17))
    draft = generate([a_piece(n) for n in (1, 2, 3)], TUESDAYS, replace(FRAME, terms=(short,)))
    assert [one.piece.key for one in draft.sittings] == [1, 2]
    assert [(one.piece.key, one.why) for one in draft.unfit] == [
        (3, "The session before it comes too late in Spring term 2027 for another one a week later.")
    ]


def test_a_hall_that_is_missing_or_too_small() -> None:
    assert (
        the_one_reason(generate([a_piece(1)], TUESDAYS, replace(FRAME, groups=(replace(FELLS, hall=None),))))
        == "It is held in person, and no venue is chosen for Fells group."
    )
    small = replace(FELLS, hall=Hall(1, "Pennyghast Town Hall", 19))
    assert the_one_reason(generate([a_piece(1)], TUESDAYS, replace(FRAME, groups=(small,)))) == (
        "Pennyghast Town Hall holds 19, and Fells group is for 20."
    )


def test_a_session_that_would_not_end_before_midnight() -> None:
    late = replace(TUESDAYS, starts_at=time(22, 1))
    assert "would not end before midnight" in the_one_reason(generate([a_piece(1)], late, FRAME))
    assert "would not end before midnight" in the_one_reason(
        generate([a_piece(1)], replace(late, starts_at=time(22)), FRAME)
    )
    assert generate([a_piece(1)], replace(late, starts_at=time(21, 59)), FRAME).unfit == ()


@pytest.mark.parametrize(
    ("night", "at"), [(date(2027, 3, 28), time(1, 30)), (date(2027, 10, 31), time(1, 30))], ids=["skipped", "repeated"]
)
def test_the_nights_the_clocks_change(night: date, at: time) -> None:
    assert not is_once_on_the_clock(night, at)
    assert is_once_on_the_clock(night, time(2))
    assert is_once_on_the_clock(night, time(0, 59))
    term = Term("One Sunday", night, night)
    pattern = replace(TUESDAYS, weekdays=frozenset({6}), starts_at=at)
    frame = replace(FRAME, terms=(term,))
    assert the_one_reason(generate([a_piece(1)], pattern, frame)).endswith(
        "is a night on which the clocks change (once)."
    )
    for start in (time(2), time(0, 30)):
        (sitting,) = generate([a_piece(1, minutes=29)], replace(pattern, starts_at=start), frame).sittings
        assert sitting.ends_at - sitting.starts_at == timedelta(minutes=29)


def test_a_session_over_the_skipped_hour_lasts_its_minutes_and_one_into_the_repeated_hour_is_not_held() -> None:
    def held(night: date, minutes: int) -> tuple[Sitting, ...]:
        pattern = replace(TUESDAYS, weekdays=frozenset({6}), starts_at=time(0, 30))
        frame = replace(FRAME, terms=(Term("One Sunday", night, night),))
        return generate([a_piece(1, minutes=minutes)], pattern, frame).sittings

    (over,) = held(date(2027, 3, 28), 60)
    assert over.ends_at.astimezone(LONDON).time() == time(2, 30)
    assert held(date(2027, 10, 31), 60) == ()
    (after,) = held(date(2027, 10, 31), 151)
    assert after.ends_at.astimezone(LONDON).time() == time(2, 1)


# Whatever is asked for

KINDS = ("seminar", "conference", "webinar", "module")
_spans = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 23), st.integers(1, 600)).map(
        lambda given: (
            datetime(2027, 1, 4, given[1], tzinfo=UTC) + timedelta(days=given[0]),
            datetime(2027, 1, 4, given[1], tzinfo=UTC) + timedelta(days=given[0], minutes=given[2]),
        )
    ),
    max_size=15,
)
_days = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 14)).map(
        lambda given: (
            date(2027, 1, 4) + timedelta(days=given[0]),
            date(2027, 1, 4) + timedelta(days=given[0] + given[1]),
        )
    ),
    max_size=6,
).map(tuple)
_leaders = st.builds(
    Leader, st.integers(1, 3), st.just("Gwen"), st.frozensets(st.integers(0, 6), min_size=3), _days
) | st.none()  # fmt: skip
_halls = st.builds(Hall, st.integers(1, 2), st.just("Hall"), st.integers(15, 60)) | st.none()
_parties = st.builds(Party, st.none(), st.just("Group"), st.integers(10, 30), _leaders, _halls, st.integers(0, 4))
_pieces = st.lists(
    st.builds(
        Piece,
        key=st.just(0),
        number=st.just(0),
        title=st.just("Item"),
        kind=st.sampled_from(KINDS),
        minutes=st.integers(30, 420),
        term=st.integers(1, 4),
        in_person=st.booleans(),
    ),
    max_size=14,
).map(
    lambda ones: [
        replace(one, key=n, number=n, has_register=one.kind != "module") for n, one in enumerate(ones, start=1)
    ]
)
_patterns = st.builds(
    Pattern,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    weeks_between=st.integers(1, 4),
    starts_at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    whole_days_start_at=st.just(time(9, 30)),
    forbidden=_days,
    together=st.frozensets(st.sampled_from(KINDS)),
)


@st.composite
def frames(draw: st.DrawFn, pieces: list[Piece]) -> Frame:
    groups = tuple(replace(one, key=n) for n, one in enumerate(draw(st.lists(_parties, max_size=3)), start=1))
    held_keys = st.tuples(
        st.sampled_from([one.key for one in pieces] or [0]), st.sampled_from([None, *(one.key for one in groups)])
    )
    held = draw(st.dictionaries(held_keys, st.dates(date(2027, 1, 4), date(2027, 12, 17)), max_size=2))
    first = date(2027, 1, 4) + timedelta(days=draw(st.integers(0, 100)))
    last = first + timedelta(days=draw(st.integers(0, 500)))
    taken = {(what, key): draw(_spans) for what in ("venue", "facilitator", "group") for key in (1, 2)}
    return Frame(
        groups,
        replace(draw(_parties), people=30),
        first,
        last,
        terms_of_course([SPRING, SUMMER, AUTUMN], first, last),
        bank_holidays(first, last),
        taken,
        held,
    )  # fmt: skip


def what_it_takes(sitting: Sitting, frame: Frame) -> set[tuple[str, int]]:
    keys = [one.key for one in frame.groups] if sitting.party.key is None else [sitting.party.key]
    taken = {("group", key) for key in keys if key is not None}
    if sitting.party.leader:
        taken.add(("facilitator", sitting.party.leader.key))
    if sitting.hall:
        taken.add(("venue", sitting.hall.key))
    return taken


def what_is_missing(pieces: list[Piece], pattern: Pattern, frame: Frame) -> Counter[tuple[int, int | None]]:
    """Every item with a register, for every group or all together, that does not stand in the timetable already."""
    missing: Counter[tuple[int, int | None]] = Counter()
    groups = [one.key for one in frame.groups]
    for piece in pieces:
        if not piece.has_register or (piece.key, None) in frame.held:
            continue
        split = any((piece.key, key) in frame.held for key in groups)
        together = not groups or (piece.kind in pattern.together and not split)
        missing.update(
            (piece.key, key) for key in ([None] if together else groups) if (piece.key, key) not in frame.held
        )
    return missing


@given(st.data(), _pieces, _patterns)
def test_whatever_is_asked_for(data: st.DataObject, pieces: list[Piece], pattern: Pattern) -> None:
    frame = data.draw(frames(pieces))
    draft = generate(pieces, pattern, frame)

    found = Counter((one.piece.key, one.party.key) for one in (*draft.sittings, *draft.unfit))
    assert found == what_is_missing(pieces, pattern, frame)
    assert all(one.why.endswith(".") for one in draft.unfit)

    for one in draft.sittings:
        day = london_date(one.starts_at)
        assert frame.first <= day <= frame.last
        assert frame.terms[one.piece.term - 1].holds(day)
        assert day not in frame.holidays
        assert not any(first <= day <= last for first, last in pattern.forbidden)
        assert (day.weekday() - one.party.days_later) % 7 in pattern.weekdays
        assert london_date(one.ends_at) == day
        assert one.ends_at - one.starts_at == timedelta(minutes=one.piece.minutes)
        assert one.starts_at.astimezone(LONDON).time() == pattern.start_of(one.piece)
        if leader := one.party.leader:
            assert day.weekday() in leader.weekdays
            assert not any(first <= day <= last for first, last in leader.away)
        if one.piece.in_person:
            assert one.hall
            assert one.hall.capacity >= one.party.people
        for what in what_it_takes(one, frame):
            spans = frame.taken.get(what, ())  # type: ignore[call-overload]  # plain strings here
            assert not any(starts < one.ends_at and one.starts_at < ends for starts, ends in spans)

    for one, other in combinations(draft.sittings, 2):
        shared = what_it_takes(one, frame) & what_it_takes(other, frame)
        assert not shared or one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
        if {what for what, _ in shared} & {"group"}:
            sooner, later = sorted((one, other), key=lambda of: of.starts_at)
            assert (sooner.piece.term, sooner.piece.number) <= (later.piece.term, later.piece.number)
            weeks = (london_date(later.starts_at) - london_date(sooner.starts_at)).days / 7
            assert weeks > pattern.weeks_between - 1
