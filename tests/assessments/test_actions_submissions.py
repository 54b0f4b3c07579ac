"""Handing in."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import InternalError, transaction

from assessments import errors
from assessments.actions import allocate, release_outcome, submit_assessment
from assessments.models import Submission, SubmittedFile, Verdict
from cohorts.actions import defer_enrolment
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.programmes.models import AssessmentTask, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.uploads import FileEmpty, FileLocked, FileOfWrongKind, FileTooLarge
from tests.factories import a_version, a_window, published

from .conftest import AFTER, NOW, World, a_docx, a_pdf, stored, upload


def files_stored() -> int:
    return len(default_storage.listdir("scripts")[1]) if default_storage.exists("scripts") else 0


def test_a_file_is_kept_as_it_came_with_its_hash_and_a_receipt(world: World) -> None:
    content = a_docx("What I would do first.")
    file = world.send(content=content)
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert stored(file.stored_name) == content
    assert "ffion" not in file.stored_name
    assert (file.sender_name, file.size_bytes, file.kind) == ("ffion case study.docx", len(content), "docx")
    submission = file.submission
    assert (submission.attempt, submission.window, submission.state) == (1, world.window, "received")
    assert submission.received_at == file.received_at == NOW
    assert list(Entry.objects.values_list("verb", flat=True)) == ["submission.received", "submission.opened"]
    letter = Message.objects.get()
    assert letter.kind == "assessment-received"
    assert file.receipt in letter.text
    assert file.receipt in letter.subject


def test_a_replacement_keeps_the_first_file_and_the_newest_counts(world: World) -> None:
    first = world.send()
    second = world.send(content=a_docx("Better."))
    assert first.submission == second.submission
    assert second.submission.files.first() == second
    assert files_stored() == 2
    assert Message.objects.count() == 2


def test_the_same_file_sent_twice_is_taken_once(world: World) -> None:
    assert world.send() == world.send()
    assert SubmittedFile.objects.count() == files_stored() == Message.objects.count() == 1


def test_the_moment_it_began_to_arrive_decides(world: World) -> None:
    # T53
    last = datetime(2026, 9, 22, 22, 59, 59, 999999, tzinfo=UTC)
    world.clock.move_to(last + timedelta(minutes=4), tick=False)
    with pytest.raises(errors.WindowNotOpen):
        world.send(received_at=last + timedelta(microseconds=1))
    assert files_stored() == 0
    assert world.send(received_at=last).received_at == last


@pytest.mark.parametrize("at", [datetime(2026, 9, 14, 22, 59, 59, tzinfo=UTC), datetime(2026, 9, 22, 23, tzinfo=UTC)])
def test_nothing_is_taken_outside_the_window(world: World, at: datetime) -> None:
    world.clock.move_to(at, tick=False)
    with pytest.raises(errors.WindowNotOpen):
        world.send()
    assert (Submission.objects.count(), files_stored()) == (0, 0)


def test_own_work_must_be_declared(world: World) -> None:
    with pytest.raises(errors.OwnWorkNotDeclared):
        submit_assessment(world.enrolment, task=world.task, upload=upload(), own_work=False, by=world.enrolment.person)


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.docx", FileEmpty),
        (a_pdf(), "a.docx", FileOfWrongKind),
        (a_docx(), "a.pdf", FileOfWrongKind),
        (a_docx(), "a.odt", FileOfWrongKind),
        (b"PK\x03\x04 but no archive", "a.docx", FileOfWrongKind),
        (b"\xd0\xcf\x11\xe0 an encrypted Word document is one of these", "a.docx", FileOfWrongKind),
        (a_pdf(trailer="/Encrypt 5 0 R"), "a.pdf", FileLocked),
    ],
)
def test_what_assessors_could_not_open_is_refused(
    world: World, content: bytes, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        submit_assessment(
            world.enrolment, task=world.task, upload=upload(content, name), own_work=True, by=world.enrolment.person
        )
    assert (SubmittedFile.objects.count(), files_stored()) == (0, 0)


def test_one_byte_too_many_is_refused(world: World, settings: object) -> None:
    content = a_pdf()
    settings.UPLOAD_MOST_BYTES = len(content) - 1  # type: ignore[attr-defined]
    with pytest.raises(FileTooLarge):
        submit_assessment(world.enrolment, task=world.task, upload=upload(content, "a.pdf"), own_work=True, by=None)
    settings.UPLOAD_MOST_BYTES = len(content)  # type: ignore[attr-defined]
    assert submit_assessment(
        world.enrolment, task=world.task, upload=upload(content, "a.pdf"), own_work=True, by=None
    ).size_bytes == len(content)


def test_whoever_is_deferred_sends_nothing(world: World) -> None:
    defer_enrolment(world.enrolment, reason="Illness", by=None)
    with pytest.raises(errors.NotTakingPartNow):
        world.send()


def test_a_task_of_another_version_is_refused(world: World) -> None:
    other = AssessmentTask.objects.get(version=a_version())
    with pytest.raises(errors.NotYourTask):
        submit_assessment(world.enrolment, task=other, upload=upload(), own_work=True, by=None)


def test_a_policy_that_gates_the_sitting_refuses_at_89_and_takes_at_90(world: World) -> None:
    version = world.cohort.version
    ProgrammeVersion.objects.filter(pk=version.pk).update(state=VersionState.DRAFT)
    version.policies.update(gates_sitting=True)
    published(version)
    below = world.somebody_else()
    world.credit(below, -11)
    with pytest.raises(errors.EngagementNeededFirst):
        world.send(below)
    assert world.send().submission.attempt == 1


def test_a_second_attempt_follows_a_released_fail_in_a_later_window(world: World) -> None:
    # T54
    a_window(world.cohort, number=2, opens_on=date(2026, 11, 2), closes_on=date(2026, 11, 9))
    first = world.confirmed(Verdict.FAIL)
    world.clock.move_to(datetime(2026, 11, 3, tzinfo=UTC), tick=False)
    with pytest.raises(errors.ResultAwaited):
        world.send(content=a_docx("Again."))
    release_outcome(first, by=world.lead)
    second = world.send(content=a_docx("Again.")).submission
    assert (second.attempt, second.window.number) == (2, 2)


def test_a_script_with_the_assessors_is_not_replaced(world: World) -> None:
    submission = world.script()
    allocate(submission, marker=world.marker, moderator=world.moderator, by=world.lead)
    world.clock.move_to(NOW, tick=False)
    with pytest.raises(errors.WithTheAssessors):
        world.send(content=a_docx("Too late."))
    assert files_stored() == 1


def test_the_database_refuses_another_file_in_place_of_one_received(world: World) -> None:
    file = world.send()
    for change in ({"sha256": 64 * "0"}, {"stored_name": "elsewhere"}, {"received_at": AFTER}):
        with pytest.raises(InternalError), transaction.atomic():
            SubmittedFile.objects.filter(pk=file.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        file.delete()
