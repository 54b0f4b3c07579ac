"""From a script received to an outcome confirmed: two people, who never taught its author, and a lead."""

from django.db import transaction

from assessments.errors import (
    AlreadyMarked,
    DecidedOwnMark,
    NotAllocatedToYou,
    RoleMissing,
    ScriptElsewhere,
    WindowStillOpen,
)
from assessments.models import Allocation, Mark, MarkFeedback, Outcome, Submission, Verdict
from assessments.queries import as_confirmed, assessors_for, bonds_of
from assessments.rules import (
    Window,
    check_feedback,
    check_grounds,
    check_two_people,
    settled_verdict,
)
from assessments.states import SUBMISSION_MOVES, SubmissionState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User

Part = Allocation.Part

# How each part is named in a refusal.
_DOES = {Part.MARKER: "marks", Part.MODERATOR: "moderates"}


@transaction.atomic
def allocate(submission: Submission, *, marker: User, moderator: User, by: User | None) -> Submission:
    """Give a script to a marker and a moderator, once its window has closed. Whoever has it already keeps it.

    Until the first mark is in both may be changed; after it the moderator alone.
    """
    submission = lock(submission)
    if submission.state not in {SubmissionState.RECEIVED, SubmissionState.ALLOCATED, SubmissionState.MARKED}:
        raise ScriptElsewhere(submission.get_state_display())
    window = submission.window
    if Window(window.pk, window.opens_on, window.closes_on).is_open_at(clock.now()):
        raise WindowStillOpen(window.closes_on)
    check_two_people(marker.pk, moderator.pk)
    if submission.marks.filter(part=Part.MARKER).exclude(marker=marker).exists():
        raise AlreadyMarked
    people = {Part.MARKER: marker, Part.MODERATOR: moderator}
    for part, person in people.items():
        _check_person(submission, person, part)
    held = {Part(one.part): one for one in submission.allocations.filter(ended_at=None)}
    changed = {part: person for part, person in people.items() if part not in held or held[part].person_id != person.pk}
    # Both ends come first: two people may change places, and nobody holds both parts in between.
    for part in changed.keys() & held.keys():
        held[part].ended_at = clock.now()
        held[part].save(update_fields=["ended_at"])
    for part, person in changed.items():
        _hand_over(submission, person, part, by=by)
    if submission.state == SubmissionState.RECEIVED:
        _move(submission, SubmissionState.ALLOCATED)
    return submission


@transaction.atomic
def record_mark(submission: Submission, *, verdict: Verdict, feedback: str = "", by: User) -> Mark:
    """The first mark. Sent twice with the same verdict, it is recorded once."""
    submission = lock(submission)
    if again := _same_again(submission, Part.MARKER, verdict, by):
        return again
    _check_turn(submission, Part.MARKER, SubmissionState.ALLOCATED, by)
    check_feedback(verdict, feedback)
    mark = _add_mark(submission, Part.MARKER, verdict, feedback, by=by)
    _move(submission, SubmissionState.MARKED)
    return mark


@transaction.atomic
def moderate(submission: Submission, *, verdict: Verdict, feedback: str = "", by: User) -> Mark:
    """The second person's verdict. Whoever judges differently says why; the lead then decides."""
    submission = lock(submission)
    if again := _same_again(submission, Part.MODERATOR, verdict, by):
        return again
    _check_turn(submission, Part.MODERATOR, SubmissionState.MARKED, by)
    check_grounds(verdict, submission.marks.get(part=Part.MARKER).verdict, feedback)
    mark = _add_mark(submission, Part.MODERATOR, verdict, feedback, by=by)
    _move(submission, SubmissionState.MODERATED)
    return mark


@transaction.atomic
def confirm_outcome(
    submission: Submission, *, verdict: Verdict | None = None, reason: str = "", by: User | None
) -> Outcome:
    """Settle the result and take the script back from the assessors. The participant learns nothing yet.

    Where marker and moderator agree their verdict stands; where not, the lead chooses and says why. Confirmed twice
    by one lead with one verdict, it is confirmed once; anybody else is told what stands already.
    """
    submission = lock(submission)
    if submission.state == SubmissionState.CONFIRMED:
        outcome = submission.outcome
        if verdict in {None, outcome.verdict} and outcome.confirmed_by == by:
            return outcome
        raise as_confirmed(outcome)
    if submission.state != SubmissionState.MODERATED:
        raise ScriptElsewhere(submission.get_state_display())
    marks = {mark.part: mark for mark in submission.marks.all()}
    if by and by.pk in {mark.marker_id for mark in marks.values()}:
        raise DecidedOwnMark
    settled = settled_verdict(marks[Part.MARKER].verdict, marks[Part.MODERATOR].verdict, chosen=verdict, reason=reason)
    outcome = Outcome.objects.create(
        enrolment=submission.enrolment, task=submission.task, submission=submission, verdict=settled, confirmed_by=by
    )
    submission.allocations.filter(ended_at=None).update(ended_at=clock.now())
    _move(submission, SubmissionState.CONFIRMED)
    record(
        "outcome.confirmed",
        outcome,
        facts={"submission": submission.pk, "verdict": settled},
        words={"reason": reason.strip()} if reason.strip() else None,
        by=by,
    )
    return outcome


def _check_person(submission: Submission, person: User, part: Part) -> None:
    """The role for this cohort, and no bond with whoever wrote the script."""
    if not assessors_for(part, submission.window.cohort).filter(pk=person.pk).exists():
        raise RoleMissing(str(person), _DOES[part])
    bonds_of(submission).check(person)


def _check_turn(submission: Submission, part: Part, state: SubmissionState, by: User) -> None:
    if not submission.allocations.filter(person=by, part=part, ended_at=None).exists():
        raise NotAllocatedToYou
    if submission.state != state:
        raise ScriptElsewhere(submission.get_state_display())
    _check_person(submission, by, part)


def _same_again(submission: Submission, part: Part, verdict: Verdict, by: User) -> Mark | None:
    return submission.marks.filter(part=part, marker=by, verdict=verdict).first()


def _add_mark(submission: Submission, part: Part, verdict: Verdict, feedback: str, *, by: User) -> Mark:
    mark = Mark.objects.create(submission=submission, part=part, marker=by, verdict=verdict)
    if feedback.strip():
        MarkFeedback.objects.create(mark=mark, text=feedback.strip())
    record("mark.recorded", mark, facts={"submission": submission.pk, "part": part.value, "verdict": verdict}, by=by)
    return mark


def _hand_over(submission: Submission, person: User, part: Part, *, by: User | None) -> None:
    allocation = Allocation.objects.create(submission=submission, person=person, part=part)
    record(
        "script.allocated",
        submission,
        facts={"allocation": allocation.pk, "person": person.pk, "part": part.value},
        by=by,
    )
    queue_message(
        "script-allocated",
        to=person,
        about=submission,
        key=f"script-allocated:{submission.pk}:{allocation.pk}:{person.pk}",
        words={"part": part.value, "task": submission.task},
    )


def _move(submission: Submission, to: SubmissionState) -> None:
    if to not in SUBMISSION_MOVES[SubmissionState(submission.state)]:
        raise ScriptElsewhere(submission.get_state_display())
    submission.state = to
    submission.save(update_fields=["state"])
