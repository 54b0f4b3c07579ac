"""Further months for people new to headship (S14)."""

from django.db import transaction

from cohorts.access import may_approve_extension
from cohorts.errors import ApproverNotALead, EnrolmentOver, HeadshipNeeded, ReasonMissing
from cohorts.models import Enrolment, Extension
from cohorts.queries import dates_for
from cohorts.rules.path import check_extension
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User


@transaction.atomic
def extend_enrolment(
    enrolment: Enrolment, *, months: int, reason: str, approved_by: User, by: User | None
) -> Enrolment:
    """Let their assessment end so many months later, in all; 0 takes an extension back before it begins to count.

    `approved_by` is a lead who answers for them, named every time: another than `by`, or the same person who then
    stands in the record as having approved what they entered. As many months as there are change nothing.
    """
    enrolment = lock(enrolment)
    if enrolment.state not in LIVE_ENROLMENT:
        raise EnrolmentOver
    dates = dates_for(enrolment, extension_months=months) if months >= 0 else None
    check_extension(
        months,
        most=enrolment.version.extension_months_most,
        is_new_to_headship=enrolment.is_new_to_headship,
        ends_on=dates.assessment_ends_on if dates else None,
        today=clock.today(),
    )
    if months == enrolment.extension_months:
        return enrolment
    if not reason.strip():
        raise ReasonMissing
    if not may_approve_extension(approved_by, enrolment):
        raise ApproverNotALead
    before, enrolment.extension_months = enrolment.extension_months, months
    enrolment.save(update_fields=["extension_months"])
    extension = Extension.objects.create(enrolment=enrolment, months=months, approved_by=approved_by, by=by)
    record(
        "enrolment.extended",
        enrolment,
        facts={"extension": extension.pk, "was": before, "months": months, "approved_by": approved_by.pk},
        words={"reason": reason.strip()},
        by=by,
    )
    queue_message(
        "extension-changed",
        to=enrolment.person,
        about=enrolment,
        key=f"extension-changed:{enrolment.pk}:{extension.pk}:{enrolment.person_id}",
        words={
            "months": months,
            "programme": enrolment.version.programme,
            # No date holds for somebody deferred until they return.
            "ends_on": dates.assessment_ends_on if dates and enrolment.state == EnrolmentState.ACTIVE else None,
        },
    )
    return enrolment


@transaction.atomic
def note_headship(enrolment: Enrolment, *, is_new: bool, reason: str, by: User | None) -> Enrolment:
    """Note that somebody has become a headteacher since they applied, or that they had not: what an extension needs."""
    enrolment = lock(enrolment)
    if enrolment.state not in LIVE_ENROLMENT:
        raise EnrolmentOver
    if enrolment.is_new_to_headship == is_new:
        return enrolment
    if not reason.strip():
        raise ReasonMissing
    if enrolment.extension_months:
        raise HeadshipNeeded
    enrolment.is_new_to_headship = is_new
    enrolment.save(update_fields=["is_new_to_headship"])
    record("enrolment.headship-noted", enrolment, facts={"is_new": is_new}, words={"reason": reason.strip()}, by=by)
    return enrolment
