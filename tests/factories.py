"""Rows for tests, written plainly. A test shows the facts it relies on; everything else is the least that is legal."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from applications.models import Application, FormVersion
from applications.rules.standard import STANDARD
from applications.states import ApplicationState, FormState
from cohorts.models import (
    AssessmentWindow,
    Cohort,
    Enrolment,
    Facilitation,
    Group,
    Membership,
    PersonalItem,
    Seminar,
    Venue,
)
from cohorts.states import CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.people.models import Organisation, RoleGrant, User
from npqh_portal.people.roles import KINDS_OF_ROLE, Role
from npqh_portal.programmes.kinds import ItemKind, Mode
from npqh_portal.programmes.models import (
    AssessmentTask,
    Course,
    EngagementPolicy,
    Intake,
    Item,
    PolicyComponent,
    Programme,
    ProgrammeVersion,
    StudyPage,
    StudyRevision,
)
from npqh_portal.programmes.states import RevisionState, VersionState
from npqh_portal.schools.models import School

_number = count(1)


def a_person(*roles: Role, organisation: Organisation | None = None, **fields: Any) -> User:
    n = next(_number)
    fields = {"email": f"person{n}@school.example", "full_name": f"Person {n}"} | fields
    person = User.objects.create_user(**fields)
    for role in roles:
        a_grant(person, role, organisation=organisation)
    return person


def a_grant(person: User, role: Role, *, organisation: Organisation | None = None, **fields: Any) -> RoleGrant:
    kinds = sorted(KINDS_OF_ROLE.get(role, ()))
    fields = {"kind": kinds[0] if kinds else "", "starts_on": date(2020, 1, 1)} | fields
    return RoleGrant.objects.create(person=person, role=role, organisation=organisation, **fields)


def a_provider(name: str = "Larkfell Leadership Partnership") -> Organisation:
    return Organisation.objects.get_or_create(name=name, defaults={"kind": Organisation.Kind.PROVIDER})[0]


def a_partner(name: str = "Fellside Partners") -> Organisation:
    return Organisation.objects.get_or_create(name=name, defaults={"kind": Organisation.Kind.DELIVERY_PARTNER})[0]


def a_school(**fields: Any) -> School:
    n = next(_number)
    return School.objects.create(**({"urn": f"9{n:05}", "name": f"Fictional School {n}"} | fields))


def a_version(*, state: VersionState = VersionState.PUBLISHED, policy: bool = True, **fields: Any) -> ProgrammeVersion:
    """A version without items: its engagement sum is by minutes, combined, 90 %."""
    n = next(_number)
    programme = Programme.objects.create(
        code=f"npqh-{n}",
        name="NPQ in Headship",
        award="National Professional Qualification for Headship",
        framework="reformed",
    )
    fields = {
        "label": "2026",
        "digest": f"{n:064}",
        "effective_from": date(2021, 9, 1),
        "delivery_months": 18,
        "assessment_months": 3,
        "extension_months_most": 6,
        "terms": 5,
    } | fields
    version = ProgrammeVersion.objects.create(programme=programme, **fields)
    if policy:
        a_policy(version)
    AssessmentTask.objects.create(version=version, code="case-study", number=1, title="Case study", word_limit=1500)
    if state is not VersionState.DRAFT:
        ProgrammeVersion.objects.filter(pk=version.pk).update(state=state, published_at=clock.now())
        version.refresh_from_db()
    return version


def a_policy(version: ProgrammeVersion, *, number: int = 1, **fields: Any) -> EngagementPolicy:
    """One in force: the first comes with its version, a later one is adopted once it is whole."""
    adopted_at = clock.now() if number == 1 else None
    policy = EngagementPolicy.objects.create(
        version=version, number=number, adopted_at=adopted_at, **({"threshold_percent": 90} | fields)
    )
    PolicyComponent.objects.create(
        policy=policy, code="all", name="The whole course", number=1, kinds=[kind.value for kind in ItemKind]
    )
    if adopted_at is None:
        policy.adopted_at = clock.now()
        policy.save(update_fields=["adopted_at"])
    return policy


def an_item(version: ProgrammeVersion, *, minutes: int = 120, kind: ItemKind = ItemKind.SEMINAR, **fields: Any) -> Item:
    """Add items to a draft version: a published one is frozen."""
    n = next(_number)
    mode = Mode.FACE_TO_FACE if kind in {ItemKind.SEMINAR, ItemKind.CONFERENCE} else Mode.SELF_STUDY
    fields = {"code": f"item-{n}", "number": n, "title": f"Item {n}", "mode": mode} | fields
    return Item.objects.create(version=version, minutes=minutes, kind=kind, **fields)


def a_course(version: ProgrammeVersion, **fields: Any) -> Course:
    n = next(_number)
    return Course.objects.create(
        version=version, **({"code": f"course-{n}", "number": n, "title": f"Course {n}"} | fields)
    )


def a_study_page(item: Item, *, body: str = "Some words.", minutes: int = 10, **fields: Any) -> StudyPage:
    """Behind the pages that the item has; its first revision is published."""
    pages = StudyPage.objects.filter(programme=item.version.programme, item_code=item.code)
    place = pages.count() + 1
    title = fields.pop("title", f"Page {place}")
    page = StudyPage.objects.create(
        programme=item.version.programme, item_code=item.code, place=place, title=title, **fields
    )
    StudyRevision.objects.create(
        page=page, number=1, title=title, minutes=minutes, body=body, state=RevisionState.PUBLISHED,
        published_at=clock.now(),
    )  # fmt: skip
    return page


def published(version: ProgrammeVersion) -> ProgrammeVersion:
    ProgrammeVersion.objects.filter(pk=version.pk).update(state=VersionState.PUBLISHED, published_at=clock.now())
    version.refresh_from_db()
    return version


def an_intake(version: ProgrammeVersion, **fields: Any) -> Intake:
    now = clock.now()
    fields = {
        "name": "February 2027",
        "provider": a_provider(),
        "opens_at": now - timedelta(days=30),
        "closes_at": now + timedelta(days=30),
        "starts_on": clock.today() + timedelta(days=90),
        "capacity": 24,
        "contact_name": "Tobias Farrant",
        "contact_email": "npqh@larkfell.example",
    } | fields
    return Intake.objects.create(version=version, **fields)


def an_application(
    person: User, intake: Intake, *, state: ApplicationState = ApplicationState.SUBMITTED, **fields: Any
) -> Application:
    n = next(_number)
    if state is not ApplicationState.DRAFT:
        fields = {"reference": f"A{n:07}", "submitted_at": clock.now()} | fields
    if state in {ApplicationState.ACCEPTED, ApplicationState.DECLINED}:
        fields = {"decided_at": clock.now()} | fields
    if state in {ApplicationState.WAITLISTED, ApplicationState.OFFERED, ApplicationState.LAPSED}:
        fields = {"waitlisted_at": clock.now()} | fields
    if "form" not in fields:
        fields["form"] = a_form(intake.version.programme)
    return Application.objects.create(
        person=person, intake=intake, state=state, **({"full_name": person.full_name} | fields)
    )


# The columns of a draft with nothing left to do.
FINISHED: dict[str, Any] = {
    "full_name": "Ines Tarbeck", "date_of_birth": date(1980, 2, 29), "has_trn": True, "trn": "1234567",
    "role": "Deputy headteacher", "role_reach": "one_school", "headship": "aspiring",
    "works_in_england": True, "work_setting": "a_school", "school_name": "Marlowick Primary School",
    "previously_funded": False, "funding_route": "school", "statement": "To read more.", "wants_one_to_one": False,
    "needs_adjustments": False, "agreed_at": datetime(2026, 9, 1, tzinfo=UTC), "endorser_role": "headteacher",
    "endorser_name": "Orla Thwaite", "endorser_email": "head@marlowick.example",
}  # fmt: skip


def a_form(programme: Programme, **fields: Any) -> FormVersion:
    """Number 1 of a programme, published, unless the fields say otherwise."""
    stands = {"state": FormState.PUBLISHED, "published_at": clock.now()} | STANDARD | fields
    return FormVersion.objects.get_or_create(programme=programme, number=stands.pop("number", 1), defaults=stands)[0]


def a_cohort(version: ProgrammeVersion, *, windows: bool = True, **fields: Any) -> Cohort:
    """A running cohort that began a hundred days ago, with assessment window 1 in the first month after delivery."""
    n = next(_number)
    fields = {
        "name": f"Cohort {n}",
        "provider": a_provider(),
        "starts_on": clock.today() - timedelta(days=100),
        "capacity": 24,
        "state": CohortState.RUNNING,
    } | fields
    cohort = Cohort.objects.create(version=version, **fields)
    if windows:
        opens = cohort.starts_on + timedelta(days=565)
        a_window(cohort, opens_on=opens, closes_on=opens + timedelta(days=7))
    return cohort


def a_window(cohort: Cohort, *, opens_on: date, closes_on: date, number: int = 1) -> AssessmentWindow:
    return AssessmentWindow.objects.create(cohort=cohort, number=number, opens_on=opens_on, closes_on=closes_on)


def a_group(cohort: Cohort, facilitator: User | None = None, **fields: Any) -> Group:
    n = next(_number)
    group = Group.objects.create(cohort=cohort, **({"name": f"Group {n}", "capacity": cohort.capacity} | fields))
    if facilitator:
        Facilitation.objects.create(group=group, person=facilitator, from_on=cohort.starts_on)
    return group


def an_enrolment(cohort: Cohort, group: Group | None = None, person: User | None = None, **fields: Any) -> Enrolment:
    """Somebody on the cohort since its start, with every item of the version on their list."""
    person = person or a_person(Role.PARTICIPANT)
    enrolment = Enrolment.objects.create(person=person, version=cohort.version, **fields)
    Membership.objects.create(enrolment=enrolment, cohort=cohort, group=group, from_on=cohort.starts_on)
    PersonalItem.objects.bulk_create(
        PersonalItem(enrolment=enrolment, item=item) for item in cohort.version.items.all()
    )
    return enrolment


def a_venue(**fields: Any) -> Venue:
    n = next(_number)
    return Venue.objects.create(**({"name": f"Village Hall {n}", "capacity": 40} | fields))


def a_seminar(
    cohort: Cohort, item: Item, group: Group | None = None, *, starts_at: datetime | None = None, **fields: Any
) -> Seminar:
    """Yesterday at this hour, for the item's minutes, in a hall of its own."""
    starts_at = starts_at or clock.now() - timedelta(days=1)
    fields = {
        "facilitator": fields.pop("facilitator", None) or a_person(Role.FACILITATOR),
        "ends_at": starts_at + timedelta(minutes=item.minutes),
        "mode": Mode.FACE_TO_FACE,
        "state": SeminarState.SCHEDULED,
    } | fields
    if fields["mode"] == Mode.FACE_TO_FACE and "venue" not in fields:
        fields["venue"] = a_venue()
    return Seminar.objects.create(cohort=cohort, group=group, item=item, starts_at=starts_at, **fields)
