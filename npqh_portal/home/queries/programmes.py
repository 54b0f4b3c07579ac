"""What the public pages say of each programme: three statements at most, however many rows there are.

And one more for a version that this process has not read since it was published.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from cohorts.queries import past_participants
from npqh_portal.clock import london_date
from npqh_portal.home.rules.timeline import Timeline, timeline_of
from npqh_portal.programmes.kinds import AssessedBy, FundingSource, ItemKind, Mode, PageSection, PresentedTo
from npqh_portal.programmes.models import (
    EngagementPolicy,
    FundingSuspension,
    Intake,
    PageRevision,
    Programme,
    ProgrammeVersion,
)
from npqh_portal.programmes.queries import plan_of, with_parts
from npqh_portal.programmes.rules.funding import CohortFunding, is_suspended
from npqh_portal.programmes.rules.plans import Framework, ItemPlan, SuspensionPlan, TaskPlan
from npqh_portal.programmes.rules.texts import figures_of, fill, pounds
from npqh_portal.programmes.states import RevisionState, VersionState
from npqh_portal.web.words import hours_in_words, listed

_PUBLIC = (VersionState.PUBLISHED, VersionState.RETIRED)

# The titles of a page's sections once a programme is history.
_PAST_TITLES = {
    PageSection.BENEFITS: "What people gained",
    PageSection.AUDIENCE: "Who it was for",
    PageSection.HOW: "How it worked",
    PageSection.CONTENT: "What people learned",
    PageSection.COMMITMENT: "What people committed to",
    PageSection.ASSESSMENT: "How people were assessed",
    PageSection.SUPPORT: "What came after",
}


@dataclass(frozen=True)
class Offer:
    """A programme as the public sees it: one version of it, and its intakes in the order in which they open."""

    version: ProgrammeVersion
    intakes: tuple[Intake, ...]
    at: datetime

    @cached_property
    def plan(self) -> Framework:
        version: Any = self.version
        if version.published_at is None:
            return plan_of(version)
        return _frozen_plan(version.pk, version.published_at, version.policy_number)

    @property
    def programme(self) -> Programme:
        return self.version.programme

    @property
    def has_ended(self) -> bool:
        """Nobody can apply any more, and nobody ever will."""
        return _has_ended(self.version, self.at)

    @property
    def open_intakes(self) -> list[Intake]:
        return [intake for intake in self.intakes if intake.is_open_at(self.at)]

    @property
    def paused_intakes(self) -> list[Intake]:
        """Within their dates, and yet nobody can apply."""
        return [one for one in self.intakes if one.is_paused and one.opens_at <= self.at < one.closes_at]

    @property
    def intakes_to_come(self) -> list[Intake]:
        return [intake for intake in self.intakes if intake.opens_at > self.at and not intake.is_paused]

    @property
    def last_closed(self) -> Intake | None:
        closed = [intake for intake in self.intakes if intake.closes_at <= self.at]
        return max(closed, key=lambda intake: intake.closes_at, default=None)

    @property
    def contact(self) -> Intake | None:
        """The intake whose contact answers questions (S43, S87)."""
        ahead = [*self.open_intakes, *self.paused_intakes, *self.intakes_to_come]
        return ahead[0] if ahead else self.last_closed

    @property
    def starts_on(self) -> date | None:
        """When the next people start."""
        ahead = [*self.open_intakes, *self.intakes_to_come]
        return ahead[0].starts_on if ahead else None

    @property
    def total_months(self) -> int:
        return self.version.delivery_months + self.version.assessment_months

    @property
    def fee(self) -> str:
        return pounds(self.version.fee_pence)

    @property
    def is_funded_for_some(self) -> bool:
        """Whether DfE pays for some of those who start next, so that the fee is for the others."""
        ahead = [*self.open_intakes, *self.paused_intakes, *self.intakes_to_come]
        return any(intake.cohort_funding != CohortFunding.ZERO for intake in ahead)

    @property
    def resubmission_fee(self) -> str:
        return "" if self.version.resubmission_fee_pence is None else pounds(self.version.resubmission_fee_pence)


@dataclass(frozen=True)
class Section:
    """Words in Markdown, figures filled in; empty where only facts stand under the title."""

    name: str
    title: str
    body: str
    is_draft: bool


@dataclass(frozen=True)
class Step:
    """A step of the cycle in which each course runs; `time` is what it takes in a course: 2 to 4 hours."""

    kind: str
    label: str
    time: str


@dataclass(frozen=True)
class CourseLine:
    title: str
    areas: str
    is_implementation: bool


@dataclass(frozen=True)
class KindLine:
    """Items of one kind taken in one way: how many, and their minutes in all."""

    label: str
    mode: str
    count: int
    minutes: int


@dataclass(frozen=True)
class TaskLine:
    plan: TaskPlan
    sections: str
    presented_to: str
    areas: str


@dataclass(frozen=True)
class SuspensionLine:
    source: str
    from_on: date
    to_on: date | None
    words: str
    is_on: bool


@dataclass(frozen=True)
class ProgrammePage:
    """Everything on the page of one programme; `others` are those to look at instead, once it has ended."""

    offer: Offer
    sections: tuple[Section, ...]
    suspensions: tuple[SuspensionLine, ...]
    others: tuple[Programme, ...]

    @cached_property
    def timeline(self) -> Timeline:
        return timeline_of(self.offer.plan, starts_on=self.offer.starts_on)

    @property
    def assessed_externally(self) -> bool:
        return self.offer.plan.assessed_by == AssessedBy.EXTERNAL

    @property
    def steps(self) -> list[Step]:
        plan = self.offer.plan
        taken = [[item for item in plan.items if item.course == course.code] for course in plan.courses]
        return [_step(kind, taken) for kind in plan.cycle]

    @property
    def courses(self) -> list[CourseLine]:
        """With the areas that not every course covers, unless the title says just these."""
        names = {area.number: area.name for area in self.offer.plan.areas if not area.in_every_course}
        covered = [
            (course, [names[number] for number in course.areas if number in names])
            for course in self.offer.plan.courses
        ]
        return [
            CourseLine(
                title=course.title,
                areas="" if listed(areas).lower() == course.title.lower() else "; ".join(areas),
                is_implementation=course.is_implementation,
            )
            for course, areas in covered
        ]

    @property
    def is_course_per_area(self) -> bool:
        """Courses then say nothing that the areas do not."""
        return [course.title for course in self.offer.plan.courses] == [area.name for area in self.offer.plan.areas]

    @property
    def areas_of_every_course(self) -> str:
        return listed([area.name for area in self.offer.plan.areas if area.in_every_course])

    @property
    def kinds(self) -> list[KindLine]:
        def by_kind(item: ItemPlan) -> tuple[int, int]:
            return list(ItemKind).index(ItemKind(item.kind)), list(Mode).index(Mode(item.mode))

        groups = [list(group) for _, group in groupby(sorted(self.offer.plan.items, key=by_kind), key=by_kind)]
        return [
            KindLine(
                label=ItemKind(items[0].kind).label,
                mode=Mode(items[0].mode).label,
                count=len(items),
                minutes=sum(item.minutes for item in items),
            )
            for items in groups
        ]

    @property
    def tasks(self) -> list[TaskLine]:
        plan = self.offer.plan
        return [
            TaskLine(
                plan=task,
                sections=listed([section.lower() for section in task.sections]),
                presented_to=PresentedTo(task.presented_to).label if task.presented_to else "",
                areas="; ".join(area.name for area in plan.areas if task.part and area.part == task.part),
            )
            for task in plan.tasks
        ]


def _step(kind: str, courses: list[list[ItemPlan]]) -> Step:
    minutes = [sum(item.minutes for item in items if item.kind == kind) for items in courses]
    least, most = min(minutes, default=0), max(minutes, default=0)
    words = hours_in_words(most)
    if least != most:
        # Whole hours on both sides share their noun.
        words = f"{least // 60 if least % 60 == most % 60 == 0 else hours_in_words(least)} to {words}"
    return Step(kind, ItemKind(kind).label, words)


@lru_cache(maxsize=64)
def _frozen_plan(pk: int, published_at: datetime, policy_number: int | None) -> Framework:
    """Of a version that was published, which the database freezes but for policies that may be added: read once."""
    return plan_of(with_parts(ProgrammeVersion.objects.filter(published_at=published_at)).get(pk=pk))


def offers(at: datetime) -> list[Offer]:
    """Every programme with a version that was published: what can be applied for first, what has ended last."""
    versions = _in_order(ProgrammeVersion.objects.filter(state__in=_PUBLIC))
    intakes = list(_intakes())
    found = [_offer(list(group), intakes, at) for _, group in groupby(versions, key=lambda one: one.programme_id)]
    return sorted(found, key=_prominence)


def programme_page(code: str, at: datetime) -> ProgrammePage | None:
    """The public page of a programme; None where it has no version that was published."""
    versions = ProgrammeVersion.objects.filter(programme__code=code, state__in=_PUBLIC)
    published = PageRevision.objects.filter(state=RevisionState.PUBLISHED)
    return _page(list(_with_words(versions, published)), at)


def preview_page(code: str, at: datetime, *, version: int | None = None) -> ProgrammePage | None:
    """The same with the drafts of its texts in place, and with the version of that id, whatever its state.

    Without an id, a draft version is shown only where the public sees none.
    """
    versions = ProgrammeVersion.objects.filter(programme__code=code)
    if version is not None:
        versions = versions.filter(pk=version)
    found = list(_with_words(versions, PageRevision.objects.all()))
    return _page([one for one in found if one.state in _PUBLIC] or found, at)


def _page(versions: list[Any], at: datetime) -> ProgrammePage | None:
    if not versions:
        return None
    ended = all(_has_ended(version, at) for version in versions)
    # What has ended has no use for intakes, nor what has not for other programmes.
    intakes = [] if ended else list(_intakes().filter(version__programme=versions[0].programme_id))
    offer = _offer(versions, intakes, at)
    others = _others(offer, at) if ended else ()
    chosen: Any = offer.version
    return ProgrammePage(offer, tuple(_sections(offer, chosen.words)), _suspensions(chosen.suspensions, at), others)


def _in_order(versions: QuerySet[ProgrammeVersion]) -> QuerySet[ProgrammeVersion]:
    policies = EngagementPolicy.objects.filter(version=OuterRef("pk")).exclude(adopted_at=None).order_by("-number")
    return (
        versions.select_related("programme")
        .annotate(policy_number=Subquery(policies.values("number")[:1]))
        .order_by("programme__name", "programme_id", "-effective_from", "-pk")
    )


def _intakes() -> QuerySet[Intake]:
    published = Intake.objects.filter(version__state=VersionState.PUBLISHED)
    return published.select_related("delivery_partner").order_by("opens_at", "pk")


def _with_words(versions: QuerySet[ProgrammeVersion], revisions: QuerySet[PageRevision]) -> QuerySet[ProgrammeVersion]:
    newest = revisions.filter(text__programme=OuterRef("programme")).order_by("text_id", "-number").distinct("text_id")
    suspensions = FundingSuspension.objects.filter(programme=OuterRef("programme")).order_by("from_on")
    return _in_order(versions).annotate(
        words=JSONObject(
            rows=ArraySubquery(newest.values(row=JSONObject(section="text__section", body="body", state="state")))
        ),
        suspensions=JSONObject(
            rows=ArraySubquery(
                suspensions.values(row=JSONObject(source="source", from_on="from_on", to_on="to_on", words="words"))
            )
        ),
    )


def _has_ended(version: ProgrammeVersion, at: datetime) -> bool:
    if version.state == VersionState.RETIRED:
        return True
    return version.ended_on is not None and version.ended_on < london_date(at)


def _offer(versions: list[ProgrammeVersion], intakes: Iterable[Intake], at: datetime) -> Offer:
    """Of the versions of one programme, newest first, the one that can be applied for next; else the newest alive."""
    alive = {version.pk: version for version in versions if not _has_ended(version, at)}
    ours = tuple(intake for intake in intakes if intake.version_id in alive)
    newest = next(iter(alive.values()), versions[0])
    offer = Offer(newest, ours, at)
    told = [*offer.open_intakes, *offer.intakes_to_come]
    return Offer(alive[told[0].version_id], ours, at) if told else offer


def _prominence(offer: Offer) -> tuple[bool, bool, bool]:
    return offer.has_ended, not offer.open_intakes, not offer.intakes_to_come


def _others(offer: Offer, at: datetime) -> tuple[Programme, ...]:
    versions = ProgrammeVersion.objects.filter(state=VersionState.PUBLISHED)
    alive = [one for one in _in_order(versions.exclude(programme=offer.programme)) if not _has_ended(one, at)]
    return tuple(dict.fromkeys(version.programme for version in alive))


def _sections(offer: Offer, words: Mapping[str, Any]) -> Iterator[Section]:
    written = {row["section"]: row for row in words["rows"]}
    asked_for = any("{past_participants}" in row["body"] for row in written.values())
    figures = figures_of(
        offer.plan,
        provider_name=settings.PROVIDER_NAME,
        past_participants=past_participants(offer.programme) if asked_for else 0,
    )
    for section in PageSection:
        row = written.get(section)
        # Emptied on purpose, a section leaves the page; one never written stands where there are facts to give.
        if row["body"] if row else _has_facts(section, offer):
            yield Section(
                name=section,
                title=_PAST_TITLES.get(section, section.label) if offer.has_ended else section.label,
                body=fill(row["body"], figures) if row else "",
                is_draft=row is not None and row["state"] == RevisionState.DRAFT,
            )


def _has_facts(section: PageSection, offer: Offer) -> bool:
    facts: dict[PageSection, Any] = {
        PageSection.HOW: offer.version.delivery_months,
        PageSection.CONTENT: offer.plan.areas or offer.plan.framework_document_url,
        PageSection.COMMITMENT: offer.plan.items,
        PageSection.ASSESSMENT: offer.plan.tasks,
        PageSection.COST: True,
        PageSection.CONTACT: True,
    }
    return bool(facts.get(section))


def _suspensions(rows: Mapping[str, Any], at: datetime) -> tuple[SuspensionLine, ...]:
    plans = [
        SuspensionPlan(
            source=row["source"],
            from_on=date.fromisoformat(row["from_on"]),
            to_on=date.fromisoformat(row["to_on"]) if row["to_on"] else None,
            words=row["words"],
        )
        for row in rows["rows"]
    ]
    return tuple(
        SuspensionLine(
            source=FundingSource(plan.source).label,
            from_on=plan.from_on,
            to_on=plan.to_on,
            words=plan.words,
            is_on=is_suspended([plan], source=plan.source, on=london_date(at)),
        )
        for plan in plans
    )
