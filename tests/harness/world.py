"""A small world with one person of every role, and one of everything that a page may show, in four places.

OWN is what the person in the role has, leads or marks. OTHERS is in the same cohort and somebody else's.
OTHER_COHORT is in another cohort of the same delivery partner, OTHER_ORGANISATION with another partner.
A new table joins the world here, or `test_statements.py` fails and says so.
"""

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from itertools import count
from secrets import token_bytes
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from applications.models import (
    Application,
    ApplicationImport,
    Decision,
    Endorsement,
    FundingDecision,
    InformationRequest,
    Interest,
    MissingSchool,
    Note,
    Offer,
    Review,
    ReviewNote,
    StrandDecision,
)
from applications.rules.funding import FundingFacts
from applications.states import ApplicationState, FormState
from assessments.models import (
    Allocation,
    Certificate,
    Mark,
    MarkFeedback,
    Outcome,
    OutcomeRelease,
    Submission,
    SubmittedFile,
    Verdict,
)
from assessments.states import CertificateState, SubmissionState
from cohorts.kinds import CalendarWay
from cohorts.models import (
    Absence,
    Appeal,
    AppealFile,
    AppealStep,
    AttendanceMark,
    AttendanceNote,
    BehaviourRating,
    BoardPresentation,
    Booking,
    CalendarChoice,
    CalendarFeed,
    CatchUp,
    CatchUpFile,
    CatchUpOffer,
    ChangeProject,
    Cohort,
    Completion,
    Contact,
    CourseChange,
    CreditReason,
    DirectoryEntry,
    Enrolment,
    Extension,
    FacilitatorProfile,
    FormativeFile,
    FormativeRound,
    FormativeWork,
    Group,
    GuestPlace,
    Invitation,
    LedgerEntry,
    PageRead,
    PastImport,
    PastRun,
    PendingChange,
    Placement,
    PlacementDay,
    PlacementDecline,
    Reflection,
    SchoolTerm,
    SchoolVisit,
    SelfEvaluation,
    Seminar,
    SeminarChange,
    SupportAction,
    SupportMatch,
    SupportMeeting,
    TimetablePublication,
)
from cohorts.queries.calendars import key_digest
from cohorts.states import CohortState, PastImportState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.notifications.states import MessageState
from npqh_portal.people.models import DfeIdentity, Organisation, PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, PageSection
from npqh_portal.programmes.models import (
    Behaviour,
    ContentArea,
    FundingSuspension,
    Item,
    LearningStatement,
    PageRevision,
    PageText,
    StudyFile,
    StudyRevision,
)
from npqh_portal.programmes.states import VersionState
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.models import (
    Affiliation,
    EligibilityEntry,
    EligibilityList,
    SchoolChange,
    SchoolImport,
    SchoolLink,
)
from npqh_portal.schools.states import ImportState
from tests import factories as make
from tests.web.pictures import a_png

numbers = count(1)


class Whose(StrEnum):
    OWN = "own"
    OTHERS = "another's"
    OTHER_COHORT = "another cohort's"
    OTHER_ORGANISATION = "another organisation's"


class Stage(IntEnum):
    """How far a script has come, and who sent it. The participant of each place has passed and holds a certificate."""

    RECEIVED = 1
    ALLOCATED = 2
    MARKED = 3
    MODERATED = 4
    CONFIRMED = 5
    RELEASED = 6
    BLOCKED = 7  # passed and told so, but not engaged enough for a certificate


STATE_AT = dict(zip(Stage, [*SubmissionState, SubmissionState.CONFIRMED, SubmissionState.CONFIRMED], strict=True))

# Held for the whole provider in the world; every other role is held for one delivery partner.
FOR_THE_PROVIDER = {Role.ADMINISTRATOR, Role.FINANCE}


@dataclass
class Place:
    """One of the four places: who is there, and the rows, each list as long as the world was asked for."""

    cohort: Cohort
    group: Group
    people: dict[Role, User]
    drafts: list[Application] = field(default_factory=list)
    sent: list[Application] = field(default_factory=list)
    offered: list[Application] = field(default_factory=list)
    accepted: list[Application] = field(default_factory=list)
    seminars: list[Seminar] = field(default_factory=list)
    enrolments: dict[Stage, list[Enrolment]] = field(default_factory=lambda: defaultdict(list))
    scripts: dict[Stage, list[Submission]] = field(default_factory=lambda: defaultdict(list))
    certificates: list[Certificate] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    passkeys: list[Authenticator] = field(default_factory=list)
    deeds: list[Entry] = field(default_factory=list)
    support: list[SupportMatch] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    guest_places: list[GuestPlace] = field(default_factory=list)
    visits: list[SchoolVisit] = field(default_factory=list)
    placement_days: list[PlacementDay] = field(default_factory=list)
    unsupported: list[Enrolment] = field(default_factory=list)
    catch_ups: list[CatchUp] = field(default_factory=list)
    offers: list[CatchUpOffer] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    formative: list[FormativeRound] = field(default_factory=list)
    projects: list[ChangeProject] = field(default_factory=list)
    reflections: list[Reflection] = field(default_factory=list)
    mates_reflections: list[Reflection] = field(default_factory=list)
    coachs_reflections: list[Reflection] = field(default_factory=list)

    @property
    def participant(self) -> User:
        return self.people[Role.PARTICIPANT]


@dataclass
class World:
    people: dict[Role, User]
    places: dict[Whose, Place]

    @property
    def own(self) -> Place:
        return self.places[Whose.OWN]


def build(*, many: int = 1) -> World:
    """Everyone in `people` holds one role only."""
    ours, theirs = make.a_partner("Fellside Partners"), make.a_partner("Moorside Partners")
    people = {role: make.a_person(role, organisation=None if role in FOR_THE_PROVIDER else ours) for role in Role}
    for person in people.values():
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)
    own_cohort = a_cohort(ours, many)
    places = {
        Whose.OWN: a_place(own_cohort, people, many),
        Whose.OTHERS: a_place(own_cohort, new_people(ours), many),
        Whose.OTHER_COHORT: a_place(a_cohort(ours, many), new_people(ours), many),
        Whose.OTHER_ORGANISATION: a_place(a_cohort(theirs, many), new_people(theirs), many),
    }
    for number in range(many):
        what_hangs_on_no_place(number)
        make.a_group(make.a_cohort(make.a_version(), delivery_partner=ours), people[Role.FACILITATOR])
    return World(people, places)


def new_people(partner: Organisation) -> dict[Role, User]:
    roles = (Role.PARTICIPANT, Role.FACILITATOR, Role.COACH, Role.ASSESSOR, Role.MODERATOR)
    return {role: make.a_person(role, organisation=partner) for role in roles}


def a_cohort(partner: Organisation, many: int) -> Cohort:
    """In assessment: its second window is open today. Of its seminars one has a register, at least one has none yet."""
    version = make.a_version(state=VersionState.DRAFT)
    for _ in range(many):
        course = make.a_course(version)
        area = ContentArea.objects.create(version=version, number=course.number, name="Leading", in_every_course=True)
        course.areas.add(area)
        LearningStatement.objects.create(version=version, area=area, number=1, text="Lead a change.")
        Behaviour.objects.create(version=version, number=course.number, name=course.title, descriptor="Keeps at it.")
        make.an_item(version, course=course)
        make.an_item(version, course=course)
        make.an_item(version, course=course, kind=ItemKind.MODULE)
        make.an_item(version, course=course, kind=ItemKind.SCHOOL_VISIT)
        make.an_item(version, course=course, kind=ItemKind.FORMATIVE_TASK)
        make.an_item(version, course=course, kind=ItemKind.PRACTICAL_CYCLE)
        make.an_item(version, course=course, kind=ItemKind.REFLECTION)
    version.tasks.update(presented_to="placement_board", placement_days_least=9, terms_least=2)
    make.published(version)
    for item in version.items.filter(kind=ItemKind.MODULE):
        pages_of(item, many)
    for section in list(PageSection)[:many]:
        text = PageText.objects.create(programme=version.programme, section=section)
        PageRevision.objects.create(
            text=text, number=1, state="published", body="For **{months}** months.", published_at=clock.now()
        )
        PageRevision.objects.create(text=text, number=2, body="- Longer, for some")
    today = clock.today()
    cohort = make.a_cohort(
        version,
        delivery_partner=partner,
        capacity=100,
        state=CohortState.ASSESSING,
        starts_on=today - timedelta(days=600),
        windows=False,
    )
    make.a_window(cohort, number=1, opens_on=today - timedelta(days=40), closes_on=today - timedelta(days=33))
    make.a_window(cohort, number=2, opens_on=today - timedelta(days=2), closes_on=today + timedelta(days=5))
    return cohort


def pages_of(item: Item, many: int) -> None:
    """Each published, with a draft, and a picture that both show."""
    for number in range(many + 1):
        body = "![The ridge](file:ridge.png)\n\nhttps://vimeo.com/123456"
        page = make.a_study_page(item, body=body)
        StudyFile.objects.create(
            page=page, name="ridge.png", kind="png", size_bytes=len(a_png()), sha256=64 * "0",
            stored_name=default_storage.save(f"study/{page.pk}-{number}.png", ContentFile(a_png())),
        )  # fmt: skip
        StudyRevision.objects.create(page=page, number=2, title=page.title, minutes=9, body=f"{body}\n\nMore.")


def a_place(cohort: Cohort, people: dict[Role, User], many: int) -> Place:
    place = Place(cohort, make.a_group(cohort, people[Role.FACILITATOR]), people)
    for _ in range(many):
        apply_in_every_state(place)
    timetable(place)
    for stage in Stage:
        for number in range(many):
            first = stage is Stage.RELEASED and number == 0
            take_part(place, place.participant if first else make.a_person(Role.PARTICIPANT), stage)
    calendars(place, many)
    issue_again(place)
    FacilitatorProfile.objects.create(person=people[Role.FACILITATOR], headline="Head", is_shown=True)
    for number in range(many):
        days_away(place)
        attend_elsewhere_once(place)
        catch_up_on_what_was_missed(place, place.enrolments[Stage.RELEASED][number])
        question_the_mark(place, place.enrolments[Stage.RELEASED][number])
        place.contacts.append(
            Contact.objects.create(
                enrolment=place.enrolments[Stage.RELEASED][0],
                way="call",
                on=clock.today(),
                note="Rang them.",
                by=people[Role.FACILITATOR],
            )
        )
        support_beside(place, place.enrolments[Stage.RELEASED][number], many)
        beside_the_course(place, place.enrolments[Stage.RELEASED][number], many)
        writes(place, place.enrolments[Stage.RELEASED][number], place.enrolments[Stage.MARKED][number])
        place.messages.append(a_message(place.participant, f"{place.group.pk}:{number}"))
        place.passkeys.append(a_passkey(place.participant))
        doer = people.get(Role.PROGRAMME_LEAD, place.participant)
        place.deeds.append(record("person.added", place.participant, words={"reason": "Invited."}, by=doer))
        issue_again(place)
    return place


def apply_in_every_state(place: Place) -> None:
    """Each to an intake of its own: the place's participant has a draft and one sent, somebody waits for a place."""

    def apply(person: User, state: ApplicationState) -> Application:
        intake = make.an_intake(
            place.cohort.version, delivery_partner=place.cohort.delivery_partner, name=f"Intake {next(numbers)}"
        )
        school = make.a_school()
        Affiliation.objects.create(person=person, school=school, from_on=clock.today())
        return make.an_application(person, intake, state=state, school=school, school_name=school.name)

    place.drafts.append(apply(place.participant, ApplicationState.DRAFT))
    MissingSchool.objects.create(application=place.drafts[-1], name="Brand New School")
    place.sent.append(apply(place.participant, ApplicationState.SUBMITTED))
    Endorsement.objects.create(
        application=place.sent[-1], role="headteacher", name="Orla Thwaite", email="head@marlowick.example",
        shown={"applicant": "Ines Tarbeck", "facts": [["Name", "Ines Tarbeck"]]}, shown_sha256=64 * "0",
        expires_at=clock.now() + timedelta(days=28),
    )  # fmt: skip
    FundingDecision.objects.create(
        application=place.sent[-1], eligible="review", status="subject_to_review", lists_of=clock.today(),
        occasion="submission", facts=asdict(FundingFacts(
            "capped", works_in_england=True, work_setting="another_setting", employment_type="hospital_school"
        )),
    )  # fmt: skip
    StrandDecision.objects.create(
        application=place.sent[-1], strand="one_to_one", is_granted=False, reason="not_listed", occasion="submission"
    )
    review = Review.objects.create(application=place.sent[-1], reviewer=make.a_person(), recommendation="accept")
    ReviewNote.objects.create(review=review, text="Ready for headship.")
    Note.objects.create(application=place.sent[-1], text="Telephoned.", by=make.a_person())
    InformationRequest.objects.create(
        application=place.sent[-1], question="When?", reply_by=clock.today(), asked_by=make.a_person()
    )
    name = default_storage.save("imports/partner.csv", ContentFile(b"full_name,email\nOttoline Wrexcombe,otto\n"))
    ApplicationImport.objects.create(
        intake=place.sent[-1].intake, file_name="partner.csv", sha256=64 * "0", stored_name=name,
        rejections=[[2, "email", "“otto” is no address."]],
    )  # fmt: skip
    place.offered.append(apply(place.participant, ApplicationState.OFFERED))
    Offer.objects.create(application=place.offered[-1], is_funded=False, expires_at=clock.now() + timedelta(days=7))
    enrolled = apply(make.a_person(), ApplicationState.ACCEPTED)
    StrandDecision.objects.create(
        application=enrolled, strand="one_to_one", is_granted=True, reason="listed_rise", occasion="submission"
    )
    place.unsupported.append(
        Enrolment.objects.create(person=enrolled.person, application=enrolled, version=place.cohort.version)
    )
    place.accepted.append(apply(make.a_person(), ApplicationState.ACCEPTED))
    Decision.objects.create(application=place.accepted[-1], verdict="accepted", decided_by=make.a_person())


def timetable(place: Place) -> None:
    """Every seminar of the version has been held for the place's group, at different hours."""
    for number, item in enumerate(place.cohort.version.items.filter(kind=ItemKind.SEMINAR)):
        seminar = make.a_seminar(
            place.cohort,
            item,
            place.group,
            facilitator=place.people[Role.FACILITATOR],
            starts_at=clock.now() - timedelta(days=1 + number),
        )
        Booking.objects.create(
            seminar=seminar, venue=seminar.venue, people=20, during=(seminar.starts_at, seminar.ends_at)
        )
        place.seminars.append(seminar)
        what_changed(seminar)


def what_changed(seminar: Seminar) -> None:
    """It was put into the timetable by a publication, moved since, and the draft has it online."""
    publication = TimetablePublication.objects.create(
        cohort=seminar.cohort, number=seminar.cohort.publications.count() + 1
    )
    when = {"starts_at": seminar.starts_at.isoformat(), "ends_at": seminar.ends_at.isoformat()}
    side = when | {"mode": seminar.mode, "venue": seminar.venue_id, "facilitator": seminar.facilitator_id}
    SeminarChange.objects.create(seminar=seminar, revision=0, what=["new"], after=side, publication=publication)
    SeminarChange.objects.create(seminar=seminar, revision=1, what=["moved"], before=side, after=side)
    seminar.revision = 1
    seminar.save(update_fields=["revision"])
    PendingChange.objects.create(
        seminar=seminar, facilitator=seminar.facilitator, mode="online",
        starts_at=seminar.starts_at, ends_at=seminar.ends_at,
    )  # fmt: skip


def calendars(place: Place, many: int) -> None:
    """The place's participant subscribes, after an address that was taken back; others were sent invitations."""
    CalendarChoice.objects.create(person=place.participant, way=CalendarWay.FEED.value)
    CalendarFeed.objects.create(person=place.participant, key_digest=key_digest(f"key-{place.group.pk}"))
    for number in range(many):
        gone = key_digest(f"gone-{place.group.pk}-{number}")
        CalendarFeed.objects.create(person=place.participant, key_digest=gone, revoked_at=clock.now())
        person = make.a_person()
        CalendarChoice.objects.create(person=person, way=CalendarWay.INVITATIONS.value)
        Invitation.objects.create(person=person, seminar=place.seminars[0], revision=0, ends_at=clock.now())


def take_part(place: Place, person: User, stage: Stage) -> None:
    """A person of the place's group with their engagement, and a script that has come as far as `stage`."""
    enrolment = make.an_enrolment(place.cohort, place.group, person)
    place.enrolments[stage].append(enrolment)
    policy = place.cohort.version.policies.get()
    for seminar in place.seminars[:1]:
        mark = AttendanceMark.objects.create(seminar=seminar, enrolment=enrolment, status="partly", minutes=60)
        AttendanceNote.objects.create(mark=mark, text="Left for a fire drill.")
        LedgerEntry.objects.create(
            enrolment=enrolment, item=seminar.item, policy=policy, change=60, source="register", source_id=mark.pk
        )
        adjusted = LedgerEntry.objects.create(
            enrolment=enrolment, item=seminar.item, policy=policy, change=5, source="adjustment"
        )
        CreditReason.objects.create(entry=adjusted, text="The fire drill was no fault of theirs.")
    for item in place.cohort.version.items.filter(kind=ItemKind.MODULE)[:1]:
        page = place.cohort.version.programme.study_pages.filter(item_code=item.code)[0]
        PageRead.objects.create(enrolment=enrolment, page=page, revision=page.revisions.get(state="published"))
        done = Completion.objects.create(enrolment=enrolment, item=item)
        LedgerEntry.objects.create(
            enrolment=enrolment, item=item, policy=policy, change=60, source="completion", source_id=done.pk
        )
    Extension.objects.create(enrolment=enrolment, months=2, approved_by=place.people[Role.FACILITATOR])
    hand_in(place, enrolment, stage)


def hand_in(place: Place, enrolment: Enrolment, stage: Stage) -> None:
    window = place.cohort.windows.get(number=1 if stage >= Stage.RELEASED else 2)
    script = Submission.objects.create(
        enrolment=enrolment,
        task=place.cohort.version.tasks.get(),
        window=window,
        attempt=1,
        state=STATE_AT[stage],
    )
    place.scripts[stage].append(script)
    name = f"submissions/{script.script_code}"
    SubmittedFile.objects.create(
        submission=script,
        receipt=f"R{script.pk}",
        stored_name=default_storage.save(name, ContentFile(b"%PDF-1.7")),
        sender_name="case study.pdf",
        kind="pdf",
        size_bytes=8,
        sha256=64 * "0",
        own_work_declared=True,
    )
    parts = {Allocation.Part.MARKER: Role.ASSESSOR, Allocation.Part.MODERATOR: Role.MODERATOR}
    for number, (part, role) in enumerate(parts.items()):
        if stage >= Stage.ALLOCATED:
            ended_at = clock.now() if stage >= Stage.CONFIRMED else None
            Allocation.objects.create(submission=script, person=place.people[role], part=part, ended_at=ended_at)
        if stage >= Stage.MARKED + number:
            mark = Mark.objects.create(submission=script, part=part, marker=place.people[role], verdict=Verdict.PASS)
            MarkFeedback.objects.create(mark=mark, text="A clear case.")
    if stage >= Stage.CONFIRMED:
        outcome = Outcome.objects.create(enrolment=enrolment, task=script.task, submission=script, verdict=Verdict.PASS)
    if stage >= Stage.RELEASED:
        OutcomeRelease.objects.create(outcome=outcome)


def days_away(place: Place) -> None:
    """No two of them begin on the same day, whoever's they are."""
    day = clock.today() + timedelta(days=next(numbers))
    place.absences.append(Absence.objects.create(person=place.people[Role.FACILITATOR], from_on=day, to_on=day))


def attend_elsewhere_once(place: Place) -> None:
    """The place's participant is a guest of a group that somebody else leads."""
    leader = make.a_person(Role.FACILITATOR)
    FacilitatorProfile.objects.create(person=leader, headline="Leads another group", is_shown=True)
    item = place.cohort.version.items.filter(kind=ItemKind.SEMINAR)[0]
    starts_at = clock.now() + timedelta(days=next(numbers))
    host = make.a_seminar(
        place.cohort, item, make.a_group(place.cohort, leader), facilitator=leader, starts_at=starts_at
    )
    guest = place.enrolments[Stage.RELEASED][0]
    place.guest_places.append(GuestPlace.objects.create(enrolment=guest, seminar=host))


def catch_up_on_what_was_missed(place: Place, enrolment: Enrolment) -> None:
    """Of the session that they attended in part; something is offered for it to their cohort, and to every one."""
    seminar = place.seminars[0]
    for cohort in (place.cohort, None):
        offer = CatchUpOffer.objects.create(
            item=seminar.item, cohort=cohort, way="reading", title="A chapter", words="Read it.", minutes=40,
            offered_by=place.people[Role.FACILITATOR],
        )  # fmt: skip
        place.offers += [offer] if cohort else []
    for state, decided_at in (("refused", clock.now()), ("sent", None)):
        one = CatchUp.objects.create(
            enrolment=enrolment, seminar=seminar, way="reading", offer=place.offers[-1], words="Much.", state=state,
            send_by=clock.today() + timedelta(days=7), sent_at=clock.now() - timedelta(days=2), decided_at=decided_at,
        )  # fmt: skip
        name = f"catch-ups/{one.public_id}"
        CatchUpFile.objects.create(
            catch_up=one, stored_name=default_storage.save(name, ContentFile(b"%PDF-1.7")), sender_name="notes.pdf",
            kind="pdf", size_bytes=8, sha256=64 * "0",
        )  # fmt: skip
    place.catch_ups.append(one)


def question_the_mark(place: Place, enrolment: Enrolment) -> None:
    """Of the session that they attended in part, with a file; nobody has answered."""
    mark = enrolment.attendance_marks.filter(seminar=place.seminars[0])[0]
    one = Appeal.objects.create(
        enrolment=enrolment, seminar=mark.seminar, mark=mark, claimed="present", state="asked",
        answer_by=clock.today() + timedelta(days=3),
    )  # fmt: skip
    AppealStep.objects.create(appeal=one, state="asked", words="I was there to the end.", by=enrolment.person)
    AppealFile.objects.create(
        appeal=one, stored_name=default_storage.save(f"appeals/{one.public_id}", ContentFile(b"%PDF-1.7")),
        sender_name="sheet.pdf", kind="pdf", size_bytes=8, sha256=64 * "0",
    )  # fmt: skip
    place.appeals.append(one)


def support_beside(place: Place, enrolment: Enrolment, many: int) -> None:
    """Somebody supports them; of their meetings some are held, some to be written down, some to come."""
    today, now, coach = clock.today(), clock.now(), place.people[Role.COACH]
    match = SupportMatch.objects.create(
        enrolment=enrolment,
        strand="new_heads",
        supporter=coach,
        from_on=today - timedelta(days=90),
        planned_to_on=today + timedelta(days=90),
    )
    place.support.append(match)
    for number in range(1, many + 1):
        for state, days in (("held", -30), ("planned", -1), ("planned", 1)):
            SupportMeeting.objects.create(
                match=match, starts_at=now + timedelta(days=days, hours=number), minutes=60, state=state,
                notes="The budget.", made_by=coach,
            )  # fmt: skip
        SupportAction.objects.create(match=match, text="Write to the governors.", made_by=coach)
        SupportAction.objects.create(match=match, text="Ring the bursar.", made_by=coach, done_at=now)


def beside_the_course(place: Place, enrolment: Enrolment, many: int) -> None:
    """Peers find them; they have been to schools, at a placement on days of its own, and before its board."""
    own, host, today = make.a_school(), make.a_school(phase="Primary", town="Quillbeck"), clock.today()
    Affiliation.objects.create(person=enrolment.person, school=own, from_on=today - timedelta(days=900))
    DirectoryEntry.objects.create(person=enrolment.person, about="I lead a school by the sea.", shows_email=True)
    placement = Placement.objects.create(
        enrolment=enrolment, school=host, school_name=host.name, contrasts=["geography"], why_it_contrasts="The sea."
    )
    for _ in range(many):
        PlacementDecline.objects.create(
            placement=placement, school=host, school_name=host.name, why="Too near.", by=make.a_person()
        )
        place.visits.append(
            SchoolVisit.objects.create(
                enrolment=enrolment, visited_on=today, school=host, school_name=host.name, purpose="Reading."
            )
        )
        on = today - timedelta(days=next(numbers))
        place.placement_days.append(
            PlacementDay.objects.create(
                placement=placement, on=on, what="Shadowed the head.", school=host, school_name=host.name
            )
        )
    BoardPresentation.objects.create(
        enrolment=enrolment, task=enrolment.version.tasks.get(), presented_on=today, board="The governors",
        feedback="Go on.", implementation_starts_on=today,
    )  # fmt: skip


def writes(place: Place, enrolment: Enrolment, mate: Enrolment) -> None:
    """On every formative task a version with feedback and one that waits; reflections of each kind of reader."""
    for item in place.cohort.version.items.filter(kind=ItemKind.FORMATIVE_TASK):
        work = FormativeWork.objects.create(enrolment=enrolment, item=item, draft="Why, and how.", revision=2)
        before = FormativeRound.objects.create(
            work=work, number=1, words="How.", sent_at=clock.now() - timedelta(days=9), feedback="Say why.",
            feedback_at=clock.now() - timedelta(days=8), feedback_by=place.people[Role.FACILITATOR],
        )  # fmt: skip
        place.formative.append(FormativeRound.objects.create(work=work, number=2, words="Why, and how."))
        file = FormativeFile.objects.create(
            work=work, stored_name=default_storage.save("formative/plan.pdf", ContentFile(b"%PDF-1.7")),
            sender_name="plan.pdf", kind="pdf", size_bytes=8, sha256=64 * "0",
        )  # fmt: skip
        for one in (before, place.formative[-1]):
            one.files.add(file)

    plan = ChangeProject.objects.create(enrolment=enrolment, what="Fewer meetings.", starts_on=clock.today())
    plan.shared_with.set(place.support[-1:])
    place.projects.append(plan)
    for course in place.cohort.version.courses.all():
        CourseChange.objects.create(enrolment=enrolment, course=course, planned="One meeting fewer.")
    evaluation = SelfEvaluation.objects.create(enrolment=enrolment, sent_at=clock.now())
    for behaviour in place.cohort.version.behaviours.all():
        BehaviourRating.objects.create(evaluation=evaluation, behaviour=behaviour, rating=2, plan="Ask first.")

    def reflect(by: Enrolment, **shared: object) -> Reflection:
        return Reflection.objects.create(enrolment=by, title=f"Week {next(numbers)}", words="It went well.", **shared)

    place.reflections.append(reflect(enrolment))
    place.mates_reflections.append(reflect(mate, shared_with="group", group=place.group))
    match = place.support[-1]
    place.coachs_reflections.append(reflect(match.enrolment, shared_with="coach", match=match))


def issue_again(place: Place) -> None:
    """A certificate for the place's participant; the one before it is revoked."""
    before = place.certificates[-1] if place.certificates else None
    if before:
        Certificate.objects.filter(pk=before.pk).update(state=CertificateState.REVOKED, revoked_at=clock.now())
    number = f"LF-2026-{next(numbers):04}-WXYZ"
    place.certificates.append(
        Certificate.objects.create(
            enrolment=place.enrolments[Stage.RELEASED][0],
            number=number,
            state=CertificateState.READY,
            snapshot={"name": place.participant.full_name, "award": "NPQ in Headship", "provider": "Larkfell"},
            supersedes=before,
            awarded_on=clock.today(),
            ready_at=clock.now(),
            stored_name=default_storage.save(f"certificates/{number}.pdf", ContentFile(b"%PDF-1.7")),
            unsigned_sha256=64 * "0",
        )
    )


def a_message(person: User, key: str) -> Message:
    now = clock.now()
    return Message.objects.create(
        key=key,
        kind="seminar-tomorrow",
        person=person,
        address=person.email,
        subject="Your seminar is tomorrow",
        text="It begins at 1pm.",
        state=MessageState.SENT,
        queued_at=now,
        sent_at=now,
    )


def a_passkey(person: User) -> Authenticator:
    """What a browser would have sent when the passkey was made; its private half is nobody's."""
    identity = token_bytes(16)
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    made = AttestedCredentialData.create(Aaguid.NONE, identity, public)
    statement = AttestationObject.create("none", AuthenticatorData.create(32 * b"0", flags, 0, made), {})
    client = json.dumps({"type": "webauthn.create", "challenge": "AA", "origin": "http://localhost"}).encode()
    credential = {
        "type": "public-key",
        "id": websafe_encode(identity),
        "rawId": websafe_encode(identity),
        "response": {"attestationObject": websafe_encode(statement), "clientDataJSON": websafe_encode(client)},
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    return WebAuthn.add(person, "Telephone", credential).instance


def what_hangs_on_no_place(number: int) -> None:
    person = make.a_person()
    PersonAlias.objects.create(old_person=make.a_person(), kept_person=person)
    DfeIdentity.objects.create(person=person, participant_id=uuid4())
    Beat.objects.create(name=f"clock.{number}", at=clock.now())
    make.a_partner(f"Partner {next(numbers)}")
    draft = make.a_version(state=VersionState.DRAFT)
    FundingSuspension.objects.create(programme=draft.programme, source="scholarship", from_on=clock.today())
    Interest.objects.create(
        programme=draft.programme, email=f"waits{number}@school.example", full_name="Wilf", consent_words="You may."
    )
    make.a_form(draft.programme)
    make.a_form(draft.programme, number=2, state=FormState.DRAFT, published_at=None)
    what_the_register_says(number)
    before_the_portal()
    first = date(2030 + number, 1, 4)
    SchoolTerm.objects.create(name=f"Spring term {first.year}", starts_on=first, ends_on=first + timedelta(days=80))


def before_the_portal() -> None:
    """A list that was taken over, with one person on it, and one that waits, with a line that would be rejected."""
    done = PastImport.objects.create(file_name="past.csv", sha256=64 * "0", state=PastImportState.DONE, added=1)
    enrolment = Enrolment.objects.create(person=make.a_person(), version=make.a_version(), state="completed")
    PastRun.objects.create(enrolment=enrolment, source=done, cohort_name="Spring 2018")
    name = default_storage.save("imports/waiting.csv", ContentFile(b"full_name,trn\nOttoline Wrexcombe,12\n"))
    PastImport.objects.create(file_name="more.csv", sha256=64 * "1", stored_name=name, rejected=1, after=done)


def what_the_register_says(number: int) -> None:
    before, school = make.a_school(status="2"), make.a_school()
    source = SchoolImport.objects.create(
        file_name="edubasealldata.csv", sha256=64 * "0", state=ImportState.DONE, updated=1,
        rejections=[[2, "12", "URN “12” is not 6 or 7 digits."]],
        first_changes=[[school.urn, school.name, {"town": ["", "Quillbeck"]}]],
    )  # fmt: skip
    SchoolLink.objects.create(predecessor=before, successor=school)
    SchoolChange.objects.create(school=school, source=source, what={"town": ["", "Quillbeck"]})
    year = clock.today().year - number
    listed = EligibilityList.objects.create(
        kind=ListKind.RISE, from_on=date(year, 1, 1), to_on=date(year, 12, 31), source=source
    )
    EligibilityEntry.objects.create(list=listed, identifier=school.urn)
