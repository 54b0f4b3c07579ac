"""A cohort whose assessment window is open, one participant who has met the engagement, and the people who assess."""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.actions import allocate, confirm_outcome, moderate, record_mark, release_outcome, submit_assessment
from assessments.models import Outcome, Submission, SubmittedFile, Verdict
from cohorts.models import AssessmentWindow, Cohort, Enrolment, Group, LedgerEntry
from cohorts.states import CohortState
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import AssessmentTask, Item
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_group, a_person, a_version, a_window, an_enrolment, an_item, published

OPENS, CLOSES = date(2026, 9, 15), date(2026, 9, 22)
NOW = datetime(2026, 9, 18, 12, 0, tzinfo=UTC)
AFTER = datetime(2026, 9, 24, 9, 0, tzinfo=UTC)


def a_docx(text: str = "My answer.") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("word/document.xml"), f"<w:document>{text}</w:document>")
    return out.getvalue()


def a_pdf(text: str = "My answer.", trailer: str = "") -> bytes:
    body = f"1 0 obj\n<< /Type /Catalog >>\nendobj\n% {text}\n"
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R {trailer} >>\nstartxref\n9\n%%EOF\n".encode()


def upload(content: bytes | None = None, name: str = "ffion case study.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_docx() if content is None else content)


def stored(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


@dataclass
class World:
    cohort: Cohort
    window: AssessmentWindow
    task: AssessmentTask
    module: Item
    group: Group
    facilitator: User
    marker: User
    moderator: User
    lead: User
    enrolment: Enrolment
    clock: Any

    def credit(self, enrolment: Enrolment, minutes: int) -> None:
        policy = self.cohort.version.policies.get()
        LedgerEntry.objects.create(
            enrolment=enrolment, item=self.module, policy=policy, change=minutes, source="completion"
        )

    def somebody_else(self) -> Enrolment:
        enrolment = an_enrolment(self.cohort, self.group)
        self.credit(enrolment, 100)
        return enrolment

    def send(self, enrolment: Enrolment | None = None, content: bytes | None = None, **rest: Any) -> SubmittedFile:
        enrolment = enrolment or self.enrolment
        return submit_assessment(
            enrolment, task=self.task, upload=upload(content), own_work=True, by=enrolment.person, **rest
        )

    def script(self, enrolment: Enrolment | None = None) -> Submission:
        """A script sent and its window closed."""
        submission = self.send(enrolment).submission
        self.clock.move_to(AFTER, tick=False)
        return submission

    def allocated(self, enrolment: Enrolment | None = None) -> Submission:
        return allocate(self.script(enrolment), marker=self.marker, moderator=self.moderator, by=self.lead)

    def moderated(self, verdict: Verdict = Verdict.PASS, second: Verdict | None = None) -> Submission:
        submission = self.allocated()
        record_mark(submission, verdict=verdict, feedback="Well argued.", by=self.marker)
        moderate(submission, verdict=second or verdict, feedback="I read it otherwise.", by=self.moderator)
        return Submission.objects.get(pk=submission.pk)

    def confirmed(self, verdict: Verdict = Verdict.PASS) -> Outcome:
        return confirm_outcome(self.moderated(verdict), by=self.lead)

    def released(self, verdict: Verdict = Verdict.PASS) -> Outcome:
        outcome = self.confirmed(verdict)
        release_outcome(outcome, by=self.lead)
        return outcome


def make_world(machine: Any) -> World:
    machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT)
    module = an_item(version, minutes=100, kind=ItemKind.MODULE)
    published(version)
    cohort = a_cohort(version, starts_on=date(2025, 2, 24), windows=False, state=CohortState.ASSESSING)
    window = a_window(cohort, opens_on=OPENS, closes_on=CLOSES)
    facilitator = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, facilitator)
    world = World(
        cohort=cohort,
        window=window,
        task=version.tasks.get(),
        module=module,
        group=group,
        facilitator=facilitator,
        marker=a_person(Role.ASSESSOR, full_name="Marguerite Olleren"),
        moderator=a_person(Role.MODERATOR, full_name="Philippa Sand-Oduya"),
        lead=a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant"),
        enrolment=an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name="Ffion Marchbanks-Oyelaran")),
        clock=machine,
    )
    world.credit(world.enrolment, 90)
    return world


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def world(db: None, time_machine: Any) -> World:
    return make_world(time_machine)


@pytest.fixture
def committed_world(transactional_db: None, time_machine: Any) -> World:
    """The same, seen from other connections: for races."""
    return make_world(time_machine)
