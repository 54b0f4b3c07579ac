"""What a draft of the timetable holds of sessions that people know already: changes that wait for a publication."""

from django.db import transaction

from cohorts.errors import DraftCancels, ReasonMissing, RegisterTaken, SeminarCancelled, StillInDraft
from cohorts.models import PendingChange, Seminar
from cohorts.queries.drafts import Edit, arrangement_of
from cohorts.rules.timetable import Arrangement
from cohorts.states import SeminarState
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User

from .bookings import check, hold
from .telling import facts
from .timetable import columns_of


@transaction.atomic
def plan_change(seminar: Seminar, *, to: Arrangement, by: User | None) -> PendingChange | None:
    """Let the draft say that it becomes this. Planned back to what it is, nothing is left in the draft.

    Refused like a change at once, but for what else the draft moves out of its way: that is looked at, and booked,
    when the timetable is published. Refused too while the draft cancels it: that is taken back by `drop_change`.
    """
    seminar = _known(seminar)
    if PendingChange.objects.filter(seminar=seminar, is_cancelled=True).exists():
        raise DraftCancels
    edit = Edit(seminar, arrangement_of(seminar), to.tidied())
    if not edit.what:
        drop_change(seminar, by=by)
        return None
    check([edit], hold([edit]), but_for_bookings=True)
    assert edit.after  # noqa: S101  # given just above
    return _plan(edit, edit.after, by=by)


@transaction.atomic
def plan_cancellation(seminar: Seminar, *, reason: str, by: User | None) -> PendingChange:
    """Let the draft say that it does not take place."""
    seminar = _known(seminar)
    if not reason.strip():
        raise ReasonMissing
    if seminar.marks.exists():
        raise RegisterTaken
    edit = Edit(seminar, arrangement_of(seminar), None, reason.strip())
    return _plan(edit, arrangement_of(seminar), by=by)


@transaction.atomic
def drop_change(seminar: Seminar, *, by: User | None) -> None:
    """Take a change of a session out of the draft again; it stays as people know it."""
    seminar = lock(seminar)
    deleted, _ = PendingChange.objects.filter(seminar=seminar).delete()
    if deleted:
        record("seminar.change-dropped", seminar, by=by)


def _known(seminar: Seminar) -> Seminar:
    seminar = lock(seminar)
    if seminar.state == SeminarState.CANCELLED:
        raise SeminarCancelled
    if seminar.state == SeminarState.PLANNED:
        raise StillInDraft
    return seminar


def _plan(edit: Edit, to: Arrangement, *, by: User | None) -> PendingChange:
    pending, _ = PendingChange.objects.update_or_create(
        seminar=edit.seminar,
        defaults={"is_cancelled": edit.after is None, "reason": edit.reason, **columns_of(to)},
    )
    what = ", ".join(edit.what)
    words = {"reason": edit.reason} if edit.reason else None
    record("seminar.change-planned", edit.seminar, facts={**facts(edit), "what": what}, words=words, by=by)
    return pending
