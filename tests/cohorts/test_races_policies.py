"""A policy adopted while registers are taken, on real connections: nothing is credited by the old one."""

from collections import Counter
from functools import partial

import pytest
from django.db.models import Sum

from cohorts.actions import MarkInput, adjust_credit, adopt_policy, record_completion, record_register
from cohorts.models import LedgerEntry
from cohorts.queries.crediting import credits_of
from cohorts.queries.policies import trial_of
from npqh_portal import clock
from npqh_portal.programmes.actions import draft_policy
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.queries import current_policy
from npqh_portal.programmes.readers.frameworks import worked_policies
from npqh_portal.programmes.states import VersionState
from tests.cohorts.test_races_timetable import at_once
from tests.factories import a_cohort, a_group, a_seminar, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db(transaction=True)


def test_whatever_is_recorded_while_a_policy_is_adopted_is_worth_what_the_new_one_says() -> None:
    went: Counter[str] = Counter()
    with at_once() as act:
        for _ in range(4):
            version = a_version(state=VersionState.DRAFT)
            item, module = an_item(version), an_item(version, kind=ItemKind.MODULE)
            published(version)
            cohort = a_cohort(version)
            group = a_group(cohort)
            seminar = a_seminar(cohort, item, group)
            people = [an_enrolment(cohort, group) for _ in range(3)]
            record_register(seminar, marks={people[0].pk: MarkInput("present")}, by=None)
            policy = draft_policy(version, worked_policies()["weighted"].policy, by=None)
            adopt = partial(adopt_policy, policy, seen=trial_of(policy, clock.now()).digest, reason="Agreed", by=None)
            went.update(
                act(
                    partial(record_register, seminar, marks={people[1].pk: MarkInput("present")}, by=None),
                    adopt,
                    partial(record_completion, people[2], item=module, by=None),
                    adopt,
                )
            )
            in_force = current_policy(version)
            credited = credits_of([one.pk for one in people], [item, module], in_force)
            assert [credit.change for credit in credited.values()] == [0, 0, 0]
    # Where a mark came first, what was tried was not what there is any more.
    assert set(went) <= {"done", "PolicyTriedEarlier"}
    assert went["done"] >= 8


def test_adjusted_twice_at_once_it_is_what_one_of_them_said() -> None:
    with at_once() as act:
        for _ in range(4):
            version = a_version(state=VersionState.DRAFT)
            item = an_item(version, minutes=120)
            somebody = an_enrolment(a_cohort(published(version)))
            adjust = partial(adjust_credit, somebody, item=item, reason="Agreed", by=None)
            assert act(partial(adjust, credited=60), partial(adjust, credited=90)) == ["done", "done"]
            held = LedgerEntry.objects.filter(enrolment=somebody).aggregate(sum=Sum("change"))["sum"]
            assert held in {60, 90}
