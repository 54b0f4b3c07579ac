"""Submissions, marks, outcomes and certificates."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Upper

from cohorts.models import AssessmentWindow, Enrolment
from npqh_portal import clock
from npqh_portal.db import AppendOnly, random_id
from npqh_portal.people.access import REACHES_ALL
from npqh_portal.people.models import Organisation
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import AssessmentTask

from .states import CertificateState, SubmissionState


class Verdict(models.TextChoices):
    PASS = "pass", "Pass"
    FAIL = "fail", "Fail"


class Submission(models.Model):
    """One attempt at one task in one window. The attempt belongs to the enrolment, the window to the cohort (T54).

    Assessors know it by `script_code` alone (T55). Moved by `submit_assessment`, `allocate`, `record_mark`,
    `moderate` and `confirm_outcome`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    script_code = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    task = models.ForeignKey(AssessmentTask, on_delete=models.PROTECT, related_name="submissions")
    window = models.ForeignKey(AssessmentWindow, on_delete=models.PROTECT, related_name="submissions")
    attempt = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=SubmissionState, default=SubmissionState.RECEIVED)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "task", "attempt"], name="one_submission_of_an_attempt"),
            models.UniqueConstraint(fields=["enrolment", "task", "window"], name="one_submission_in_a_window"),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="attempts_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"Script {self.script_code}"


class SubmittedFile(models.Model):
    """The bytes as they came, under a random name, with their SHA-256 and receipt. The newest of a submission counts.

    Everything but the sender's own name for the file is fixed for ever.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    receipt = models.CharField(max_length=16, unique=True, editable=False)
    stored_name = models.CharField(max_length=80, unique=True, editable=False)
    sender_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=5, choices=[("docx", "Word document"), ("pdf", "PDF")])
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    own_work_declared = models.BooleanField()
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(own_work_declared=True), name="own_work_is_declared"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="a_file_is_not_empty"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="bytes_never_change", exclude=["sender_name"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.receipt


class Allocation(models.Model):
    """A script is with a person, to mark or to moderate.

    Nobody does both, and nobody who taught or coached the participant, or reads their name beside the script, does
    either.
    """

    class Part(models.TextChoices):
        MARKER = "marker", "Marks"
        MODERATOR = "moderator", "Moderates"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="allocations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="allocations")
    part = models.CharField(max_length=10, choices=Part)
    allocated_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["allocated_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "part"], condition=Q(ended_at=None), name="one_person_for_each_part"
            ),
            models.UniqueConstraint(
                fields=["submission", "person"], condition=Q(ended_at=None), name="marker_and_moderator_differ"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="nobody_assesses_those_they_teach",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT 1
                        FROM assessments_submission s
                        JOIN cohorts_enrolment e ON e.id = s.enrolment_id
                        LEFT JOIN cohorts_membership m ON m.enrolment_id = e.id
                        WHERE s.id = NEW.submission_id AND (
                            e.person_id = NEW.person_id
                            OR EXISTS (
                                SELECT 1 FROM cohorts_facilitation f
                                WHERE f.group_id = m.group_id AND f.person_id = NEW.person_id
                            )
                            OR EXISTS (
                                SELECT 1 FROM cohorts_supportmatch x
                                WHERE x.enrolment_id = e.id AND x.supporter_id = NEW.person_id
                            )
                            OR EXISTS (
                                SELECT 1 FROM cohorts_seminar t
                                WHERE t.facilitator_id = NEW.person_id AND t.state = 'scheduled'
                                AND (t.group_id = m.group_id OR (t.group_id IS NULL AND t.cohort_id = m.cohort_id))
                            )
                        )
                    ) THEN
                        RAISE EXCEPTION 'nobody assesses those they teach';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_part_display().lower()} {self.submission}"


# Which roles let somebody do each part. The allocation is the other half of the right.
ROLES_FOR: dict[str, tuple[Role, ...]] = {
    Allocation.Part.MARKER: (Role.ASSESSOR, Role.EXTERNAL_ASSESSOR),
    Allocation.Part.MODERATOR: (Role.MODERATOR,),
}

# Who reads the names beside the scripts of their organisations, and so assesses none of these.
NAMES_READ_BY = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def reaches_cohort(*, provider: int | OuterRef, partner: int | OuterRef | None) -> Q:
    """Role grants that reach a cohort of these organisations: for one of the two, or for all."""
    return REACHES_ALL | Q(organisation=provider) | Q(organisation=partner)


# People of a body that assesses for the provider assess whatever is allocated to them.
OF_AN_ASSESSING_BODY = Q(organisation__kind=Organisation.Kind.EXTERNAL_ASSESSOR)


class Mark(AppendOnly):
    """The verdict of the marker or of the moderator on one submission."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="marks")
    part = models.CharField(max_length=10, choices=Allocation.Part)
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="marks_given")
    verdict = models.CharField(max_length=4, choices=Verdict)
    marked_at = models.DateTimeField(default=clock.now)

    class Meta(AppendOnly.Meta):
        constraints = [
            models.UniqueConstraint(fields=["submission", "part"], name="one_mark_of_each_part"),
            models.UniqueConstraint(fields=["submission", "marker"], name="nobody_marks_a_script_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_verdict_display()}"


class MarkFeedback(models.Model):
    """What the marker wrote; erasable."""

    mark = models.OneToOneField(Mark, on_delete=models.PROTECT, related_name="feedback", primary_key=True)
    text = models.TextField()

    class Meta:
        verbose_name_plural = "mark feedback"

    def __str__(self) -> str:
        return self.text[:60]


class Outcome(AppendOnly):
    """A confirmed result of one task for one enrolment. The newest counts; the participant sees it once released."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="outcomes")
    task = models.ForeignKey(AssessmentTask, on_delete=models.PROTECT, related_name="outcomes")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="outcome")
    verdict = models.CharField(max_length=4, choices=Verdict)
    confirmed_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outcomes_confirmed", null=True, blank=True
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-confirmed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.get_verdict_display()}"


class OutcomeRelease(AppendOnly):
    """The lead tells the participant. Its own act, after confirming."""

    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, related_name="release", primary_key=True)
    released_at = models.DateTimeField(default=clock.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outcomes_released", null=True, blank=True
    )

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"Release of {self.outcome_id}"


class Certificate(models.Model):
    """A certificate by its number, drawn from a snapshot. Issued bytes never change: revoke and reissue.

    `unsigned_sha256` and `signed_sha256` are of the PDF before and after signing; the second is empty while
    certificates go unsigned. One from before this portal was issued on paper or elsewhere: its number stands as it
    was given, and there are no bytes of it here. `signs` is the number without what people leave out or add in
    typing: small letters, spaces, hyphens.
    Moved by `issue_certificate`, `take_over_certificate`, `render_due_certificates` and `revoke_certificate`.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=32, unique=True)
    signs = models.GeneratedField(
        expression=Upper(
            models.Func("number", Value("[^0-9A-Za-z]"), Value(""), Value("g"), function="regexp_replace")
        ),
        output_field=models.CharField(max_length=32),
        db_persist=True,
    )
    is_from_before = models.BooleanField("issued before this portal", default=False)
    state = models.CharField(max_length=10, choices=CertificateState, default=CertificateState.QUEUED)
    snapshot = models.JSONField(help_text="Everything that stands on it, as it was when it was issued.")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    awarded_on = models.DateField()
    queued_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    stored_name = models.CharField(max_length=80, blank=True, default="")
    unsigned_sha256 = models.CharField(max_length=64, blank=True, default="")
    signed_sha256 = models.CharField(max_length=64, blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=~Q(state="revoked"), name="one_certificate_in_force"
            ),
            models.UniqueConstraint(fields=["signs"], name="numbers_differ_by_more_than_signs"),
            models.CheckConstraint(condition=~Q(signs=""), name="a_number_has_letters_or_figures"),
            models.CheckConstraint(
                condition=Q(is_from_before=True)
                | ~Q(state="ready")
                | Q(ready_at__isnull=False, unsigned_sha256__gt="", stored_name__gt=""),
                name="an_issued_certificate_has_its_bytes",
            ),
            models.CheckConstraint(
                condition=Q(is_from_before=False)
                | Q(state__in=["ready", "revoked"], ready_at=None, unsigned_sha256="", stored_name="", supersedes=None),
                name="one_from_before_has_no_bytes_here",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False), name="revoked_has_a_moment"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="what_it_says_never_changes",
                fields=["enrolment", "number", "is_from_before", "snapshot", "supersedes", "awarded_on"],
            ),
            pgtrigger.Protect(
                name="issued_bytes_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__unsigned_sha256__gt="")
                & (
                    pgtrigger.Q(old__unsigned_sha256__df=pgtrigger.F("new__unsigned_sha256"))
                    | pgtrigger.Q(old__stored_name__df=pgtrigger.F("new__stored_name"))
                ),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number
