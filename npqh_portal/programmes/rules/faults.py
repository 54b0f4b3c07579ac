"""What must be true of a framework."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .plans import Framework, PolicyPlan, totals_of


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which field of the file."""

    where: str
    what: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


def faults_of(plan: Framework) -> list[Fault]:
    """Everything in a framework that does not fit together, in the order of the file."""
    return [*_period_faults(plan), *_total_faults(plan), *_part_faults(plan), *_policy_faults(plan.policy)]


def _period_faults(plan: Framework) -> Iterable[Fault]:
    if plan.effective_to and plan.effective_to < plan.effective_from:
        yield Fault("version.effective_to", "must not be before effective_from.")


def _total_faults(plan: Framework) -> Iterable[Fault]:
    found = totals_of((item.mode, item.minutes) for item in plan.items)
    for name in ("minutes", "synchronous_minutes", "in_person_minutes"):
        stated, summed = getattr(plan.totals, name), getattr(found, name)
        if stated != summed:
            yield Fault(f"totals.{name}", f"{stated} is stated, and the items sum to {summed}.")


def _part_faults(plan: Framework) -> Iterable[Fault]:
    yield from _doubles("areas", "number", [str(area.number) for area in plan.areas])
    yield from _doubles("courses", "code", [course.code for course in plan.courses])
    numbers = {area.number for area in plan.areas}
    for place, course in enumerate(plan.courses, start=1):
        for number in course.areas:
            if number not in numbers:
                yield Fault(f"courses[{place}].areas", f"there is no area {number}.")
    yield from _doubles("items", "code", [item.code for item in plan.items])
    if not plan.items:
        yield Fault("items", "at least one is needed.")
    yield from _doubles("tasks", "code", [task.code for task in plan.tasks])
    if not plan.tasks:
        yield Fault("tasks", "at least one assessment task is needed.")


def _policy_faults(policy: PolicyPlan) -> Iterable[Fault]:
    if not policy.components:
        yield Fault("policy.components", "at least one is needed.")
    yield from _doubles("policy.components", "code", [part.code for part in policy.components])
    # An item that counted in two components would be earned twice.
    yield from _doubles("policy.components", "kinds", [kind for part in policy.components for kind in part.kinds])
    for place, part in enumerate(policy.components, start=1):
        if policy.rule == "each" and part.threshold_percent is None:
            yield Fault(
                f"policy.components[{place}].threshold_percent", "is needed where each component stands for itself."
            )


def _doubles(table: str, name: str, values: list[str]) -> Iterable[Fault]:
    for value, count in Counter(values).items():
        if count > 1:
            yield Fault(table, f"{name} {value} stands {count} times.")
