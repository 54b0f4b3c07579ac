"""Handing in."""

from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.errors import OwnWorkNotDeclared
from assessments.models import Submission, SubmittedFile
from assessments.queries import sending_of
from cohorts.models import Enrolment
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock, random_id
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.programmes.models import AssessmentTask
from npqh_portal.web.uploads import CheckedUpload, check_upload

KINDS = ("docx", "pdf")


def check_script(upload: "UploadedFile[bytes]") -> CheckedUpload:
    """Refuse what assessors could not open. Leaves the file at its beginning."""
    return check_upload(upload, most_bytes=settings.UPLOAD_MOST_BYTES, kinds=KINDS)


def submit_assessment(
    enrolment: Enrolment,
    *,
    task: AssessmentTask,
    upload: "UploadedFile[bytes]",
    own_work: bool,
    received_at: datetime | None = None,
    by: User | None,
) -> SubmittedFile:
    """Take in a file for a task, or replace the one sent earlier in the same window.

    `received_at` is the moment the request began to arrive, which decides about the deadline (T53). The same
    file sent twice is taken once. The bytes are stored before the row that names them, so no row is ever
    without its bytes; a refusal takes them away again.
    """
    if not own_work:
        raise OwnWorkNotDeclared
    checked = check_script(upload)
    stored_name = default_storage.save(f"scripts/{random_id(24)}.{checked.kind}", upload)
    try:
        file = _take_in(
            enrolment,
            task,
            checked,
            stored_name=stored_name,
            sender_name=PurePath(upload.name or "").name[-200:],
            at=received_at or clock.now(),
            by=by,
        )
    except RuleViolation:
        default_storage.delete(stored_name)
        raise
    if file.stored_name != stored_name:
        default_storage.delete(stored_name)
    return file


@transaction.atomic
def _take_in(
    enrolment: Enrolment,
    task: AssessmentTask,
    checked: CheckedUpload,
    *,
    stored_name: str,
    sender_name: str,
    at: datetime,
    by: User | None,
) -> SubmittedFile:
    enrolment = lock(enrolment)
    # `allocate` locks the script itself: whichever comes second sees what the first has done.
    list(Submission.objects.select_for_update().filter(enrolment=enrolment, task=task).order_by("pk"))
    submission = _submission(enrolment, task, at=at, by=by)
    newest = submission.files.first()
    if newest and (newest.sha256, newest.sender_name) == (checked.sha256, sender_name):
        return newest
    submission.received_at = at
    submission.save(update_fields=["received_at"])
    file = SubmittedFile.objects.create(
        submission=submission,
        receipt=random_id(8),
        stored_name=stored_name,
        sender_name=sender_name,
        kind=checked.kind,
        size_bytes=checked.size,
        sha256=checked.sha256,
        own_work_declared=True,
        received_at=at,
    )
    record(
        "submission.received",
        submission,
        facts={"file": file.pk, "sha256": checked.sha256, "size": checked.size, "attempt": submission.attempt},
        by=by,
    )
    queue_message(
        "assessment-received",
        to=enrolment.person,
        about=submission,
        key=f"assessment-received:{submission.pk}:{file.pk}:{enrolment.person_id}",
        words={"file": file, "task": task, "window": submission.window, "is_replacement": newest is not None},
    )
    return file


def _submission(enrolment: Enrolment, task: AssessmentTask, *, at: datetime, by: User | None) -> Submission:
    """The submission that a file sent at that moment belongs to; made where there is none yet."""
    sending = sending_of(enrolment, task, at)
    if sending.submission:
        return sending.submission
    submission = Submission.objects.create(
        enrolment=enrolment, task=task, window=sending.window, attempt=sending.attempt, received_at=at
    )
    record("submission.opened", submission, facts={"attempt": sending.attempt, "window": sending.window.pk}, by=by)
    return submission
