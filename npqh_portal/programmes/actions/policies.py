"""Engagement policies of versions that people follow: drafted, edited, discarded. `cohorts` adopts them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from npqh_portal.audit.actions import record
from npqh_portal.db import lock, lock_if_there
from npqh_portal.people.models import User
from npqh_portal.programmes.errors import PolicyDraftedAlready, PolicyInForce, PolicyOfDraft
from npqh_portal.programmes.models import EngagementPolicy, PolicyComponent, ProgrammeVersion
from npqh_portal.programmes.queries import draft_policy_of, plan_with
from npqh_portal.programmes.rules.plans import ComponentPlan, Framework, PolicyPlan
from npqh_portal.programmes.states import VersionState


@transaction.atomic
def draft_policy(version: ProgrammeVersion, plan: PolicyPlan, *, by: User | None) -> EngagementPolicy:
    """Begin a policy for a version that is published; nothing goes by it until it is adopted.

    Raises PolicyOfDraft, and PolicyDraftedAlready: there is one draft at a time.
    """
    version = lock(version)
    if version.state == VersionState.DRAFT:
        raise PolicyOfDraft(str(version))
    if draft_policy_of(version):
        raise PolicyDraftedAlready(str(version))
    number = version.policies.latest("number").number + 1
    policy = EngagementPolicy.objects.create(version=version, number=number, **columns_of(plan))
    write_components(policy, plan.components)
    record("policy.drafted", policy, facts={"version": version.pk, "number": number}, by=by)
    return policy


@transaction.atomic
def edit_policy(
    policy: EngagementPolicy, change: Callable[[Framework], Framework], *, by: User | None
) -> EngagementPolicy:
    """Change a draft. `change` gets its version as a plan, with this policy; where it gives the same back, nothing
    is written. Raises PolicyInForce, and what `change` raises.
    """
    policy = lock(policy)
    if policy.adopted_at:
        raise PolicyInForce(str(policy))
    before = plan_with(policy)
    after = change(before).policy
    if after != before.policy:
        for name, value in columns_of(after).items():
            setattr(policy, name, value)
        policy.save()
        policy.components.all().delete()
        write_components(policy, after.components)
        record("policy.edited", policy, facts={"version": policy.version_id, "number": policy.number}, by=by)
    return policy


@transaction.atomic
def discard_policy(policy: EngagementPolicy, *, by: User | None) -> None:
    """Nothing of a draft stays but its entries in the trail. Done twice, it is done once. Raises PolicyInForce."""
    held = lock_if_there(policy)
    if held is None:
        return
    if held.adopted_at:
        raise PolicyInForce(str(held))
    record("policy.discarded", held.version, facts={"number": held.number}, by=by)
    held.delete()


def columns_of(plan: PolicyPlan) -> dict[str, Any]:
    """What the row of a policy holds of its plan."""
    own = {name: value for name, value in asdict(plan).items() if name != "components"}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in own.items()}


def write_components(policy: EngagementPolicy, components: Sequence[ComponentPlan]) -> None:
    PolicyComponent.objects.bulk_create(
        PolicyComponent(policy=policy, number=number, **(asdict(part) | {"kinds": list(part.kinds)}))
        for number, part in enumerate(components, start=1)
    )
