"""Reads for pages and for the packages above."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from npqh_portal.web.illustrated import Shown
from npqh_portal.web.pictures import pixels_of
from npqh_portal.web.uploads import PICTURES

from .kinds import KINDS_WITH_PAGES
from .models import (
    AssessmentTask,
    Behaviour,
    ContentArea,
    Course,
    EngagementPolicy,
    Item,
    LearningStatement,
    PolicyComponent,
    Programme,
    ProgrammeVersion,
    StudyFile,
    StudyPage,
    StudyRevision,
)
from .rules.faults import Fault, policy_faults_of
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
from .states import RevisionState

P = TypeVar("P")


def current_policy(version: ProgrammeVersion) -> EngagementPolicy:
    """The policy in force: of those that were adopted, the one of the highest number."""
    return version.policies.exclude(adopted_at=None).latest("number")


def current_policies() -> QuerySet[EngagementPolicy]:
    """The policy in force of every version."""
    return EngagementPolicy.objects.exclude(adopted_at=None).order_by("version_id", "-number").distinct("version_id")


def draft_policy_of(version: ProgrammeVersion) -> EngagementPolicy | None:
    """The one that may be adopted next."""
    return version.policies.filter(adopted_at=None).first()


def plan_with(policy: EngagementPolicy) -> Framework:
    """What a version's rows say, with this policy in place of the one in force."""
    own = {
        column.name: _frozen(getattr(policy, column.name))
        for column in fields(PolicyPlan)
        if column.name != "components"
    }
    parts = [
        ComponentPlan(**{column.name: _frozen(getattr(part, column.name)) for column in fields(ComponentPlan)})
        for part in policy.components.order_by("number")
    ]
    return replace(plan_of(policy.version), policy=PolicyPlan(**own, components=tuple(parts)))


def policy_faults(policy: EngagementPolicy) -> list[Fault]:
    """What hinders adopting it."""
    plan = plan_with(policy)
    return policy_faults_of(plan.policy, [item.kind for item in plan.items])


def totals(version: ProgrammeVersion) -> Totals:
    return totals_of(version.items.values_list("mode", "minutes"))


def plan_of(version: ProgrammeVersion) -> Framework:
    """What a version's rows say, as a framework file would; its engagement policy is the one in force.

    Totals and counts are those of the rows: whoever edits a draft by hand states no others. Suspensions and page
    texts belong to the programme, and are left out. One statement, or none for a version read `with_parts`.
    """
    read: Any = version if hasattr(version, "parts") else with_parts(ProgrammeVersion.objects.all()).get(pk=version.pk)
    programme, parts = read.programme, read.parts
    plan = Framework(
        code=programme.code,
        name=programme.name,
        award=programme.award,
        framework=programme.framework,
        label=read.label,
        **{name: getattr(read, name) for name in FIGURES},
        cycle=tuple(read.cycle),
        totals=Totals(),
        counts=Counts(areas=0, tasks=0, courses=0),
        policy=_policy_plan(parts["policies"]),
        areas=_plans(AreaPlan, parts["areas"]),
        behaviours=_plans(BehaviourPlan, parts["behaviours"]),
        courses=_plans(CoursePlan, parts["courses"]),
        items=_plans(ItemPlan, parts["items"]),
        tasks=_plans(TaskPlan, parts["tasks"]),
    )
    sums = totals_of((item.mode, item.minutes) for item in plan.items)
    return replace(plan, totals=sums, counts=counts_of(plan))


def with_parts(versions: QuerySet[ProgrammeVersion]) -> QuerySet[ProgrammeVersion]:
    """Versions with everything that `plan_of` asks for, each part as rows of its plan, in the one statement."""
    statements = LearningStatement.objects.filter(area=OuterRef("pk")).order_by("number")
    covered = ContentArea.objects.filter(courses=OuterRef("pk")).order_by("number")
    components = PolicyComponent.objects.filter(policy=OuterRef("pk")).order_by("number")
    newest_policy = (
        EngagementPolicy.objects.filter(version=OuterRef("pk")).exclude(adopted_at=None).order_by("-number")[:1]
    )
    return versions.select_related("programme").annotate(
        parts=JSONObject(
            areas=_rows(AreaPlan, _of_version(ContentArea), statements=ArraySubquery(statements.values("text"))),
            behaviours=_rows(BehaviourPlan, _of_version(Behaviour)),
            courses=_rows(CoursePlan, _of_version(Course), areas=ArraySubquery(covered.values("number"))),
            items=_rows(ItemPlan, _of_version(Item), course=Coalesce(F("course__code"), Value(""))),
            tasks=_rows(TaskPlan, _of_version(AssessmentTask)),
            policies=_rows(PolicyPlan, newest_policy, components=_rows(ComponentPlan, components)),
        )
    )


def _of_version(model: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(version=OuterRef("pk")).order_by("number")
    return rows


def _rows(plan: type[Any], rows: QuerySet[Any], **computed: Any) -> ArraySubquery:
    """Of each row the columns that its plan has, under the same names."""
    columns = {column.name: computed.get(column.name, column.name) for column in fields(plan)}
    return ArraySubquery(rows.values(row=JSONObject(**columns)))


def _plans(plan: type[P], rows: list[Mapping[str, Any]]) -> tuple[P, ...]:
    return tuple(plan(**{name: _frozen(value) for name, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _policy_plan(rows: list[Mapping[str, Any]]) -> PolicyPlan:
    """A draft may lack its policy while it is edited; that is a fault of the plan, not of reading it."""
    if not rows:
        return PolicyPlan(rule="combined", threshold_percent=0, components=())
    policy = _plans(PolicyPlan, rows)[0]
    return replace(policy, components=_plans(ComponentPlan, rows[0]["components"]))


# --- pages to study ------------------------------------------------------------------------------


def pages_shown() -> QuerySet[StudyPage]:
    """Those that people read: published and not retired."""
    published = StudyRevision.objects.filter(page=OuterRef("pk"), state=RevisionState.PUBLISHED)
    return StudyPage.objects.filter(Exists(published), retired_at=None)


def revisions_shown(programme: int, code: str) -> QuerySet[StudyRevision]:
    """What the pages of an item say now, in their order. One statement."""
    return (
        StudyRevision.objects.filter(
            page__programme=programme, page__item_code=code, page__retired_at=None, state=RevisionState.PUBLISHED
        )
        .select_related("page")
        .order_by("page__place", "page_id", "-number")
        .distinct("page__place", "page_id")
    )


@dataclass(frozen=True)
class Shelf:
    """The items of one course that are studied page by page, each as `with_page_sums` reads it."""

    programme: Programme
    course: Course | None
    items: tuple[Item, ...]


def shelves_of(versions: QuerySet[ProgrammeVersion]) -> Iterator[Shelf]:
    """By programme and course: what the newest of each programme's versions has. One statement."""
    newest = versions.order_by("programme__name", "programme_id", "-effective_from", "-pk").distinct(
        "programme__name", "programme_id"
    )
    items = (
        Item.objects.filter(version__in=newest.values("pk"), kind__in=KINDS_WITH_PAGES)
        .select_related("course", "version__programme")
        .order_by("version__programme__name", "version__programme_id", "number")
    )
    for (programme, course), ones in groupby(
        with_page_sums(items), key=lambda one: (one.version.programme, one.course)
    ):
        yield Shelf(programme, course, tuple(ones))


def with_page_sums(items: QuerySet[Item]) -> QuerySet[Any]:
    """Items with how many `pages` they show, and the `page_minutes` of these together: None where there are none."""
    says = StudyRevision.objects.filter(page=OuterRef("pk"), state=RevisionState.PUBLISHED).order_by("-number")
    pages = (
        pages_shown()
        .filter(programme=OuterRef("version__programme"), item_code=OuterRef("code"))
        .order_by()
        .annotate(takes=Subquery(says.values("minutes")[:1]))
        .values("item_code")
    )
    return items.annotate(
        pages=Coalesce(Subquery(pages.annotate(count=Count("pk")).values("count")), 0),
        page_minutes=Subquery(pages.annotate(sum=Sum("takes")).values("sum")),
    )


def files_beside(pages: Iterable[int]) -> dict[int, dict[str, Shown]]:
    """The files beside pages to study, by the page's number and then by name. One statement."""
    found: defaultdict[int, dict[str, Shown]] = defaultdict(dict)
    for file in StudyFile.objects.filter(page__in=list(pages)):
        address = reverse("cohorts:study_file", args=[file.public_id])
        pixels = pixels_of(file.stored_name) if file.kind in PICTURES else None
        found[file.page_id][file.name] = Shown(address, file.kind, file.size_bytes, pixels)
    return found
