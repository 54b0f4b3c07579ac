"""Loading and publishing versions of programmes."""

from dataclasses import asdict

from django.db import transaction

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.programmes.errors import LabelTaken, ProgrammeDiffers, VersionNotDraft
from npqh_portal.programmes.models import (
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
)
from npqh_portal.programmes.rules.plans import Framework
from npqh_portal.programmes.states import LEGAL_MOVES, VersionState

_PROGRAMME_WORDS = ("name", "award", "framework")
_FIGURES = (
    "effective_from", "effective_to", "ended_on", "delivery_months", "assessment_months", "extension_months_most",
    "terms", "terms_least", "day_equivalents", "day_minutes", "assessed_by", "fee_pence", "submissions_included",
    "resubmission_charge", "resubmission_fee_pence", "framework_document_title", "framework_document_edition",
    "framework_document_url", "summary",
)  # fmt: skip


@transaction.atomic
def load_version(plan: Framework, *, digest: str, by: User | None) -> ProgrammeVersion:
    """A draft of what a framework file says. The same file, known by its digest, gives the version it gave before.

    A changed file of the same label replaces its draft; a published version of that label refuses it.
    """
    words = {name: getattr(plan, name) for name in _PROGRAMME_WORDS}
    programme, _ = Programme.objects.get_or_create(code=plan.code, defaults=words)
    programme = lock(programme)
    if known := ProgrammeVersion.objects.filter(digest=digest).first():
        return known
    if any(getattr(programme, name) != word for name, word in words.items()):
        raise ProgrammeDiffers(programme.code, programme.name)
    version = programme.versions.filter(label=plan.label).first() or ProgrammeVersion(
        programme=programme, label=plan.label
    )
    if version.state != VersionState.DRAFT:
        raise LabelTaken(str(version))
    for name in _FIGURES:
        setattr(version, name, getattr(plan, name))
    version.cycle = list(plan.cycle)
    version.digest = digest
    version.loaded_at = clock.now()
    version.save()
    _write_parts(version, plan)
    record("version.loaded", version, facts={"digest": digest, "programme": programme.pk}, by=by)
    return version


@transaction.atomic
def publish_version(version: ProgrammeVersion, *, by: User | None) -> ProgrammeVersion:
    """From now on the version can be applied to, and the database refuses to change it."""
    version = lock(version)
    if VersionState.PUBLISHED not in LEGAL_MOVES[VersionState(version.state)]:
        raise VersionNotDraft(str(version), version.get_state_display())
    version.state = VersionState.PUBLISHED
    version.published_at = clock.now()
    version.save(update_fields=["state", "published_at"])
    record("version.published", version, facts={"digest": version.digest}, by=by)
    return version


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
    own = {name: value for name, value in asdict(plan.policy).items() if name != "components"}
    policy = EngagementPolicy.objects.create(version=version, number=1, **own)
    PolicyComponent.objects.bulk_create(
        PolicyComponent(policy=policy, number=number, **(asdict(part) | {"kinds": list(part.kinds)}))
        for number, part in enumerate(plan.policy.components, start=1)
    )
    AssessmentTask.objects.bulk_create(
        AssessmentTask(version=version, number=number, **(asdict(task) | {"sections": list(task.sections)}))
        for number, task in enumerate(plan.tasks, start=1)
    )
