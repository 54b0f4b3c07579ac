"""The small change that goes with every course (S20, S26): planned, tried, written down. It earns no minutes.

Audit entries tell that something was written, and never what it said.
"""

from django.db import transaction

from cohorts.errors import ChangedMeanwhile, CourseNotBegun, LogClosed, SmallChangeNotAsked, SmallChangeNotPlanned
from cohorts.models import CourseChange, Enrolment
from cohorts.queries.enrolments import latest_membership_of
from cohorts.queries.practice import courses_of
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import differing, lock
from npqh_portal.people.models import User
from npqh_portal.programmes.models import ContentArea, Course


@transaction.atomic
def save_small_change(
    enrolment: Enrolment, *, course: Course, planned: str, happened: str, revision: int, by: User
) -> CourseChange:
    """What they will try in their school, and what happened. The same again changes nothing.

    `revision` is that of the page, 0 where nothing was written yet. Raises LogClosed, CourseNotBegun,
    SmallChangeNotAsked, SmallChangeNotPlanned and ChangedMeanwhile.
    """
    enrolment = lock(enrolment)
    check_writes(enrolment)
    asked = ContentArea.objects.filter(version=enrolment.version_id, in_every_course=True)
    if not asked.exists() or not courses_of(enrolment).filter(pk=course.pk).exists():
        raise SmallChangeNotAsked
    if not planned.strip():
        raise SmallChangeNotPlanned
    words = {"planned": planned, "happened": happened}
    there = enrolment.course_changes.select_for_update(of=("self",)).filter(course__code=course.code).first()
    if there is None:
        if revision:
            raise ChangedMeanwhile
        there, verb = CourseChange.objects.create(enrolment=enrolment, course=course, **words), "planned"
    else:
        changed = differing(there, words)
        if not changed:
            return there
        if there.revision != revision:
            raise ChangedMeanwhile
        verb = "tried" if happened and not there.happened else "changed"
        there.planned, there.happened, there.saved_at = planned, happened, clock.now()
        there.revision += 1
        there.save(update_fields=["planned", "happened", "saved_at", "revision"])
    facts = {"enrolment": enrolment.pk, "course": there.course_id, "letters": len(planned) + len(happened)}
    record(f"small-change.{verb}", there, facts=facts, by=by)
    return there


def check_writes(enrolment: Enrolment) -> None:
    """Whether somebody takes part in a course that has begun. Raises LogClosed and CourseNotBegun."""
    if enrolment.state not in LIVE_ENROLMENT:
        raise LogClosed
    stay = latest_membership_of(enrolment)
    if stay is None or stay.cohort.starts_on > clock.today():
        raise CourseNotBegun(stay.cohort.starts_on if stay else None)
