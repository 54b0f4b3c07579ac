"""However credit came about, what the ledger holds is what the facts are worth: as a rebuild from nothing says."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from cohorts.actions import adjust_credit, adopt_policy, record_completion, record_register, take_back_completion
from cohorts.actions.crediting import credit_by_hand
from cohorts.models import AttendanceMark, Completion, Enrolment, LedgerEntry, PersonalItem, Seminar
from cohorts.queries import item_lines
from cohorts.queries.policies import trial_of
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.programmes.actions import draft_policy
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import EngagementPolicy, Item, PolicyComponent, ProgrammeVersion
from npqh_portal.programmes.queries import current_policy
from npqh_portal.programmes.rules.plans import ComponentPlan, PolicyPlan
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, mark
from tests.factories import a_cohort, a_group, a_seminar, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db

HISTORIES = 2000 if os.environ.get("LONG") == "1" else 25
STEPS = 12


@dataclass
class History:
    """Two people of a group, three sessions and a module; whatever happens to their credit, in any order."""

    random: Random
    clock: Any
    version: ProgrammeVersion = field(init=False)
    items: list[Item] = field(default_factory=list)
    seminars: list[Seminar] = field(default_factory=list)
    people: list[Enrolment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock.move_to(NOW, tick=False)
        self.version = a_version(state=VersionState.DRAFT)
        kinds = [ItemKind.SEMINAR, ItemKind.SEMINAR, ItemKind.WEBINAR, ItemKind.MODULE]
        self.items = [an_item(self.version, minutes=self.random.choice([45, 60, 120]), kind=kind) for kind in kinds]
        published(self.version)
        cohort = a_cohort(self.version, starts_on=(NOW - timedelta(days=60)).date())
        group = a_group(cohort)
        for item in self.items[:3]:
            self.seminars.append(a_seminar(cohort, item, group))
        # Whoever sat an item twice has two registers of it.
        self.seminars.append(a_seminar(cohort, self.items[0], None, starts_at=NOW - timedelta(days=3)))
        self.people = [an_enrolment(cohort, group) for _ in range(2)]

    def step(self) -> None:
        marking = [self.mark] * 3
        acts = [*marking, self.complete, self.take_back, self.adjust, self.carry, self.change_policy]
        with suppress(RuleViolation), transaction.atomic():
            self.random.choice(acts)()

    def mark(self) -> None:
        status = self.random.choice(["present", "partly", "absent", "authorised", "caught_up", "exempt"])
        given = mark(status, self.random.randint(1, 120), reason="Put right")
        who = self.random.choice(self.people)
        record_register(self.random.choice(self.seminars), marks={who.pk: given}, by=None)

    def complete(self) -> None:
        who = self.random.choice(self.people)
        record_completion(who, item=self.items[3], by=who.person)

    def take_back(self) -> None:
        who = self.random.choice(self.people)
        take_back_completion(who, item=self.items[3], by=who.person)

    def adjust(self) -> None:
        who, item, wanted = self.random.choice(self.people), self.random.choice(self.items), self.random.randint(0, 120)
        adjust_credit(who, item=item, credited=wanted, reason="Agreed", by=None)
        assert self.held(who, item) == wanted

    def carry(self) -> None:
        who, item = self.random.choice(self.people), self.random.choice(self.items)
        carried = LedgerEntry.Source.CARRIED
        wanted = self.random.randint(0, 1)
        credit_by_hand(who, {item: wanted}, policy=current_policy(self.version), source=carried, by=None)
        assert self.held(who, item) == wanted

    def change_policy(self) -> None:
        counted = ["present", *self.random.sample(["partly", "authorised", "caught_up"], self.random.randint(0, 3))]
        kinds = [kind.value for kind in ItemKind]
        plan = PolicyPlan(
            rule="combined",
            threshold_percent=90,
            attended_percent=self.random.choice([50, 80, 100]),
            counted_statuses=tuple(counted),
            catch_up_kinds=("seminar",) if "caught_up" in counted else (),
            components=(ComponentPlan("all", "All", tuple(kinds), unit=self.random.choice(["minutes", "units"])),),
        )
        policy = draft_policy(self.version, plan, by=None)
        adopt_policy(policy, seen=trial_of(policy, clock.now()).digest, reason="To try", by=None)

    def held(self, who: Enrolment, item: Item) -> int:
        entries = LedgerEntry.objects.filter(enrolment=who, item=item)
        return entries.aggregate(sum=Sum("change"))["sum"] or 0

    def rebuilt(self, who: Enrolment, item: Item) -> int:
        """From the facts alone, written out plainly."""
        policy = current_policy(self.version)
        unit = policy.components.get().unit
        full = 1 if unit == "units" else item.minutes
        best = 0
        for seminar in self.seminars:
            marks = AttendanceMark.objects.filter(seminar=seminar, enrolment=who, seminar__item=item).order_by("pk")
            newest = marks.last()
            if newest is None:
                continue
            is_attended = newest.status == "partly" and newest.minutes * 100 >= policy.attended_percent * item.minutes
            counts = newest.status in policy.counted_statuses
            if is_attended or (counts and newest.status != "partly"):
                best = full
            elif counts and unit == "minutes":
                best = max(best, newest.minutes)
        if Completion.objects.filter(enrolment=who, item=item).exists():
            best = full
        by_policy: dict[int, int] = {}
        for entry in LedgerEntry.objects.filter(enrolment=who, item=item, source__in=["adjustment", "carried"]):
            by_policy[entry.policy_id] = by_policy.get(entry.policy_id, 0) + entry.change
        for pk, change in by_policy.items():
            then = 1 if PolicyComponent.objects.get(policy=pk).unit == "units" else item.minutes
            best += change * full // then
        return min(max(best, 0), full)

    def check(self) -> None:
        for who in self.people:
            lines = item_lines(who, clock.now())
            for item in self.items:
                assert self.held(who, item) == self.rebuilt(who, item)
                if line := lines.get(item.pk):
                    assert line.credited == self.held(who, item)
                    assert line.credited + line.to_come + line.pending + line.recoverable + line.lost == line.worth


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_what_the_ledger_holds_is_what_a_rebuild_from_nothing_gives(seed: int, time_machine: Any) -> None:
    history = History(Random(seed), time_machine)  # noqa: S311 - no secret
    for number in range(1, STEPS + 1):
        history.step()
        if number % 4 == 0:
            history.check()


def test_the_histories_do_something(time_machine: Any) -> None:
    sources: set[str] = set()
    for seed in range(6):
        history = History(Random(seed), time_machine)  # noqa: S311 - no secret
        for _ in range(STEPS):
            history.step()
        sources |= set(LedgerEntry.objects.filter(enrolment__in=history.people).values_list("source", flat=True))
        assert EngagementPolicy.objects.filter(version=history.version).exclude(adopted_at=None).exists()
    assert sources == set(LedgerEntry.Source.values)
    assert PersonalItem.objects.filter(expectation="exempt").exists()
