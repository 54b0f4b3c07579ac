"""A person's courses, item by item: what is done, what comes when, and what was missed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef

from cohorts.models import AttendanceMark, CatchUp, Completion, Enrolment, PersonalItem, Reflection, Seminar
from cohorts.states import CatchUpState, SeminarState
from npqh_portal.programmes.kinds import KINDS_SENT, KINDS_WITH_PAGES, KINDS_WITH_REGISTER, ItemKind
from npqh_portal.programmes.models import Course, Item

from .catch_up import newest_catch_ups_of
from .engagement import ItemLine, item_lines
from .formative import formative_states
from .study import Reading, readings_of
from .timetable import seminars_of_enrolment

# Items that are done by writing something, and the pages on which one does, each by the code of the item.
WRITTEN_ON: dict[str, str] = {
    **dict.fromkeys(KINDS_SENT, "cohorts:formative"),
    ItemKind.REFLECTION: "cohorts:reflection_on",
}


@dataclass(frozen=True)
class PlannedItem:
    """One item of the list.

    `state` is done, missed, waiting (for a decision on what was handed in for it), lost, to_do (in one's own time),
    to_come, exempt or cancelled. `catch_up` is what was handed in last, unless it was taken back.
    `work` is how far formative work on it has come: draft, waiting or answered; empty where there is none.
    `reading` is how far it is read, where it has pages. `is_written`: there is a reflection of theirs on it.
    """

    item: Item
    state: str
    sitting: Seminar | None
    line: ItemLine | None
    work: str = ""
    catch_up: CatchUp | None = None
    reading: Reading | None = None
    is_written: bool = False

    @property
    def page(self) -> str:
        """The name of the page on which it is written; empty for what is not, and for a reflection that is gone."""
        if self.item.kind == ItemKind.REFLECTION and self.state == "done" and not self.is_written:
            return ""
        return WRITTEN_ON.get(self.item.kind, "")


@dataclass(frozen=True)
class CoursePlan:
    """One course; None stands for what belongs to no single course, conferences for instance."""

    course: Course | None
    items: tuple[PlannedItem, ...]

    @property
    def done(self) -> int:
        return sum(one.state == "done" for one in self.items)

    @property
    def counted(self) -> int:
        return sum(one.state not in {"exempt", "cancelled"} for one in self.items)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(one.item.code for one in self.items)

    @property
    def is_over(self) -> bool:
        """Nothing is left to do, to come or to catch up."""
        return not any(one.state in {"to_do", "to_come", "missed", "waiting"} for one in self.items)


def course_plans(enrolment: Enrolment, at: datetime) -> list[CoursePlan]:
    """The whole of somebody's course in its order. Eight statements, however long it is."""
    lines = item_lines(enrolment, at)
    sittings = _sitting_of_each_item(seminars_of_enrolment(enrolment))
    marked = set(AttendanceMark.objects.filter(enrolment=enrolment).values_list("seminar__item_id", flat=True))
    completed = set(Completion.objects.filter(enrolment=enrolment).values_list("item_id", flat=True))
    works = formative_states(enrolment)
    catch_ups = newest_catch_ups_of(enrolment)
    readings = readings_of(enrolment)
    written = Reflection.objects.filter(enrolment=enrolment, item=OuterRef("item"))
    listed = (
        PersonalItem.objects.filter(enrolment=enrolment)
        .annotate(is_written=Exists(written))
        .select_related("item__course")
        .order_by("item__course__number", "item__number")
    )

    def planned(one: Any) -> PlannedItem:
        line = lines.get(one.item_id)
        state = _state(one, line, is_marked=one.item_id in marked, is_completed=one.item_id in completed)
        catch_up = catch_ups.get(one.item_id)
        if catch_up and catch_up.state == CatchUpState.SENT and state in {"missed", "lost", "to_come"}:
            state = "waiting"
        return PlannedItem(
            one.item,
            state,
            sittings.get(one.item_id),
            line,
            work=works.get(one.item_id, ""),
            catch_up=catch_up,
            reading=readings.get(one.item.code) if one.item.kind in KINDS_WITH_PAGES else None,
            is_written=one.is_written,
        )

    return [
        CoursePlan(course, tuple(planned(one) for one in ones))
        for course, ones in groupby(listed, key=lambda one: one.item.course)
    ]


def _state(one: PersonalItem, line: ItemLine | None, *, is_marked: bool, is_completed: bool) -> str:
    if one.expectation != PersonalItem.Expectation.EXPECTED:
        return one.expectation
    if is_completed or (line and line.credited == line.worth):
        return "done"
    if line and line.is_lost:
        return "lost"
    if line and line.recoverable:
        return "missed"
    if one.item.kind not in KINDS_WITH_REGISTER:
        return "to_do"
    return "done" if is_marked and line is None else "to_come"


def _sitting_of_each_item(seminars: Iterable[Seminar]) -> dict[int, Seminar]:
    """The last sitting that takes or took place; a cancelled one only where there is no other."""
    found: dict[int, Seminar] = {}
    for seminar in seminars:
        if seminar.state == SeminarState.SCHEDULED or seminar.item_id not in found:
            found[seminar.item_id] = seminar
    return found
