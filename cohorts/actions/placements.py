"""The placement in a contrasting school, its days, and plans presented to governing boards."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from cohorts.errors import (
    ChangedMeanwhile,
    ContrastMissing,
    DayLogged,
    PlacementAgreed,
    PlacementAtOwnSchool,
    PlacementChangedMeanwhile,
    PlacementDeclined,
    PlacementMissing,
    PlacementNamedAsOwnSchool,
    PlacementNotAsked,
    PlacementOfPartOver,
    PresentationNotAsked,
    ReasonMissing,
)
from cohorts.kinds import Contrast
from cohorts.models import BoardPresentation, Enrolment, Placement, PlacementDay, PlacementDecline
from cohorts.queries.network import first_day_of, last_day_of, school_of
from cohorts.queries.placements import days_there, placement_days_asked
from cohorts.rules.network import check_day
from cohorts.rules.placements import check_day_goes, check_presentation
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import differing, lock, lock_if_there
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import PresentedTo
from npqh_portal.programmes.models import AssessmentTask
from npqh_portal.schools.models import School
from npqh_portal.text import one_line

from .network import check_log_open

# What a lead agrees to. Research, plan and who hosts may change afterwards.
_AGREED_TO = frozenset({"school_id", "school_name", "contrasts", "why_it_contrasts"})


@transaction.atomic
def name_placement(
    enrolment: Enrolment,
    *,
    school: School | None,
    school_name: str,
    host: str,
    contrasts: Sequence[Contrast],
    why_it_contrasts: str,
    revision: int,
    by: User,
) -> Placement:
    """Say at which school, and in what it contrasts with one's own. A lead agrees or declines; once changed, anew.

    `revision` is that of the page, 0 where there was nothing yet. Raises LogClosed, PlacementNotAsked,
    PlacementAtOwnSchool, PlacementNamedAsOwnSchool, ContrastMissing and ChangedMeanwhile.
    """
    enrolment, placement = _open_to_write(enrolment)
    own = school_of(enrolment)
    if school and own and own.pk == school.pk:
        raise PlacementAtOwnSchool
    if own and school is None and one_line(school_name).casefold() == one_line(own.name).casefold():
        raise PlacementNamedAsOwnSchool
    if not contrasts or not why_it_contrasts.strip():
        raise ContrastMissing
    wanted = {
        "school_id": school.pk if school else None,
        "school_name": school_name,
        "host": host,
        "contrasts": [contrast.value for contrast in Contrast if contrast in contrasts],
        "why_it_contrasts": why_it_contrasts,
    }
    if placement is None:
        if revision:
            raise ChangedMeanwhile
        placement = Placement.objects.create(enrolment=enrolment, **wanted)
        record("placement.named", placement, facts={"school": placement.school_id}, by=by)
        return placement
    changed = differing(placement, wanted)
    if not changed:
        return placement
    if placement.revision != revision:
        raise ChangedMeanwhile
    is_answered = placement.agreed_at is not None or placement.declined_id is not None
    is_asked_again = is_answered and bool(changed & _AGREED_TO)
    if is_asked_again:
        placement.agreed_at = placement.agreed_by = placement.declined = None
    _save(placement, wanted, changed, "agreed_at", "agreed_by", "declined")
    facts = {"school": placement.school_id, "asked_again": is_asked_again}
    record("placement.changed", placement, facts=facts, by=by)
    return placement


@transaction.atomic
def write_placement(enrolment: Enrolment, *, research: str, plan: str, revision: int, by: User) -> Placement:
    """What the placement school faces, and the plan for it (S68). Raises PlacementMissing and ChangedMeanwhile."""
    enrolment, placement = _open_to_write(enrolment)
    if placement is None:
        raise PlacementMissing
    wanted = {"research": research, "plan": plan}
    changed = differing(placement, wanted)
    if not changed:
        return placement
    if placement.revision != revision:
        raise ChangedMeanwhile
    _save(placement, wanted, changed)
    record("placement.written", placement, facts={"what": ", ".join(sorted(changed))}, by=by)
    return placement


@transaction.atomic
def agree_placement(placement: Placement, *, revision: int, by: User) -> Placement:
    """A lead agrees to the school. The participant is told.

    `revision` is that of what the lead has read.
    Raises PlacementAgreed, PlacementOfPartOver, PlacementDeclined and PlacementChangedMeanwhile.
    """
    placement = _to_answer(placement, revision)
    placement.agreed_at, placement.agreed_by = clock.now(), by
    placement.save(update_fields=["agreed_at", "agreed_by"])
    record("placement.agreed", placement, facts={"school": placement.school_id, "revision": revision}, by=by)
    person = placement.enrolment.person
    queue_message(
        "placement-agreed",
        to=person,
        about=placement,
        key=f"placement-agreed:{placement.pk}:{revision}:{person.pk}",
        words={"school": placement.school_name, "days": placement_days_asked(placement.enrolment)},
    )
    return placement


@transaction.atomic
def decline_placement(placement: Placement, *, why: str, revision: int, by: User) -> Placement:
    """A lead does not agree to the school. The participant is told why, and may name another; what was stays on record.

    `revision` is that of what the lead has read.
    Raises ReasonMissing, PlacementAgreed, PlacementOfPartOver, PlacementDeclined and PlacementChangedMeanwhile.
    """
    placement = _to_answer(placement, revision)
    if not why.strip():
        raise ReasonMissing
    placement.declined = PlacementDecline.objects.create(
        placement=placement, school=placement.school, school_name=placement.school_name, why=why.strip(), by=by
    )
    placement.save(update_fields=["declined"])
    facts = {"school": placement.school_id, "decline": placement.declined.pk, "revision": revision}
    record("placement.declined", placement, facts=facts, by=by)
    person = placement.enrolment.person
    queue_message(
        "placement-declined",
        to=person,
        about=placement,
        key=f"placement-declined:{placement.pk}:{revision}:{person.pk}",
        words={"school": placement.school_name, "why": placement.declined.why},
    )
    return placement


def _to_answer(placement: Placement, revision: int) -> Placement:
    """Held, and as it was read: neither agreed nor declined yet."""
    placement = lock(placement)
    if placement.agreed_at is not None:
        raise PlacementAgreed
    if placement.enrolment.state not in LIVE_ENROLMENT:
        raise PlacementOfPartOver
    if placement.declined_id is not None:
        raise PlacementDeclined
    if placement.revision != revision:
        raise PlacementChangedMeanwhile
    return placement


# --- its days ------------------------------------------------------------------------------------


@transaction.atomic
def log_placement_day(enrolment: Enrolment, *, on: date, what: str, by: User) -> PlacementDay:
    """A day at the school, and what was done. One that is no working day may be logged, and does not count (T16).

    The same again is the one there.
    Raises PlacementMissing, PlacementDeclined, DayToCome, DayTooEarly, DayTooLate and DayLogged.
    """
    enrolment, placement = _open_to_write(enrolment)
    if placement is None:
        raise PlacementMissing
    if placement.declined_id is not None:
        raise PlacementDeclined
    check_day(on, first_on=first_day_of(enrolment), last_on=last_day_of(enrolment), today=clock.today())
    if there := placement.days.filter(on=on).first():
        if there.what != what:
            raise DayLogged(on)
        return there
    day = PlacementDay.objects.create(
        placement=placement, on=on, what=what, school=placement.school, school_name=placement.school_name
    )
    record("placement-day.logged", day, facts={"placement": placement.pk, "on": on.isoformat()}, by=by)
    return day


@transaction.atomic
def change_placement_day(day: PlacementDay, *, what: str, revision: int, by: User) -> PlacementDay:
    """Change what was written of it. Raises ChangedMeanwhile. Another day is logged anew."""
    _open_to_write(day.placement.enrolment)
    day = lock(day)
    if day.what == what:
        return day
    if day.revision != revision:
        raise ChangedMeanwhile
    _save(day, {"what": what}, {"what"})
    record("placement-day.changed", day, facts={"placement": day.placement_id, "on": day.on.isoformat()}, by=by)
    return day


@transaction.atomic
def remove_placement_day(day: PlacementDay, *, revision: int, by: User) -> None:
    """Take a day off the log. A second call does nothing. Raises ChangedMeanwhile and PresentedUponDay."""
    enrolment, _ = _open_to_write(day.placement.enrolment)
    found = lock_if_there(day)
    if found is None:
        return
    if found.revision != revision:
        raise ChangedMeanwhile
    there = days_there(found.placement)
    if found.on in there:
        heard = enrolment.presentations.filter(task__presented_to=PresentedTo.PLACEMENT_BOARD)
        check_day_goes(found.on, placement_days=there, presented_on=heard.values_list("presented_on", flat=True))
    facts = {"placement": found.placement_id, "on": found.on.isoformat()}
    record("placement-day.removed", found, facts=facts, by=by)
    found.delete()


# --- governing boards ----------------------------------------------------------------------------


@transaction.atomic
def write_presentation(
    enrolment: Enrolment,
    *,
    task: AssessmentTask,
    presented_on: date,
    board: str,
    feedback: str,
    implementation_starts_on: date | None,
    revision: int,
    by: User,
) -> BoardPresentation:
    """A plan as it was presented, and what the board said (S62, S69). One for each task.

    `revision` is that of the page, 0 where there was nothing yet. Raises LogClosed, PresentationNotAsked,
    PresentedBeforePlacement, DoneBeforePresented, DayToCome, DayTooEarly, DayTooLate and ChangedMeanwhile.
    """
    enrolment = lock(enrolment)
    check_log_open(enrolment)
    if task.version_id != enrolment.version_id or task.presented_to == PresentedTo.NOBODY:
        raise PresentationNotAsked
    there = BoardPresentation.objects.select_for_update(of=("self",)).filter(enrolment=enrolment, task=task).first()
    wanted = {
        "presented_on": presented_on,
        "board": board,
        "feedback": feedback,
        "implementation_starts_on": implementation_starts_on,
    }
    changed = differing(there, wanted) if there else set(wanted)
    if there and not changed:
        return there
    if (there.revision if there else 0) != revision:
        raise ChangedMeanwhile
    placement = Placement.objects.filter(pk=enrolment.pk).first()
    check_presentation(
        presented_on,
        implementation_starts_on,
        first_on=first_day_of(enrolment),
        last_on=last_day_of(enrolment),
        today=clock.today(),
        at_placement=task.presented_to == PresentedTo.PLACEMENT_BOARD,
        placement_days=days_there(placement) if placement else [],
    )
    facts: dict[str, Fact] = {"task": task.pk, "presented_on": presented_on.isoformat()}
    if there is None:
        made = BoardPresentation.objects.create(enrolment=enrolment, task=task, **wanted)
        record("presentation.recorded", made, facts=facts, by=by)
        return made
    _save(there, wanted, changed)
    record("presentation.changed", there, facts=facts, by=by)
    return there


def _open_to_write(enrolment: Enrolment) -> tuple[Enrolment, Placement | None]:
    """Both held until the end; the enrolment also where there is no placement yet."""
    enrolment = lock(enrolment)
    check_log_open(enrolment)
    if not placement_days_asked(enrolment):
        raise PlacementNotAsked
    return enrolment, Placement.objects.select_for_update(of=("self",)).filter(pk=enrolment.pk).first()


def _save(row: Any, wanted: dict[str, Any], changed: set[str], *along: str) -> None:
    for name in changed:
        setattr(row, name, wanted[name])
    row.revision += 1
    moment = ["changed_at"] if hasattr(row, "changed_at") else []
    if moment:
        row.changed_at = clock.now()
    row.save(update_fields=["revision", *changed, *moment, *along])
