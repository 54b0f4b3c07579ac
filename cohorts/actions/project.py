"""The plan of a change project (S22): written as one goes, and shared with one's coach by one switch.

What is done at each stage is sent as work on the item: see `formative`. Audit entries tell that something was written
or shared, and never what it said.
"""

from datetime import date

from django.db import transaction

from cohorts.errors import ChangedMeanwhile, LogClosed, NobodySupports, ProjectMissing, ProjectNotAsked
from cohorts.models import ChangeProject, Enrolment
from cohorts.queries.project import supporters_now
from cohorts.rules.project import check_dates
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import differing, lock
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import ItemKind

from .practice import check_writes


@transaction.atomic
def save_project(
    enrolment: Enrolment,
    *,
    what: str,
    why: str,
    for_whom: str,
    how_known: str,
    starts_on: date | None,
    ends_on: date | None,
    revision: int,
    by: User,
) -> ChangeProject:
    """Keep the plan as it is so far; the same again changes nothing.

    `revision` is that of the page, 0 where nothing was saved yet. Raises LogClosed, CourseNotBegun, ProjectNotAsked,
    ProjectBackwards and ChangedMeanwhile.
    """
    enrolment = lock(enrolment)
    check_writes(enrolment)
    if not enrolment.personal_items.filter(item__kind=ItemKind.PRACTICAL_CYCLE).exists():
        raise ProjectNotAsked
    check_dates(starts_on, ends_on)
    said = {"what": what, "why": why, "for_whom": for_whom, "how_known": how_known}
    said_with_days = {**said, "starts_on": starts_on, "ends_on": ends_on}
    plan = ChangeProject.objects.select_for_update().filter(enrolment=enrolment).first()
    if plan is None:
        if revision:
            raise ChangedMeanwhile
        plan = ChangeProject.objects.create(enrolment=enrolment, **said_with_days)
    else:
        changed = differing(plan, said_with_days)
        if not changed:
            return plan
        if plan.revision != revision:
            raise ChangedMeanwhile
        for name in changed:
            setattr(plan, name, said_with_days[name])
        plan.saved_at = clock.now()
        plan.revision += 1
        plan.save(update_fields=[*changed, "saved_at", "revision"])
    facts = {"enrolment": enrolment.pk, "letters": sum(map(len, said.values()))}
    record("project.saved", plan, facts=facts, by=by)
    return plan


@transaction.atomic
def share_project(enrolment: Enrolment, *, is_shared: bool, by: User) -> ChangeProject:
    """Let those who support them now read it, by name, or nobody any more. The same again changes nothing.

    Nobody is told. Raises LogClosed, ProjectMissing and NobodySupports.
    """
    enrolment = lock(enrolment)
    plan = ChangeProject.objects.select_for_update().filter(enrolment=enrolment).first()
    if plan is None:
        raise ProjectMissing
    if is_shared and enrolment.state not in LIVE_ENROLMENT:
        raise LogClosed
    matches = set(supporters_now(enrolment)) if is_shared else set()
    if is_shared and not matches:
        raise NobodySupports
    if set(plan.shared_with.all()) == matches:
        return plan
    plan.shared_with.set(matches)
    facts = {"enrolment": enrolment.pk, "readers": len(matches)}
    record("project.shared" if is_shared else "project.sharing-ended", plan, facts=facts, by=by)
    return plan
