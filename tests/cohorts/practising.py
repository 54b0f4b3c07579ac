"""A course that asks for small changes and ends in a project of four stages; a work-based task beside."""

import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts.actions import MarkInput, record_register
from cohorts.actions.formative import save_formative_draft, send_formative_work
from cohorts.models import Cohort, Enrolment, FormativeRound, FormativeWork, Group, Seminar
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Behaviour, ContentArea, Course, Item
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
STAGES = ("explore", "prepare", "deliver", "sustain")


@dataclass
class Practising:
    cohort: Cohort
    group: Group
    facilitator: User
    lead: User
    enrolment: Enrolment
    early: Course
    late: Course
    stages: list[Item]
    task: Item
    work_task: Item
    sitting: Seminar

    @property
    def person(self) -> User:
        return self.enrolment.person

    def sends(self, item: Item, words: str, *, number: int = 1) -> FormativeRound:
        there = FormativeWork.objects.filter(enrolment=self.enrolment, item=item).first()
        revision = there.revision if there else 0
        work = save_formative_draft(self.enrolment, item=item, words=words, revision=revision, by=self.person)
        return send_formative_work(work, number=number, by=self.person)

    def attends(self, minutes: int) -> None:
        mark = MarkInput("partly", minutes)
        record_register(self.sitting, marks={self.enrolment.pk: mark}, by=self.facilitator)


@pytest.fixture
def practising(db: None, time_machine: Any) -> Practising:
    return build(time_machine)


def build(time_machine: Any, *, behaviours: int = 0) -> Practising:
    time_machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT, terms=3, delivery_months=12)
    ContentArea.objects.create(version=version, number=1, name="Implementation", in_every_course=True)
    for number in range(1, behaviours + 1):
        Behaviour.objects.create(version=version, number=number, name=f"Behaviour {number}", descriptor="Keeps at it")
    early = a_course(version, title="Culture", code="culture", number=1)
    late = a_course(version, title="Implementation", code="implementation", number=2)
    seminar = an_item(version, course=early, title="Seminar: culture", number=1)
    work_task = an_item(version, course=early, title="A conversation", kind=ItemKind.WORK_TASK, number=2, code="talk")
    stages = [
        an_item(
            version, course=late, title=f"Your change project: {name}", kind=ItemKind.PRACTICAL_CYCLE, minutes=75,
            code=name, number=number, term=3,
        )
        for number, name in enumerate(STAGES, start=3)
    ]  # fmt: skip
    task = an_item(
        version, course=late, title="Plan your project", kind=ItemKind.FORMATIVE_TASK, number=8, code="plan", term=3
    )
    published(version)
    cohort = a_cohort(version, starts_on=date(2026, 1, 12))
    facilitator = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, facilitator, name="Fellside")
    sitting = a_seminar(cohort, seminar, group, facilitator=facilitator, starts_at=NOW - timedelta(days=1))
    enrolment = an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name="Ines Caldbeck"))
    lead = a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")
    return Practising(cohort, group, facilitator, lead, enrolment, early, late, stages, task, work_task, sitting)


def a_picture(name: str = "week.png") -> SimpleUploadedFile:
    """One pixel."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\0\0\0")),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
