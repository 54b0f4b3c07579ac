"""Taking over runs that took place before this portal."""

from datetime import date

from django.db import transaction

from cohorts.models import Enrolment, PastImport, PastRun
from cohorts.states import EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.people.actions import grant_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import ProgrammeVersion


@transaction.atomic
def take_over_run(
    person: User,
    *,
    version: ProgrammeVersion,
    passed: bool,
    source: PastImport,
    cohort_name: str = "",
    started_on: date | None = None,
    completed_on: date | None = None,
    by: User | None,
) -> Enrolment:
    """Make a run that is over already: completed, or withdrawn where it was not passed (S45).

    No place, no list of items, no letter. Dated to its beginning as far as it is known, so that no run of today
    stands behind it. Whoever calls has seen that it is not here yet.
    """
    began_on = started_on or completed_on or version.effective_from
    enrolment = Enrolment.objects.create(
        person=person,
        version=version,
        state=EnrolmentState.COMPLETED if passed else EnrolmentState.WITHDRAWN,
        enrolled_at=clock.start_of_day(began_on),
    )
    PastRun.objects.create(
        enrolment=enrolment,
        cohort_name=cohort_name,
        started_on=started_on,
        completed_on=completed_on,
        source=source,
    )
    # So that they find their record, once they sign in.
    if not person.role_grants.open().filter(role=Role.PARTICIPANT, organisation=None).exists():
        grant_role(person, role=Role.PARTICIPANT, by=by)
    record("enrolment.taken_over", enrolment, facts={"source": source.pk, "version": version.pk}, by=by)
    return enrolment
