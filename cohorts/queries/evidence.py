"""What stands behind a figure of engagement: every item of somebody's list, how it is known, and all its records.

Nothing here adds anything up: figures and states are those of `forecasts.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery

from cohorts.models import (
    Appeal,
    AppealStep,
    AttendanceMark,
    CatchUp,
    Completion,
    Enrolment,
    LedgerEntry,
    Membership,
    PersonalItem,
    Seminar,
)
from cohorts.rules.dates import first_moment
from cohorts.rules.forecast import ItemState
from cohorts.states import OPEN_APPEAL, AppealState, CatchUpState, EnrolmentState, SeminarState
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import Unit
from npqh_portal.web import words

from .crediting import Change, change_of, with_units
from .forecasts import Listed, Outlook, Recovery
from .study import how_done, was_read
from .timetable import seminars_of_enrolment

# What became of an item, as one chooses it on the page.
FATES = {
    "earned": "Earned",
    "to_come": "To come",
    "recover": "To recover",
    "lost": "Lost",
    "not_done": "Not done",
    "not_counted": "Not counted",
}
_FATE_OF: dict[ItemState | None, str] = {
    ItemState.EARNED: "earned",
    ItemState.UPCOMING: "to_come",
    ItemState.PENDING: "recover",
    ItemState.RECOVERABLE: "recover",
    ItemState.LOST: "lost",
}


@dataclass(frozen=True)
class Around:
    """The sessions of somebody's items and the mark that counts of each, by key. Two statements.

    `answer_by` of a mark is the day by which an open question about it is answered, or None.
    """

    sessions: tuple[Seminar, ...]
    marks: Mapping[int, Any]

    @property
    def marked(self) -> list[Seminar]:
        return [one for one in self.sessions if one.pk in self.marks]


def around(enrolment: Enrolment, at: datetime) -> Around:
    sessions = seminars_of_enrolment(enrolment).select_related(None).select_related("facilitator")
    open_question = Appeal.objects.filter(
        enrolment=enrolment, seminar=OuterRef("seminar"), state__in=OPEN_APPEAL, asked_at__lte=at
    )
    newest = (
        AttendanceMark.objects.filter(enrolment=enrolment, recorded_at__lte=at)
        .order_by("seminar_id", "-pk")
        .distinct("seminar_id")
        .select_related("recorded_by", "note")
        .annotate(answer_by=Subquery(open_question.values("answer_by")[:1]))
    )
    return Around(tuple(sessions), {mark.seminar_id: mark for mark in newest})


@dataclass(frozen=True)
class Line:
    """One item of the list: what became of it, when, and how we know.

    `session` is the one that its date is of: to come, or the last. `mark` is of the `marked` session: another one
    where what was missed is to come again. `before` says since when they are where it was held earlier; else empty.
    """

    listed: Listed
    fate: str
    session: Seminar | None
    marked: Seminar | None
    mark: AttendanceMark | None
    when: datetime | None
    how: str
    recovery: Recovery | None
    before: str = ""

    @property
    def item(self) -> Any:
        return self.listed.item

    @property
    def fate_label(self) -> str:
        return FATES[self.fate]

    @property
    def credited(self) -> str:
        """2 h, 30 min of 2 h, 1 item, 0 of 1 item; of what counts nowhere that it does not."""
        one = self.listed
        if self.fate == "not_counted":
            return "Not counted"
        if self.fate == "earned":
            return words.amount(one.credited, one.unit)
        part = words.hours(one.credited) if one.unit == Unit.MINUTES else one.credited
        return f"{part} of {words.amount(one.worth, one.unit)}"

    @property
    def text(self) -> str:
        """What a search looks in."""
        item = self.item
        return " ".join(
            [item.title, item.course_title or "", item.get_kind_display(), self.fate_label, self.how]
        ).casefold()


def lines_of(
    outlook: Outlook,
    found: Around,
    *,
    enrolment: Enrolment,
    stay: Membership | None,
    recoveries: Iterable[Recovery],
    at: datetime,
) -> list[Line]:
    """Every item of the list in its order. No statement."""
    by_item: defaultdict[int, list[Seminar]] = defaultdict(list)
    for session in found.sessions:
        by_item[session.item_id].append(session)
    has_left = enrolment.state == EnrolmentState.WITHDRAWN
    to_recover = {one.item.pk: one for one in recoveries if one.is_sent or not has_left}
    since = _Since(first_moment(stay.from_on) if stay else enrolment.enrolled_at, has_joined=has_joined(stay))
    lines = [
        _line(one, by_item[one.item.pk], found.marks, to_recover.get(one.item.pk), since, at) for one in outlook.items
    ]
    return [_as_left(line) for line in lines] if has_left else lines


def has_joined(stay: Membership | None) -> bool:
    """Whether they came to where they are when they joined: not by a move, nor back from somewhere."""
    return stay is None or stay.reason in {Membership.Reason.PLACED, Membership.Reason.LATE}


@dataclass(frozen=True)
class _Since:
    """From when on somebody is where they are."""

    at: datetime
    has_joined: bool

    def __str__(self) -> str:
        what = "you joined" if self.has_joined else "you came to this group"
        return f"{what} on {words.short_day(self.at)}"


def _as_left(line: Line) -> Line:
    """Of somebody who has left: of what was open then nothing is to come, and nothing can be caught up."""
    if line.fate not in {"to_come", "recover"} or line.recovery:
        return line
    return replace(line, fate="not_done", how=line.how if line.mark else "Not done when you left")


def _line(
    one: Listed,
    sessions: Sequence[Seminar],
    marks: Mapping[int, AttendanceMark],
    recovery: Recovery | None,
    since: _Since,
    at: datetime,
) -> Line:
    with_mark = [session for session in sessions if session.pk in marks]
    marked = max(with_mark, key=lambda session: marks[session.pk].pk, default=None)
    mark = marks[marked.pk] if marked else None
    scheduled = [session for session in sessions if session.state == SeminarState.SCHEDULED]
    session = marked or max(scheduled or sessions, key=lambda other: other.starts_at, default=None)
    if one.state is ItemState.UPCOMING:
        unmarked = [other for other in scheduled if other.pk not in marks and other.ends_at > since.at]
        session = _soonest(unmarked, at) or session
    was_before = session is not None and session in scheduled and session.ends_at <= since.at
    return Line(
        listed=one,
        fate=_FATE_OF.get(one.state, "not_counted"),
        session=session,
        marked=marked,
        mark=mark,
        when=session.starts_at if session else one.done_at,
        how=". ".join(_how(one, session, mark, recovery, since, at)),
        recovery=recovery,
        # What somebody who has moved was marked at was of their own group then.
        before=str(since) if was_before and (mark is None or since.has_joined) else "",
    )


def _soonest(sessions: Sequence[Seminar], at: datetime) -> Seminar | None:
    """The next that is not over; where all are, the last."""
    ahead = [session for session in sessions if session.ends_at > at]
    if ahead:
        return min(ahead, key=lambda session: session.starts_at)
    return max(sessions, key=lambda session: session.starts_at, default=None)


def _how(
    one: Listed,
    session: Seminar | None,
    mark: Any,
    recovery: Recovery | None,
    since: _Since,
    at: datetime,
) -> Iterator[str]:
    """How we know what became of it, sentence by sentence, without the last full stop."""
    if one.state is ItemState.EXEMPT:
        yield "You are exempt from it"
    elif one.state is ItemState.CANCELLED:
        yield "It was cancelled"
    if mark:
        by = f", {mark.recorded_by}" if mark.recorded_by else ""
        yield f"Register: {mark.get_status_display().lower()}{by}"
        if hasattr(mark, "note"):
            yield mark.note.text.rstrip(".")
        if mark.answer_by:
            yield f"You have questioned it, and are answered by {words.short_day(mark.answer_by)}"
        if session and session.pk != mark.seminar_id:
            day = words.short_day(session.starts_at)
            yield f"It comes again on {day}" if session.ends_at > at else f"The register of {day} is not taken yet"
    elif one.done_at:
        own = _done_by_them(one.item.kind, is_read=one.is_read)
        yield own if one.is_done_by_them else f"Recorded as done, {one.done_by}".rstrip(", ")
    elif not one.by_hand:
        yield from _how_not(one, session, since, at)
    if one.by_hand:
        yield str(LedgerEntry.Source(one.by_hand).label)
    if recovery:
        yield "Waits for a decision" if recovery.is_sent else f"Catch-up open until {words.short_day(recovery.send_by)}"
    elif one.state is ItemState.LOST and mark:
        yield "It cannot be caught up any more"
    if one.state is None:
        yield "It does not count towards engagement"


_DONE = {
    "sent": "You sent it",
    "saved": "You saved it",
    "read": "You read every page",
    "said": "You recorded it as done",
}


def _done_by_them(kind: str, *, is_read: bool) -> str:
    return _DONE[how_done(kind, is_read=is_read)]


def _how_not(one: Listed, session: Seminar | None, since: _Since, at: datetime) -> Iterator[str]:
    """Of an item that nothing has been recorded of."""
    if one.state in {ItemState.EXEMPT, ItemState.CANCELLED}:
        return
    if not one.has_register:
        yield "Not done by the end of the course" if one.state is ItemState.LOST else "In your own time"
    elif session is None:
        yield "Not in the timetable yet"
    elif session.ends_at <= since.at:
        yield f"Held before {since}"
    elif session.ends_at <= at:
        yield "Its register is not taken yet"
    else:
        yield "In the timetable"


def matching(lines: Iterable[Line], *, fate: str, search: str) -> list[Line]:
    """Those that became that, of any if empty, and in which every word that is looked for stands."""
    wanted = search.casefold().split()
    return [line for line in lines if (not fate or line.fate == fate) and all(word in line.text for word in wanted)]


# --- everything that was recorded of an item -----------------------------------------------------


@dataclass(frozen=True)
class Record:
    """One thing that was recorded: when, by whom (empty: the portal itself), and what it changed in what is credited.

    `said` are the words that stand beside it: a note, a reason. From `ended_at` on it held no more: another mark took
    its place, or it was taken back. With `is_done` it is that the item was done in their own time; with
    `can_be_taken_back` there is no more to it than their own word.
    """

    at: datetime
    what: str
    by: str = ""
    said: tuple[str, ...] = ()
    change: Change | None = None
    ended_at: datetime | None = None
    session: Seminar | None = None
    mark: AttendanceMark | None = None
    catch_up: CatchUp | None = None
    is_done: bool = False
    can_be_taken_back: bool = False

    @property
    def change_in_words(self) -> str:
        """+2 h, −30 min, +1 item, 2 h became 1 item; empty where nothing changed."""
        return self.change.in_words if self.change else ""


_ERASED = "What was said of it has been erased"


def records_of(enrolment: Enrolment, items: Collection[int], at: datetime) -> dict[int, list[Record]]:
    """By item, newest first: marks, completions, credit, what was handed in, and what took it off the list.

    As many statements for one item as for all.
    """
    told: defaultdict[int, list[Record]] = defaultdict(list)
    credit = _credit(enrolment, items, at)
    for item, record in (
        *_marks(enrolment, items, at, credit),
        *_completions(enrolment, items, at, credit),
        *_catch_ups(enrolment, items, at),
        *_questions(enrolment, items, at),
        *_off_the_list(enrolment, items, at),
        *_cancelled(enrolment, items, at),
    ):
        told[item].append(record)
    for entry in credit.values():
        told[entry.item_id].append(_entered(entry))
    return {item: sorted(records, key=lambda record: record.at, reverse=True) for item, records in told.items()}


# Entries of the ledger by their key.
_Credit = dict[int, LedgerEntry]


def _credit(enrolment: Enrolment, items: Collection[int], at: datetime) -> _Credit:
    entries = LedgerEntry.objects.filter(enrolment=enrolment, item__in=items, recorded_at__lte=at)
    return {entry.pk: entry for entry in with_units(entries).select_related("recorded_by", "policy", "reason")}


def _taken(credit: _Credit, sources: set[str], source_id: int) -> Change | None:
    """What the entry changed that has this behind it, if any: told with that, it is not told by itself."""
    found = (pk for pk, entry in credit.items() if entry.source in sources and entry.source_id == source_id)
    pk = next(found, None)
    return None if pk is None else change_of(credit.pop(pk))


def _entered(entry: LedgerEntry) -> Record:
    said: tuple[str, ...] = ()
    if entry.source == LedgerEntry.Source.RECREDIT:
        said = (f"By policy {entry.policy.number} of the programme",)
    elif hasattr(entry, "reason"):
        said = (entry.reason.text or _ERASED,)
    return Record(
        at=entry.recorded_at,
        what=str(entry.get_source_display()),
        by=str(entry.recorded_by or ""),
        said=said,
        change=change_of(entry),
    )


def _marks(enrolment: Enrolment, items: Collection[int], at: datetime, credit: _Credit) -> Iterator[tuple[int, Record]]:
    """Every mark there was, also those that another one has replaced."""
    marks = list(
        AttendanceMark.objects.filter(enrolment=enrolment, seminar__item__in=items, recorded_at__lte=at)
        .select_related("seminar__item", "recorded_by", "note", "catch_up")
        .order_by("pk")
    )
    changed = _audited(AttendanceMark, [mark.pk for mark in marks], ["mark.changed"], at)
    reasons = {one.entry.subject_id: one.said for one in changed}
    newest: dict[int, Record] = {}
    told: list[tuple[int, Record]] = []
    for mark in reversed(marks):
        after = newest.get(mark.seminar_id)
        note = (mark.note.text,) if hasattr(mark, "note") else ()
        record = Record(
            at=mark.recorded_at,
            what=f"Register: {_status(mark)}",
            by=str(mark.recorded_by or ""),
            said=(*note, *reasons.get(mark.pk, ())),
            change=_taken(credit, {LedgerEntry.Source.REGISTER, LedgerEntry.Source.CATCH_UP}, mark.pk),
            ended_at=after.at if after else None,
            session=mark.seminar,
            mark=mark,
            catch_up=getattr(mark, "catch_up", None),
        )
        newest[mark.seminar_id] = record
        told.append((mark.seminar.item_id, record))
    yield from told


def _status(mark: AttendanceMark) -> str:
    status = str(mark.get_status_display()).lower()
    if mark.status != AttendanceMark.Status.PARTLY:
        return status
    return f"{status}, {mark.minutes} of {mark.seminar.item.minutes} minutes"


def _completions(
    enrolment: Enrolment, items: Collection[int], at: datetime, credit: _Credit
) -> Iterator[tuple[int, Record]]:
    done = Completion.ever.filter(enrolment=enrolment, item__in=items, recorded_at__lte=at)
    for one in with_reading(done.select_related("recorded_by", "item"), enrolment):
        is_own = one.recorded_by_id == enrolment.person_id
        ended_at = one.taken_back_at if one.taken_back_at and one.taken_back_at <= at else None
        if ended_at:
            undone = _taken(credit, {LedgerEntry.Source.TAKEN_BACK}, one.pk)
            yield one.item_id, Record(at=ended_at, what="You took it back: not done", change=undone)
        yield (
            one.item_id,
            Record(
                at=one.recorded_at,
                what=_done_by_them(one.item.kind, is_read=one.is_read) if is_own else "Recorded as done",
                by="" if is_own else str(one.recorded_by or ""),
                change=_taken(credit, {LedgerEntry.Source.COMPLETION}, one.pk),
                ended_at=ended_at,
                is_done=True,
                can_be_taken_back=is_own and not ended_at and has_nothing_behind_it(one),
            ),
        )


def with_reading(completions: QuerySet[Completion], enrolment: Enrolment) -> QuerySet[Any]:
    """Each with `is_read`: whether pages of its item had been read by then."""
    return completions.annotate(is_read=was_read(enrolment, of="item__", until="recorded_at"))


def has_nothing_behind_it(completion: Any) -> bool:
    """Nothing was sent, saved or read that stands for itself. Of one `with_reading`."""
    return how_done(completion.item.kind, is_read=completion.is_read) == "said"


def _catch_ups(enrolment: Enrolment, items: Collection[int], at: datetime) -> Iterator[tuple[int, Record]]:
    """What was handed in; the decision that accepts it is the mark it brings."""
    sent = CatchUp.objects.filter(enrolment=enrolment, seminar__item__in=items, sent_at__lte=at)
    for one in sent.select_related("seminar", "decided_by"):
        yield one.seminar.item_id, Record(one.sent_at, "You handed in a catch-up", catch_up=one)
        if one.decided_at and one.state in {CatchUpState.RETURNED, CatchUpState.REFUSED, CatchUpState.NOT_NEEDED}:
            what = f"Your catch-up: {one.get_state_display().lower()}"
            said = (one.answer,) if one.answer and one.state != CatchUpState.NOT_NEEDED else ()
            yield one.seminar.item_id, Record(one.decided_at, what, str(one.decided_by or ""), said, catch_up=one)


_ASKED = {
    AppealState.ASKED: "You questioned the mark",
    AppealState.FURTHER: "You took your question to the programme lead",
    AppealState.WITHDRAWN: "You took your question back",
}


def _questions(enrolment: Enrolment, items: Collection[int], at: datetime) -> Iterator[tuple[int, Record]]:
    """Every step of what they asked about marks, with what was said."""
    steps = AppealStep.objects.filter(appeal__enrolment=enrolment, appeal__seminar__item__in=items, at__lte=at)
    for step in steps.select_related("appeal__seminar", "by"):
        state = AppealState(step.state)
        is_theirs = state in _ASKED
        record = Record(
            at=step.at,
            what=_ASKED[state] if is_theirs else f"Your question: {state.label.lower()}",
            by="" if is_theirs else str(step.by or ""),
            said=(step.words,) if step.words else (),
            session=step.appeal.seminar,
        )
        yield step.appeal.seminar.item_id, record


_OFF_THE_LIST = {
    "item.exempted": "You were exempted from it",
    "item.expected-again": "It was put back on your list",
}


def _off_the_list(enrolment: Enrolment, items: Collection[int], at: datetime) -> Iterator[tuple[int, Record]]:
    theirs = PersonalItem.objects.filter(enrolment=enrolment, item__in=items).order_by()
    listed = dict(theirs.values_list("pk", "item_id"))
    for one in _audited(PersonalItem, listed, _OFF_THE_LIST, at):
        record = Record(one.entry.at, _OFF_THE_LIST[one.entry.verb], one.by, one.said)
        yield listed[one.entry.subject_id], record


def _cancelled(enrolment: Enrolment, items: Collection[int], at: datetime) -> Iterator[tuple[int, Record]]:
    """Sessions of theirs that were cancelled, with why."""
    cancelled = seminars_of_enrolment(enrolment).filter(item__in=items, state=SeminarState.CANCELLED)
    sessions = {session.pk: session for session in cancelled.select_related(None)}
    for one in _audited(Seminar, sessions, ["seminar.cancelled"], at):
        session = sessions[one.entry.subject_id]
        what = f"The session of {words.short_day(session.starts_at)} was cancelled"
        yield session.item_id, Record(one.entry.at, what, one.by, one.said, session=session)


@dataclass(frozen=True)
class _Audited:
    """`said` is the reason that was given, or that it has been erased."""

    entry: Entry
    by: str
    said: tuple[str, ...]


def _audited(of: type[Model], keys: Collection[int], verbs: Collection[str], at: datetime) -> list[_Audited]:
    if not keys:
        return []
    entries = list(
        Entry.objects.filter(subject_type=of._meta.label_lower, subject_id__in=keys, verb__in=verbs, at__lte=at)
    )
    given = words_of_all(entries)
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})

    def said(entry: Entry) -> tuple[str, ...]:
        found = given[entry.pk]
        if found is None:
            return (_ERASED,)
        return (found["reason"],) if found.get("reason") else ()

    return [_Audited(entry, str(people.get(entry.actor_id or 0, "")), said(entry)) for entry in entries]


# --- to take away --------------------------------------------------------------------------------

TITLES = (
    "Course", "Item", "Kind", "Part of the sum", "Counted in", "Worth", "Credited", "What became of it",
    "Recorded on", "What was recorded", "By", "Changed what is credited by", "In", "Words",
)  # fmt: skip
_IN = {Unit.MINUTES.value: "minutes", Unit.UNITS.value: "items"}


def as_table(lines: Iterable[Line], records: Mapping[int, Sequence[Record]]) -> list[list[object]]:
    """A row for every record, and one for every item of which nothing is recorded. Minutes or items, and which."""
    rows: list[list[object]] = [list(TITLES)]
    for line in lines:
        one, item = line.listed, line.item
        about: list[object] = [
            item.course_title or "The whole programme", item.title, item.get_kind_display(),
            one.component.name if one.component else "", _IN.get(one.unit, ""), one.worth, one.credited,
            line.fate_label,
        ]  # fmt: skip
        found = records.get(item.pk, ())
        if not found:
            rows.append([*about, "", line.how, "", "", "", ""])
        rows += [[*about, *_columns(record)] for record in found]
    return rows


def _columns(record: Record) -> list[object]:
    """Where the unit has changed, what became what stands in words: no number says it."""
    at, said, change = words.short_moment(record.at), ". ".join(record.said), record.change
    if change is None or change.became:
        what = f"{record.what}: {change.became}" if change else record.what
        return [at, what, record.by, "", "", said]
    return [at, record.what, record.by, change.number, _IN[change.unit], said]
