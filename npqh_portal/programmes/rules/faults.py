"""What must be true of a framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from .plans import Framework, PolicyPlan, SuspensionPlan, counts_of, totals_of
from .texts import FIGURE_NAMES, pictures_in, unknown_figures


@dataclass(frozen=True)
class Fault:
    """What is wrong, in which field, and with which other field it clashes.

    Fields are named as in a framework file, and rows counted from 1 in the order of the plan: `items[12].minutes`.
    In `what`, names that only a file uses stand between backticks, which no reader sees (`rules.drafts.in_words`).
    """

    where: str
    what: str = field(compare=False)
    also: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.what.replace('`', '')}" + (f" It is in {self.also} too." if self.also else "")


def faults_of(plan: Framework) -> list[Fault]:
    """Everything in a framework that does not fit together."""
    return [
        *_version_faults(plan),
        *_total_faults(plan),
        *_count_faults(plan),
        *_area_faults(plan),
        *_doubles("behaviours", "name", [behaviour.name for behaviour in plan.behaviours]),
        *_course_faults(plan),
        *_item_faults(plan),
        *_term_faults(plan),
        *_policy_faults(plan.policy),
        *_task_faults(plan),
        *_suspension_faults(plan.suspensions),
        *_text_faults(plan),
    ]


# Of any programme (S14); the database holds every enrolment to it.
EXTENSION_MONTHS_MOST = 6


def _version_faults(plan: Framework) -> Iterable[Fault]:
    if plan.effective_to and plan.effective_to < plan.effective_from:
        yield Fault("version.effective_to", "must not be before `effective_from`.")
    if plan.ended_on and plan.ended_on < (plan.effective_to or plan.effective_from):
        yield Fault(
            "version.ended_on", f"must not be before `{'effective_to' if plan.effective_to else 'effective_from'}`."
        )
    if plan.extension_months_most > EXTENSION_MONTHS_MOST:
        yield Fault("version.extension_months_most", f"must be at most {EXTENSION_MONTHS_MOST}.")
    if plan.resubmission_fee_pence is not None and plan.resubmission_charge == "none":
        yield Fault("version.resubmission_fee_pence", "only a resubmission that may be charged for has an amount.")
    url = plan.framework_document_url
    if url and not url.startswith(("https://", "http://")):
        yield Fault("version.framework_document_url", "must start with https:// or http://.")


def _total_faults(plan: Framework) -> Iterable[Fault]:
    found = totals_of((item.mode, item.minutes) for item in plan.items)
    for name in [column.name for column in fields(plan.totals)]:
        stated, summed = getattr(plan.totals, name), getattr(found, name)
        if stated != summed:
            yield Fault(f"totals.{name}", f"{stated} is stated, and the items sum to {summed}.")
    days, in_person = plan.day_equivalents * plan.day_minutes, found.in_person_minutes
    if plan.day_equivalents and days != in_person:
        yield Fault(
            "version.day_equivalents",
            f"{plan.day_equivalents} of {plan.day_minutes} minutes are {days}, "
            f"and the items in person sum to {in_person}.",
        )


def _count_faults(plan: Framework) -> Iterable[Fault]:
    found = counts_of(plan)
    for name in [column.name for column in fields(plan.counts)]:
        stated, has = getattr(plan.counts, name), getattr(found, name)
        if stated != has:
            yield Fault(f"counts.{name}", f"{stated} {_are(stated)} stated, and the file has {has}.")


def _area_faults(plan: Framework) -> Iterable[Fault]:
    numbers = [area.number for area in plan.areas]
    yield from _doubles("areas", "number", numbers)
    if len(set(numbers)) == len(numbers):
        for place, number in enumerate(numbers, start=1):
            if number != place:
                yield Fault(f"areas[{place}].number", f"must be {place}: areas are numbered from 1, in order.")
                break  # those behind it follow from it
    assessed = {task.part for task in plan.tasks}
    for place, area in enumerate(plan.areas, start=1):
        if area.part and area.part not in assessed:
            yield Fault(f"areas[{place}].part", f"no task assesses part {area.part}.")


def _course_faults(plan: Framework) -> Iterable[Fault]:
    yield from _doubles("courses", "code", [course.code for course in plan.courses])
    numbers = [area.number for area in plan.areas]
    in_every = [area.number for area in plan.areas if area.in_every_course]
    for place, course in enumerate(plan.courses, start=1):
        where, title = f"courses[{place}]", f"“{course.title}”"
        for number in course.areas:
            if number not in numbers:
                yield Fault(f"{where}.areas", f"there is no area {number}.")
        if len(set(course.areas)) < len(course.areas):
            yield Fault(f"{where}.areas", "an area is named twice.")
        for number in in_every:
            if number not in course.areas:
                yield Fault(f"{where}.areas", f"{title} leaves out area {number}, which belongs in every course.")
        if course.is_implementation and place < len(plan.courses):
            yield Fault(f"{where}.is_implementation", f"{title} must be the last course, or be no course of that kind.")
        brought = {item.kind for item in plan.items if item.course == course.code}
        for kind in plan.cycle:
            if kind not in brought:
                yield Fault(f"{where}.items", f"{title} has no `{kind}`, which the cycle brings in every course.")


def _item_faults(plan: Framework) -> Iterable[Fault]:
    if not plan.items:
        yield Fault("items", "at least one is needed.")
    yield from _doubles("items", "code", [item.code for item in plan.items])
    counted = {kind for part in plan.policy.components for kind in part.kinds}
    for place, item in enumerate(plan.items, start=1):
        if not 1 <= item.term <= plan.terms:
            yield Fault(f"items[{place}].term", f"must be from 1 to {plan.terms}, the terms of the programme.")
        if item.kind not in counted:
            yield Fault(f"items[{place}].kind", f"`{item.kind}` counts in no component of the engagement policy.")


def _term_faults(plan: Framework) -> Iterable[Fault]:
    taught = {item.term for item in plan.items}
    for term in range(1, plan.terms + 1):
        if term not in taught:
            yield Fault("version.terms", f"{plan.terms} {_are(plan.terms)} stated, and no item falls in term {term}.")
    in_person = len({item.term for item in plan.items if item.mode == "face_to_face"})
    if in_person < plan.terms_least:
        yield Fault(
            "version.terms_least", f"{plan.terms_least} are the fewest, and items in person fall in {in_person}."
        )


def policy_faults_of(policy: PolicyPlan, kinds: Iterable[str]) -> list[Fault]:
    """Everything in a policy that does not fit together, or does not fit a version with items of these kinds."""
    counted = {kind for part in policy.components for kind in part.kinds}
    left_out = [kind for kind in dict.fromkeys(kinds) if kind not in counted]
    return [
        *_policy_faults(policy),
        *(Fault("policy.components", f"`{kind}` counts in none, and the version has some.") for kind in left_out),
    ]


def _policy_faults(policy: PolicyPlan) -> Iterable[Fault]:
    if "present" not in policy.counted_statuses:
        yield Fault("policy.counted_statuses", "`present` must be among them.")
    for name in ("counted_statuses", "catch_up_kinds"):
        values = getattr(policy, name)
        if len(set(values)) < len(values):
            yield Fault(f"policy.{name}", "one is named twice.")
    if policy.catch_up_kinds and "caught_up" not in policy.counted_statuses:
        yield Fault("policy.catch_up_kinds", "must be empty where `caught_up` does not count.")
    if not policy.components:
        yield Fault("policy.components", "at least one is needed.")
    yield from _doubles("policy.components", "code", [part.code for part in policy.components])
    # People read what they can miss by these names.
    yield from _doubles("policy.components", "name", [part.name for part in policy.components])
    counted: dict[str, int] = {}
    for place, part in enumerate(policy.components, start=1):
        where = f"policy.components[{place}]"
        for kind in part.kinds:
            # An item that counted in two components would be earned twice.
            if kind in counted:
                yield Fault(f"{where}.kinds", f"`{kind}` counts twice.", f"policy.components[{counted[kind]}].kinds")
            counted.setdefault(kind, place)
        if policy.rule == "each" and part.threshold_percent is None:
            yield Fault(f"{where}.threshold_percent", "is needed where each component stands for itself.")


def _task_faults(plan: Framework) -> Iterable[Fault]:
    if not plan.tasks:
        yield Fault("tasks", "at least one assessment task is needed.")
    yield from _doubles("tasks", "code", [task.code for task in plan.tasks])
    parts = {area.part for area in plan.areas}
    for place, task in enumerate(plan.tasks, start=1):
        if task.part and task.part not in parts:
            yield Fault(f"tasks[{place}].part", f"no content area belongs to part {task.part}.")
        if task.placement_days_least and task.presented_to != "placement_board":
            yield Fault(
                f"tasks[{place}].placement_days_least",
                "a placement belongs to a task whose plan is presented to the board of the placement school.",
            )


def _suspension_faults(suspensions: Sequence[SuspensionPlan]) -> Iterable[Fault]:
    began = [(suspension.source, suspension.from_on) for suspension in suspensions]
    for place, suspension in enumerate(suspensions, start=1):
        where = f"suspensions[{place}]"
        if suspension.to_on and suspension.to_on < suspension.from_on:
            yield Fault(f"{where}.to_on", "must not be before from_on.")
        first = began.index((suspension.source, suspension.from_on)) + 1
        if first < place:
            what = f"{suspension.source} is suspended from {suspension.from_on} twice."
            yield Fault(f"{where}.from_on", what, f"suspensions[{first}].from_on")


def _text_faults(plan: Framework) -> Iterable[Fault]:
    for section, body in plan.texts:
        for braced in unknown_figures(body):
            yield Fault(
                f"texts.{section}", f"{braced} is no figure. The figures are {', '.join(sorted(FIGURE_NAMES))}."
            )
        for picture in pictures_in(body):
            yield Fault(f"texts.{section}", f"{picture} is a picture, and pages have none. Take it out.")


def _doubles(table: str, name: str, values: Sequence[object]) -> Iterable[Fault]:
    first: dict[object, int] = {}
    for place, value in enumerate(values, start=1):
        if value in first:
            yield Fault(f"{table}[{place}].{name}", f"{value} stands twice.", f"{table}[{first[value]}].{name}")
        first.setdefault(value, place)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
