"""What adopting a policy would change: tried on everybody who follows its version, and nothing is written."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from cohorts.models import Enrolment
from cohorts.rules.engagement import Standing
from cohorts.rules.policy import StandingState
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal.programmes.models import EngagementPolicy
from npqh_portal.programmes.queries import plan_with

from .crediting import Credit, Pair, credits_of
from .engagement import Tried, standings_of


@dataclass(frozen=True)
class Turned:
    """Somebody whose standing would be another."""

    enrolment: Enrolment
    before: Standing
    after: Standing


@dataclass(frozen=True)
class Move:
    """How many people would go from one standing to another, or stay: words as `{% standing %}` names them."""

    before: str
    after: str
    people: int

    @property
    def is_change(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Trial:
    """What adopting a policy would do.

    `people` are the live enrolments that follow its version, `moves` their standings. `changes` are the entries that
    would be made, of everybody for whom something of the version was ever credited. `digest` names all of it.
    """

    people: int
    moves: tuple[Move, ...]
    turned: tuple[Turned, ...]
    changes: Mapping[Pair, int]
    credited: Mapping[Pair, Credit]
    digest: str

    @property
    def entries(self) -> int:
        return len(self.changes)

    @property
    def people_credited(self) -> int:
        """How many would get entries."""
        return len({pk for pk, _ in self.changes})

    @property
    def newly_met(self) -> list[Enrolment]:
        """Who takes part and would meet what is asked, and does not now: nothing else may stand between them and a
        certificate."""
        met, active = StandingState.MET, EnrolmentState.ACTIVE
        return [one.enrolment for one in self.turned if one.after.word == met and one.enrolment.state == active]


# From best to worst, and whoever has no list last.
_ORDER = ("met", "on_track", "at_risk", "out_of_reach", "no_list")


def trial_of(policy: EngagementPolicy, at: datetime) -> Trial:
    """Twelve statements, however many people follow the version."""
    live = live_on(policy)
    theirs = {one.pk: one for one in live.select_related("person").order_by("person__full_name", "pk")}
    with_facts = everybody_with(policy).order_by("pk").values_list("pk", flat=True)
    credited = credits_of(list(with_facts), policy.version.items.all(), policy)
    changes = {pair: credit.change for pair, credit in sorted(credited.items()) if credit.change}
    before = standings_of(theirs, at)
    after = standings_of(theirs, at, tried=Tried(policy, changes))
    turned = [Turned(one, before[pk], after[pk]) for pk, one in theirs.items() if before[pk].word != after[pk].word]
    counted = Counter((before[pk].word, after[pk].word) for pk in theirs)
    moves = [Move(was, becomes, counted[was, becomes]) for was in _ORDER for becomes in _ORDER if counted[was, becomes]]
    return Trial(
        people=len(theirs),
        moves=tuple(moves),
        turned=tuple(turned),
        changes=changes,
        credited=credited,
        digest=_digest(policy, changes, ((pk, before[pk].word, after[pk].word) for pk in sorted(theirs))),
    )


def live_on(policy: EngagementPolicy) -> QuerySet[Enrolment]:
    """Who takes part, or is to return, on the policy's version."""
    return Enrolment.objects.filter(version=policy.version_id, state__in=sorted(LIVE_ENROLMENT))


def everybody_with(policy: EngagementPolicy) -> QuerySet[Enrolment]:
    """Who follows the policy's version, or did once: whoever may have facts of its items, taking part or not.

    Whoever has left may be reinstated, and whoever has moved to another version may come back: they then find what
    their facts are worth.
    """
    followed = (
        Q(version=policy.version_id)
        | Q(pk__in=_of_items("ledger", policy))
        | Q(pk__in=_of_items("completions", policy))
        | Q(pk__in=Enrolment.objects.filter(attendance_marks__seminar__item__version=policy.version_id).values("pk"))
    )
    return Enrolment.objects.filter(followed)


def _of_items(related: str, policy: EngagementPolicy) -> QuerySet[Any, Any]:
    return Enrolment.objects.filter(**{f"{related}__item__version": policy.version_id}).values("pk")


def _digest(policy: EngagementPolicy, changes: Mapping[Pair, int], words: Iterable[tuple[int, str, str]]) -> str:
    told = [
        asdict(plan_with(policy).policy),
        [[*pair, change] for pair, change in changes.items()],
        list(words),
    ]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
