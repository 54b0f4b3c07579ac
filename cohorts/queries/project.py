"""A change project with its stages, as its writer and its readers see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cohorts.models import (
    ChangeProject,
    Enrolment,
    FormativeFile,
    FormativeRound,
    FormativeWork,
    Membership,
    PersonalItem,
    SupportMatch,
)
from cohorts.rules.project import stage_asks
from npqh_portal.programmes.kinds import KINDS_SENT, ItemKind
from npqh_portal.programmes.models import Item

from .practice import terms_of_stay


@dataclass(frozen=True)
class Stage:
    """`state` is to_begin, draft, waiting, answered, or done where it was recorded without any work here."""

    item: Item
    place: int
    asks: str
    state: str
    work: FormativeWork | None

    @property
    def sent(self) -> Sequence[FormativeRound]:
        """The newest first."""
        return self.work.sent if self.work else ()  # type: ignore[attr-defined]  # fetched along


@dataclass(frozen=True)
class Project:
    """`asked_on` is the first day of the term of the first stage; `tasks` are formative tasks of the same course."""

    plan: ChangeProject | None
    stages: tuple[Stage, ...]
    tasks: tuple[Stage, ...]
    starts_on: date | None
    asked_on: date | None


def project_of(enrolment: Enrolment, stay: Membership | None, work: Sequence[Stage]) -> Project:
    """`work` is all that they send, as `sent_work_of` finds it. Four statements."""
    stages = [one for one in work if one.item.kind == ItemKind.PRACTICAL_CYCLE]
    courses = {one.item.course_id for one in stages if one.item.course_id}
    tasks = [one for one in work if one.item.kind == ItemKind.FORMATIVE_TASK and one.item.course_id in courses]
    first = min((one.item.term for one in stages), default=None)
    return Project(
        plan=ChangeProject.objects.filter(enrolment=enrolment).prefetch_related("shared_with__supporter").first(),
        stages=tuple(stages),
        tasks=tuple(tasks),
        starts_on=stay.cohort.starts_on if stay else None,
        asked_on=terms_of_stay(stay).first_day(first) if stay and first else None,
    )


def sent_work_of(enrolment: Enrolment) -> list[Stage]:
    """All that is sent, in the order of the programme, with every round. Five statements."""
    rounds = FormativeRound.objects.select_related("feedback_by").prefetch_related(
        Prefetch("files", to_attr="documents")
    )
    found = FormativeWork.objects.filter(enrolment=enrolment).prefetch_related(
        Prefetch("rounds", queryset=rounds, to_attr="sent"),
        Prefetch("files", queryset=FormativeFile.objects.filter(in_draft=True), to_attr="attached"),
    )
    works = {work.item_id: work for work in found}
    done = set(enrolment.completions.values_list("item_id", flat=True))
    items = list(_expected(enrolment, KINDS_SENT).select_related("course"))
    stages = [item for item in items if item.kind == ItemKind.PRACTICAL_CYCLE]

    def line(item: Item) -> Stage:
        place = stages.index(item) + 1 if item in stages else 0
        work = works.get(item.pk)
        asks = stage_asks(place, len(stages)) if place else ""
        return Stage(item, place, asks, _state(work, is_done=item.pk in done), work)

    return [line(item) for item in items]


def _state(work: FormativeWork | None, *, is_done: bool) -> str:
    sent = work.sent if work else ()  # type: ignore[attr-defined]  # fetched along
    if sent:
        return "answered" if sent[0].feedback_at else "waiting"
    if is_done:
        return "done"
    return "draft" if work and (work.draft or work.attached) else "to_begin"  # type: ignore[attr-defined]


def asks_of(enrolment: Enrolment, item: Item) -> str:
    """What a stage of somebody's project asks; nothing for what is no stage. One statement."""
    if item.kind != ItemKind.PRACTICAL_CYCLE:
        return ""
    stages = list(_expected(enrolment, {ItemKind.PRACTICAL_CYCLE}))
    return stage_asks(stages.index(item) + 1, len(stages)) if item in stages else ""


def unsent_before(enrolment: Enrolment, item: Item) -> list[Item]:
    """The stages of somebody's project that come before this one, and are not done. One statement."""
    if item.kind != ItemKind.PRACTICAL_CYCLE:
        return []
    done = Exists(enrolment.completions.filter(item=OuterRef("pk")))
    stages = list(_expected(enrolment, {ItemKind.PRACTICAL_CYCLE}).annotate(is_done=done))
    before = stages[: stages.index(item)] if item in stages else []
    return [stage for stage in before if not stage.is_done]


def _expected(enrolment: Enrolment, kinds: Collection[ItemKind]) -> QuerySet[Item]:
    """What of these kinds stands on somebody's list and counts, in the order of the programme."""
    listed = PersonalItem.objects.filter(enrolment=enrolment, expectation=PersonalItem.Expectation.EXPECTED)
    return Item.objects.filter(kind__in=kinds, pk__in=listed.values("item")).order_by("course__number", "number")


def supporters_now(enrolment: Enrolment) -> QuerySet[SupportMatch]:
    return enrolment.support.filter(to_on=None).select_related("supporter").order_by("strand")


def readers_of(plan: ChangeProject) -> list[SupportMatch]:
    """Those with whom it is shared and who still support the writer. With what `project_of` fetched, no statement."""
    return [match for match in plan.shared_with.all() if match.to_on is None]
