"""Versions of programmes: loaded or copied, edited while drafts, published, retired."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import groupby

from django.db import transaction

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.programmes.errors import (
    DraftEdited,
    IntakeNotOver,
    LabelFaulty,
    LabelInUse,
    LabelTaken,
    ProgrammeDiffers,
    VersionFaulty,
    VersionFrozen,
    VersionNotDraft,
    VersionNotPublished,
)
from npqh_portal.programmes.models import (
    AssessmentTask,
    Behaviour,
    ContentArea,
    Course,
    EngagementPolicy,
    FundingSuspension,
    Item,
    LearningStatement,
    PageRevision,
    PageText,
    Programme,
    ProgrammeVersion,
)
from npqh_portal.programmes.queries import plan_of
from npqh_portal.programmes.rules.compare import Difference, differences
from npqh_portal.programmes.rules.faults import faults_of
from npqh_portal.programmes.rules.plans import FIGURES, Framework, is_code
from npqh_portal.programmes.states import LEGAL_MOVES, RevisionState, VersionState

from .policies import columns_of, write_components

_PROGRAMME_WORDS = ("name", "award", "framework")


@transaction.atomic
def load_version(plan: Framework, *, digest: str, by: User | None) -> ProgrammeVersion:
    """A draft of what a framework file says. The same file, known by its digest, gives the version it gave before.

    A changed file of the same label replaces its draft, unless somebody has worked on that by hand; a published
    version of that label refuses it. Page texts and suspensions that the programme lacks come with it.
    Raises ProgrammeDiffers, LabelTaken, DraftEdited.
    """
    words = {name: getattr(plan, name) for name in _PROGRAMME_WORDS}
    programme, _ = Programme.objects.get_or_create(code=plan.code, defaults=words)
    programme = lock(programme)
    if known := ProgrammeVersion.objects.filter(digest=digest).first():
        return known
    if any(getattr(programme, name) != word for name, word in words.items()):
        raise ProgrammeDiffers(programme.code, programme.name)
    version = programme.versions.filter(label=plan.label).first()
    if version is None:
        version = ProgrammeVersion(programme=programme, label=plan.label)
    elif version.state != VersionState.DRAFT:
        raise LabelTaken(str(version))
    elif version.edited_at or not version.digest:
        raise DraftEdited(str(version))
    version.digest = digest
    version.loaded_at = clock.now()
    _write(version, plan)
    _add_texts(programme, plan)
    _add_suspensions(programme, plan)
    record("version.loaded", version, facts={"digest": digest, "programme": programme.pk}, by=by)
    return version


@transaction.atomic
def copy_version(version: ProgrammeVersion, *, label: str, by: User | None) -> ProgrammeVersion:
    """A draft that is like the version but for its label. Raises LabelFaulty, LabelInUse."""
    programme = lock(version.programme)
    version = lock(version)
    if not is_code(label):
        raise LabelFaulty
    if known := programme.versions.filter(label=label).first():
        raise LabelInUse(str(known))
    copy = ProgrammeVersion(programme=programme, label=label)
    _write(copy, plan_of(version))
    record("version.copied", copy, facts={"from": version.pk, "programme": programme.pk}, by=by)
    return copy


@transaction.atomic
def edit_draft(
    version: ProgrammeVersion, change: Callable[[Framework], Framework], *, by: User | None
) -> list[Difference]:
    """Change a draft by hand and tell what that changed; from then on no file is loaded over it.

    `change` gets what the draft says now. Where it gives the same back nothing is written.
    Raises VersionFrozen, and what `change` raises.
    """
    version = lock(version)
    if version.state != VersionState.DRAFT:
        raise VersionFrozen(str(version), version.get_state_display())
    before = plan_of(version)
    after = change(before)
    found = differences(before, after)
    if found:
        version.edited_at = clock.now()
        _write(version, after)
        record("version.edited", version, facts=_facts(found), by=by)
    return found


@transaction.atomic
def publish_version(version: ProgrammeVersion, *, by: User | None) -> ProgrammeVersion:
    """From now on the version can be applied to, and the database refuses to change it.

    Raises VersionNotDraft, VersionFaulty.
    """
    version = lock(version)
    if VersionState.PUBLISHED not in LEGAL_MOVES[VersionState(version.state)]:
        raise VersionNotDraft(str(version), version.get_state_display())
    if faults := faults_of(plan_of(version)):
        raise VersionFaulty(str(version), len(faults))
    version.state = VersionState.PUBLISHED
    version.published_at = clock.now()
    version.save(update_fields=["state", "published_at"])
    record("version.published", version, facts={"digest": version.digest}, by=by)
    return version


@transaction.atomic
def retire_version(version: ProgrammeVersion, *, by: User | None) -> ProgrammeVersion:
    """From now on nobody can apply for the version; whoever is enrolled keeps it.

    Raises VersionNotPublished, and IntakeNotOver while an intake of it, paused or not, may yet take applications.
    """
    version = lock(version)
    if VersionState.RETIRED not in LEGAL_MOVES[VersionState(version.state)]:
        raise VersionNotPublished(str(version), version.get_state_display())
    if intake := version.intakes.filter(closes_at__gt=clock.now()).first():
        raise IntakeNotOver(str(version), intake.name)
    version.state = VersionState.RETIRED
    version.save(update_fields=["state"])
    record("version.retired", version, by=by)
    return version


def _facts(found: Iterable[Difference]) -> dict[str, Fact]:
    """What was done to which codes and columns, by group: {"items": "changed culture-seminar, added culture-visit"}."""
    ordered = sorted(found, key=lambda one: one.group)
    return {
        group: ", ".join(f"{one.how} {one.key}".strip() for one in of_group)
        for group, of_group in groupby(ordered, key=lambda one: one.group.value)
    }


def _write(version: ProgrammeVersion, plan: Framework) -> None:
    for name in FIGURES:
        setattr(version, name, getattr(plan, name))
    version.cycle = list(plan.cycle)
    version.save()
    _write_parts(version, plan)


def _add_texts(programme: Programme, plan: Framework) -> None:
    """The sections that have none yet: what stands there already are the provider's own words."""
    known = set(programme.texts.values_list("section", flat=True))
    for section, body in plan.texts:
        if section not in known:
            text = PageText.objects.create(programme=programme, section=section)
            PageRevision.objects.create(
                text=text, number=1, state=RevisionState.PUBLISHED, body=body, published_at=clock.now()
            )


def _add_suspensions(programme: Programme, plan: Framework) -> None:
    for suspension in plan.suspensions:
        FundingSuspension.objects.get_or_create(
            programme=programme,
            source=suspension.source,
            from_on=suspension.from_on,
            defaults={"to_on": suspension.to_on, "words": suspension.words},
        )


def _write_parts(version: ProgrammeVersion, plan: Framework) -> None:
    of_version = (
        version.items, version.courses, version.areas, version.behaviours, version.policies, version.tasks,
    )  # fmt: skip
    for parts in of_version:
        parts.all().delete()
    areas = {
        area.number: ContentArea(
            version=version,
            number=area.number,
            name=area.name,
            part=area.part,
            in_every_course=area.in_every_course,
        )
        for area in plan.areas
    }
    ContentArea.objects.bulk_create(areas.values())
    LearningStatement.objects.bulk_create(
        LearningStatement(version=version, area=areas[area.number], number=number, text=text)
        for area in plan.areas
        for number, text in enumerate(area.statements, start=1)
    )
    Behaviour.objects.bulk_create(
        Behaviour(version=version, number=number, **asdict(behaviour))
        for number, behaviour in enumerate(plan.behaviours, start=1)
    )
    courses = {
        course.code: Course(
            version=version,
            code=course.code,
            number=number,
            title=course.title,
            is_implementation=course.is_implementation,
        )
        for number, course in enumerate(plan.courses, start=1)
    }
    Course.objects.bulk_create(courses.values())
    for course in plan.courses:
        courses[course.code].areas.set([areas[number] for number in course.areas])
    Item.objects.bulk_create(
        Item(
            version=version,
            course=courses.get(item.course),
            code=item.code,
            number=number,
            title=item.title,
            kind=item.kind,
            minutes=item.minutes,
            term=item.term,
            mode=item.mode,
        )
        for number, item in enumerate(plan.items, start=1)
    )
    policy = EngagementPolicy.objects.create(
        version=version, number=1, adopted_at=clock.now(), **columns_of(plan.policy)
    )
    write_components(policy, plan.policy.components)
    AssessmentTask.objects.bulk_create(
        AssessmentTask(version=version, number=number, **(asdict(task) | {"sections": list(task.sections)}))
        for number, task in enumerate(plan.tasks, start=1)
    )
