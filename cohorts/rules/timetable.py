"""What a sitting and an assessment window must be like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta

from cohorts.errors import (
    AfterCourse,
    BeforeCourse,
    DayOver,
    EndsAnotherDay,
    FacilitatorAway,
    HourLeftOut,
    HourTwice,
    NotTogether,
    RegisterTooEarly,
    TimeOver,
    TimesBackwards,
    VenueMissing,
    VenueRetired,
    VenueTooSmall,
    WeekdayNotOffered,
    WindowBackwards,
    WindowBeforeDeliveryEnds,
    WindowOutsidePeriod,
    WindowsOutOfOrder,
)
from cohorts.kinds import ChangeKind, SessionMode

from .dates import LONDON, CourseDates, london_date
from .terms import Term, term_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Arrangement:
    """When, how, where and with whom a session is held; keys stand for the rows, so that two can be compared."""

    starts_at: datetime
    ends_at: datetime
    mode: str
    venue: int | None
    joining_url: str
    facilitator: int | None

    def tidied(self) -> "Arrangement":
        """No hall is kept for what is held online, and no link for what is held in person."""
        return replace(
            self,
            venue=None if self.mode == SessionMode.ONLINE else self.venue,
            joining_url="" if self.mode == SessionMode.FACE_TO_FACE else self.joining_url,
        )


def changes(before: Arrangement | None, after: Arrangement | None) -> tuple[ChangeKind, ...]:
    """What people are told of: nothing where nothing differs. None before is a new session, None after a cancelled one.

    A hall or a link that comes or goes with the way of holding it is part of that switch.
    """
    if before is None or after is None:
        return (ChangeKind.NEW,) if after else (ChangeKind.CANCELLED,) if before else ()
    found = {
        ChangeKind.MOVED: (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at),
        ChangeKind.SWITCHED: before.mode != after.mode,
        ChangeKind.VENUE: before.venue != after.venue
        and (before.mode == after.mode or None not in {before.venue, after.venue}),
        ChangeKind.LINK: before.joining_url != after.joining_url
        and SessionMode.FACE_TO_FACE not in {before.mode, after.mode},
        ChangeKind.FACILITATOR: before.facilitator != after.facilitator,
    }
    return tuple(kind for kind, has_changed in found.items() if has_changed)


# What only makes sense together: an end without its start, or a way of holding it without its hall, does not.
_TOGETHER = (("starts_at", "ends_at"), ("mode", "venue"), ("joining_url",), ("facilitator",))


def rebased(draft: Arrangement, *, before: Arrangement, after: Arrangement) -> Arrangement:
    """A draft made of `before`, once that has become `after` meanwhile: what the draft does not touch follows."""
    drafted, was, now = asdict(draft), asdict(before), asdict(after)
    follows = [names for names in _TOGETHER if all(drafted[name] == was[name] for name in names)]
    return replace(draft, **{name: now[name] for names in follows for name in names}).tidied()


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """As moments: two times of one zone are compared by the clock on the wall, which leaves out an hour in March.

    Times that London clocks leave out or show twice are no times to meet at, and nothing goes on past midnight.
    """
    for moment in (starts_at, ends_at):
        check_on_the_clock(moment)
    if not is_forwards(starts_at, ends_at):
        raise TimesBackwards
    if london_date(starts_at) != london_date(ends_at):
        raise EndsAnotherDay


def is_forwards(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether something ends after it starts."""
    return ends_at.astimezone(UTC) > starts_at.astimezone(UTC)


def check_on_the_clock(moment: datetime) -> None:
    """London clocks leave out an hour in March and show one twice in October. Neither can be told in a letter."""
    shown = moment.astimezone(UTC).astimezone(LONDON)
    if moment.tzinfo is LONDON and moment.replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise HourLeftOut(moment)
    if shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset():
        raise HourTwice(shown)


def check_within_course(starts_at: datetime, *, dates: CourseDates, today: date) -> None:
    """Nothing is put into a day that is over, nor outside the course: that would be a slip of the month or year."""
    day = london_date(starts_at)
    if day < today:
        raise DayOver(today)
    if day < dates.starts_on:
        raise BeforeCourse(dates.starts_on)
    if day > dates.delivery_ends_on:
        raise AfterCourse(dates.delivery_ends_on)


def check_to_come(starts_at: datetime, *, stood_at: datetime | None, at: datetime) -> None:
    """Nobody can come to what has begun. The times of one that had begun anyway may be put right.

    `stood_at` is its start until now; None where it is new.
    """
    has_begun = stood_at is not None and stood_at <= at
    if starts_at <= at and not has_begun:
        raise TimeOver(at.astimezone(LONDON))


@dataclass(frozen=True)
class UsualDays:
    """The days that a timetable was made for: its weekdays, Monday 0 to Sunday 6, and the days that it keeps free."""

    weekdays: frozenset[int] = frozenset(range(5))
    kept_free: tuple[tuple[date, date], ...] = ()


def cares_of_day(day: date, *, holiday: str, terms: Sequence[Term], usual: UsualDays) -> list[str]:
    """What somebody may want to think about before a session is put on that day by hand, in sentences.

    Whatever a timetable that is made from a pattern keeps free. Where no term is entered, none is looked for.
    """
    on = f"{day.day} {day:%B %Y}"
    found = [f"{on} is a bank holiday in England: {holiday}."] if holiday else []
    if any(first <= day <= last for first, last in usual.kept_free):
        found.append(f"{on} is one of the days that the timetable was to keep free.")
    if terms and term_of(day, terms) is None:
        found.append(f"{on} lies outside the school terms that are entered.")
    if day.weekday() not in usual.weekdays:
        others = _listed([f"{WEEKDAYS[weekday]}s" for weekday in sorted(usual.weekdays)])
        found.append(f"{on} is a {WEEKDAYS[day.weekday()]}. Sessions are held on {others}.")
    return found


def _listed(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def check_place_of_sitting(mode: str, *, has_venue: bool) -> None:
    if mode not in tuple(SessionMode):
        raise NotTogether
    if mode != SessionMode.ONLINE and not has_venue:
        raise VenueMissing


def check_hall(name: str, *, capacity: int, people: int, is_retired: bool) -> None:
    """Whether a hall can be booked for a group of so many places."""
    if is_retired:
        raise VenueRetired(name)
    if people > capacity:
        raise VenueTooSmall(name, capacity, people)


def check_can_lead(name: str, day: date, *, weekdays: str, away: Iterable[tuple[date, date]]) -> None:
    """`weekdays` are those offered, Monday 0 to Sunday 6; `away` the first and last days of absences."""
    for from_on, to_on in away:
        if from_on <= day <= to_on:
            raise FacilitatorAway(name, from_on, to_on)
    if str(day.weekday()) not in weekdays:
        raise WeekdayNotOffered(name, day)


def link_shown_from(starts_at: datetime, minutes_before: int) -> datetime:
    """When a joining link begins to stand on a session's page; it is gone from there when the session ends."""
    return starts_at - timedelta(minutes=minutes_before)


def is_link_shown(starts_at: datetime, ends_at: datetime, *, minutes_before: int, at: datetime) -> bool:
    return link_shown_from(starts_at, minutes_before) <= at < ends_at


# Whoever comes early is marked while the others arrive. Any earlier, and people would be credited for what may still
# be moved or cancelled: neither is done any more once a mark stands.
REGISTER_OPENS_BEFORE = timedelta(minutes=30)


def register_opens_at(starts_at: datetime) -> datetime:
    return starts_at - REGISTER_OPENS_BEFORE


def check_register_open(starts_at: datetime, at: datetime) -> None:
    """A register says who was there (T50), so it is taken when people come, and not in the morning of that day."""
    opens_at = register_opens_at(starts_at)
    if at < opens_at:
        raise RegisterTooEarly(opens_at.astimezone(LONDON))


def check_window(
    number: int, opens_on: date, closes_on: date, *, dates: CourseDates, others: Mapping[int, tuple[date, date]]
) -> None:
    """The first window lies inside the assessment period (S33); later ones, for resits, follow it in order (T54)."""
    if closes_on < opens_on:
        raise WindowBackwards
    if opens_on < dates.delivery_ends_on:
        raise WindowBeforeDeliveryEnds(dates.delivery_ends_on)
    if number == 1 and closes_on > dates.assessment_ends_on:
        raise WindowOutsidePeriod(dates.delivery_ends_on, dates.assessment_ends_on)
    for other, (opens, closes) in others.items():
        if (other < number and opens_on <= closes) or (other > number and closes_on >= opens):
            raise WindowsOutOfOrder
