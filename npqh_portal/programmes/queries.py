"""Reads for pages and for the packages above."""

from dataclasses import replace

from .models import AssessmentTask, ContentArea, Course, EngagementPolicy, Item, PolicyComponent, ProgrammeVersion
from .rules.plans import (
    FIGURES,
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    Counts,
    CoursePlan,
    Framework,
    ItemPlan,
    PolicyPlan,
    TaskPlan,
    Totals,
    counts_of,
    totals_of,
)


def current_policy(version: ProgrammeVersion) -> EngagementPolicy:
    """The policy in force: the one of the highest number."""
    return version.policies.latest("number")


def totals(version: ProgrammeVersion) -> Totals:
    return totals_of(version.items.values_list("mode", "minutes"))


def plan_of(version: ProgrammeVersion) -> Framework:
    """What a version's rows say, as a framework file would; its engagement policy is the one in force.

    Totals and counts are those of the rows: whoever edits a draft by hand states no others. Suspensions and page
    texts belong to the programme, and are left out. Nine statements, however large the version.
    """
    programme = version.programme
    plan = Framework(
        code=programme.code,
        name=programme.name,
        award=programme.award,
        framework=programme.framework,
        label=version.label,
        **{name: getattr(version, name) for name in FIGURES},
        cycle=tuple(version.cycle),
        totals=Totals(),
        counts=Counts(areas=0, tasks=0, courses=0),
        policy=_policy_plan(version.policies.prefetch_related("components").order_by("-number").first()),
        areas=tuple(_area_plan(area) for area in version.areas.prefetch_related("statements")),
        behaviours=tuple(BehaviourPlan(row.name, row.descriptor) for row in version.behaviours.all()),
        courses=tuple(_course_plan(course) for course in version.courses.prefetch_related("areas")),
        items=tuple(_item_plan(item) for item in version.items.select_related("course")),
        tasks=tuple(_task_plan(task) for task in version.tasks.all()),
    )
    sums = totals_of((item.mode, item.minutes) for item in plan.items)
    return replace(plan, totals=sums, counts=counts_of(plan))


def _area_plan(area: ContentArea) -> AreaPlan:
    return AreaPlan(
        number=area.number,
        name=area.name,
        part=area.part,
        in_every_course=area.in_every_course,
        statements=tuple(statement.text for statement in area.statements.all()),
    )


def _course_plan(course: Course) -> CoursePlan:
    return CoursePlan(
        code=course.code,
        title=course.title,
        areas=tuple(area.number for area in course.areas.all()),
        is_implementation=course.is_implementation,
    )


def _item_plan(item: Item) -> ItemPlan:
    return ItemPlan(
        code=item.code,
        title=item.title,
        kind=item.kind,
        minutes=item.minutes,
        mode=item.mode,
        course=item.course.code if item.course else "",
        term=item.term,
    )


def _policy_plan(policy: EngagementPolicy | None) -> PolicyPlan:
    """A draft may lack its policy while it is edited; that is a fault of the plan, not of reading it."""
    if policy is None:
        return PolicyPlan(rule="combined", threshold_percent=0, components=())
    return PolicyPlan(
        rule=policy.rule,
        threshold_percent=policy.threshold_percent,
        components=tuple(_component_plan(component) for component in policy.components.all()),
        attended_percent=policy.attended_percent,
        catch_up_days=policy.catch_up_days,
        gates_sitting=policy.gates_sitting,
    )


def _component_plan(component: PolicyComponent) -> ComponentPlan:
    return ComponentPlan(
        code=component.code,
        name=component.name,
        kinds=tuple(component.kinds),
        unit=component.unit,
        weight=component.weight,
        threshold_percent=component.threshold_percent,
    )


def _task_plan(task: AssessmentTask) -> TaskPlan:
    return TaskPlan(
        code=task.code,
        title=task.title,
        word_limit=task.word_limit,
        description=task.description,
        part=task.part,
        annexes_counted=task.annexes_counted,
        sections=tuple(task.sections),
        takes_supporting_documents=task.takes_supporting_documents,
        presented_to=task.presented_to,
        terms_least=task.terms_least,
        placement_days_least=task.placement_days_least,
        window_days=task.window_days,
        attempts_most=task.attempts_most,
    )
