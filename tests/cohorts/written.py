"""A course with a formative task of three hours, the seminar it leads to, and a reflection of one hour."""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts.actions.formative import attach_formative_file, save_formative_draft, send_formative_work
from cohorts.models import Cohort, Enrolment, FormativeFile, FormativeRound, FormativeWork, Group
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.states import VersionState
from tests.factories import (
    a_cohort,
    a_course,
    a_group,
    a_person,
    a_seminar,
    a_version,
    an_enrolment,
    an_item,
    published,
)

# A Wednesday, winter time.
NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


@dataclass
class Written:
    cohort: Cohort
    group: Group
    facilitator: User
    lead: User
    enrolment: Enrolment
    mate: Enrolment
    other: Enrolment  # of another group of the cohort
    task: Item
    seminar: Item
    reflection: Item

    @property
    def person(self) -> User:
        return self.enrolment.person

    def saves(self, words: str, *, revision: int | None = None) -> FormativeWork:
        """On top of what stands, where no revision is given."""
        if revision is None:
            there = FormativeWork.objects.filter(enrolment=self.enrolment, item=self.task).first()
            revision = there.revision if there else 0
        return save_formative_draft(self.enrolment, item=self.task, words=words, revision=revision, by=self.person)

    def sends(self, words: str = "We began with the timetable.", *, number: int = 1) -> FormativeRound:
        return send_formative_work(self.saves(words), number=number, by=self.person)

    def attaches(self, name: str = "plan.docx", text: str = "The plan.") -> FormativeFile:
        return attach_formative_file(self.enrolment, item=self.task, upload=a_file(name, text), by=self.person)


@pytest.fixture
def written(db: None, time_machine: Any) -> Written:
    time_machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT)
    course = a_course(version, title="Leading change")
    task = an_item(
        version, course=course, title="Plan a change", kind=ItemKind.FORMATIVE_TASK, minutes=180, code="plan", number=1
    )
    seminar = an_item(version, course=course, title="Change in practice", number=2, code="seminar")
    reflection = an_item(
        version, course=course, title="What I take home", kind=ItemKind.REFLECTION, minutes=60, code="home", number=3
    )
    published(version)
    cohort = a_cohort(version, starts_on=date(2026, 1, 12))
    facilitator = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, facilitator, name="Fellside")
    a_seminar(cohort, seminar, group, facilitator=facilitator, starts_at=NOW + timedelta(days=7))
    return Written(
        cohort,
        group,
        facilitator,
        a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant"),
        an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name="Ines Caldbeck")),
        an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name="Rafe Underhill")),
        an_enrolment(cohort, a_group(cohort, a_person(Role.FACILITATOR)), a_person(Role.PARTICIPANT)),
        task,
        seminar,
        reflection,
    )


def a_file(name: str = "plan.docx", text: str = "The plan.") -> SimpleUploadedFile:
    if name.endswith(".pdf"):
        body = f"1 0 obj\n<< /Type /Catalog >>\nendobj\n% {text}\n"
        return SimpleUploadedFile(name, f"%PDF-1.7\n{body}trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n".encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("word/document.xml"), f"<w:document>{text}</w:document>")
    return SimpleUploadedFile(name, out.getvalue())


def is_stored(file: FormativeFile) -> bool:
    return default_storage.exists(file.stored_name)
