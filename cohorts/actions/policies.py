"""Adopting an engagement policy: from then on everybody of its version is measured by it, and credited anew."""

from collections import defaultdict

from django.db import transaction

from cohorts.errors import PolicyTriedEarlier, ReasonMissing
from cohorts.models import CatchUp
from cohorts.queries.policies import Turned, everybody_with, trial_of
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.errors import PolicyFaulty
from npqh_portal.programmes.models import EngagementPolicy
from npqh_portal.programmes.queries import current_policy, policy_faults

from .catch_up_moves import letter, settle_needless
from .crediting import enter


@transaction.atomic
def adopt_policy(policy: EngagementPolicy, *, seen: str, reason: str, by: User | None) -> EngagementPolicy:
    """Put a drafted policy in force, and bring every ledger of its version to what its facts are worth under it.

    `seen` is the digest of the trial that was read: where the policy, the facts or anybody's standing have changed
    since, nothing is adopted. What was credited stays in the ledger; corrections are new entries. Everybody who takes
    part and whose standing changes by it is told, once. Adopted twice, it is adopted once. Raises ReasonMissing,
    PolicyFaulty and PolicyTriedEarlier. Statements grow with catch-ups that are not needed any more, and with nothing
    else.
    """
    policy = lock(policy)
    if policy.adopted_at:
        return policy
    if not reason.strip():
        raise ReasonMissing
    if faults := policy_faults(policy):
        raise PolicyFaulty(str(policy), len(faults))
    people = everybody_with(policy).order_by("pk").select_for_update(of=("self",))
    list(people)
    lock(policy.version)
    # Whoever came to the version while we waited is held now; from here on nobody does.
    list(people.all())
    at = clock.now()
    trial = trial_of(policy, at)
    if trial.digest != seen:
        raise PolicyTriedEarlier
    before = current_policy(policy.version)
    policy.adopted_at = at
    policy.save(update_fields=["adopted_at"])
    enter(trial.changes, policy=policy, by=by)
    record(
        "policy.adopted",
        policy,
        facts={
            "version": policy.version_id,
            "from": before.pk,
            "entries": trial.entries,
            "people": trial.people_credited,
            "standings": len(trial.turned),
        },
        words={"reason": reason.strip()},
        by=by,
    )
    settled: dict[int, list[CatchUp]] = defaultdict(list)
    for catch_up in settle_needless(trial.credited, by=by):
        settled[catch_up.enrolment_id].append(catch_up)
    queue_messages(_letter(policy, turned, settled.pop(turned.enrolment.pk, [])) for turned in trial.turned)
    queue_messages(letter("catch-up-not-needed", one) for theirs in settled.values() for one in theirs)
    return policy


def _letter(policy: EngagementPolicy, turned: Turned, settled: list[CatchUp]) -> Letter:
    enrolment = turned.enrolment
    return Letter(
        "engagement-policy-changed",
        enrolment.person,
        f"engagement-policy-changed:{policy.pk}:{enrolment.pk}:{enrolment.person_id}",
        about=enrolment,
        words={
            "before": turned.before,
            "after": turned.after,
            "programme": policy.version.programme,
            "not_needed": [one.seminar.item for one in settled],
        },
    )
