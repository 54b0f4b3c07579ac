"""What became of sessions, in words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cohorts.kinds import ChangeKind, SessionMode
from cohorts.models import Seminar, SeminarChange, Venue
from cohorts.states import SeminarState
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all
from npqh_portal.people.models import User
from npqh_portal.web.words import day, time_range


@dataclass(frozen=True)
class HistoryLine:
    """One change: when it was made and by whom (None: the portal itself), and what it was, a sentence for each kind."""

    at: datetime
    by: User | None
    what: tuple[ChangeKind, ...]
    sentences: tuple[str, ...]


def history_of(seminars: Iterable[Seminar]) -> dict[int, list[HistoryLine]]:
    """By session, newest first. Three statements, however many sessions."""
    keys = [seminar.pk for seminar in seminars]
    found = list(SeminarChange.objects.filter(seminar__in=keys).select_related("by").order_by("-at", "-pk"))
    lines: defaultdict[int, list[HistoryLine]] = defaultdict(list)
    for change, line in zip(found, in_words(found), strict=True):
        lines[change.seminar_id].append(line)
    return lines


def in_words(changes: Sequence[SeminarChange]) -> list[HistoryLine]:
    """Each of these changes, in their order. Two statements more where `by` was read with them."""
    sides = [side for change in changes for side in (change.before, change.after)]
    venues = Venue.objects.in_bulk({side["venue"] for side in sides if side.get("venue")})
    people = User.objects.in_bulk({side["facilitator"] for side in sides if side.get("facilitator")})
    return [
        HistoryLine(
            change.at,
            change.by,
            tuple(ChangeKind(kind) for kind in change.what),
            tuple(_sentences(change, venues, people)),
        )
        for change in changes
    ]


def moved_from(lines: Sequence[HistoryLine]) -> str:
    """The sentence of the newest move; empty where there was none."""
    moves = (
        sentence
        for line in lines
        for kind, sentence in zip(line.what, line.sentences, strict=True)
        if kind == ChangeKind.MOVED
    )
    return next(moves, "")


def reasons_of(seminars: Iterable[Seminar]) -> dict[int, str]:
    """Why sessions were cancelled, by session; left out where the words have been erased. Two statements."""
    cancelled = [seminar.pk for seminar in seminars if seminar.state == SeminarState.CANCELLED]
    entries = list(
        Entry.objects.filter(
            verb="seminar.cancelled", subject_type=Seminar._meta.label_lower, subject_id__in=cancelled
        ).order_by("pk")
    )
    words = words_of_all(entries)
    reasons = {entry.subject_id: (words[entry.pk] or {}).get("reason", "") for entry in entries}
    return {key: reason for key, reason in reasons.items() if reason}


def _sentences(change: SeminarChange, venues: Mapping[int, Venue], people: Mapping[int, User]) -> Iterator[str]:
    before, after = change.before, change.after
    for kind in change.what:
        if kind == ChangeKind.NEW:
            yield f"Put into the timetable for {_when(after)}."
        elif kind == ChangeKind.MOVED:
            yield f"Moved from {_when(before)} to {_when(after)}."
        elif kind == ChangeKind.SWITCHED:
            yield f"{_how(after, venues)} instead of {_how(before, venues)[0].lower()}{_how(before, venues)[1:]}."
        elif kind == ChangeKind.VENUE:
            yield f"At {venues[after['venue']]} instead of {venues[before['venue']]}."
        elif kind == ChangeKind.LINK:
            yield "Another joining link."
        elif kind == ChangeKind.FACILITATOR:
            yield _led(people.get(before["facilitator"]), people.get(after["facilitator"]))
        else:
            yield f"Cancelled. It was to be on {_when(before)}."


def _when(side: Mapping[str, Any]) -> str:
    starts_at, ends_at = (datetime.fromisoformat(side[name]) for name in ("starts_at", "ends_at"))
    return f"{day(starts_at)}, {time_range(starts_at, ends_at)}"


def _how(side: Mapping[str, Any], venues: Mapping[int, Venue]) -> str:
    how = SessionMode(side["mode"]).label
    return f"{how} at {venues[side['venue']]}" if side["venue"] else how


def _led(before: User | None, after: User | None) -> str:
    if after is None:
        return f"{before} no longer leads it; somebody else is still to be found."
    return f"Led by {after} instead of {before}." if before else f"Led by {after}."
