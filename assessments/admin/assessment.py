"""The record of assessment, to look at; certificates are revoked here. The rest is done on the lead's pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Min, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from assessments.access import (
    LEADS,
    READERS,
    certificates_of,
    certificates_visible_to,
    outcomes_visible_to,
    submissions_visible_to,
)
from assessments.actions import reissue_certificate, revoke_certificate
from assessments.models import Allocation, Certificate, Mark, Outcome, Submission, SubmittedFile
from assessments.queries import Stage, at_stage, enrolments_blocked
from assessments.states import CertificateState
from cohorts.access import enrolments_visible_to
from npqh_portal.clock import london_date
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import Act, ActForm, Link, LookOnlyAdmin, PortalInline, Waiting, site
from npqh_portal.web.words import hours, short_day, table_day


class FileInline(PortalInline):
    model = SubmittedFile
    named = {"size_bytes": "bytes", "sha256": "fingerprint (SHA-256)", "received_at": "received"}
    fields = readonly_fields = ("receipt", "received_at", "kind", "size_bytes", "sha256")


class AllocationInline(PortalInline):
    model = Allocation
    named = {"allocated_at": "allocated", "ended_at": "ended"}
    fields = readonly_fields = ("person", "part", "allocated_at", "ended_at")


class MarkInline(PortalInline):
    model = Mark
    named = {"marked_at": "marked"}
    fields = readonly_fields = ("marker", "part", "verdict", "marked_at")


@admin.register(Submission, site=site)
class SubmissionAdmin(LookOnlyAdmin):
    named = {"script_code": "script", "received_at": "received"}
    list_display = ("script_code", "enrolment", "task", "attempt", "window", "state", "received_at")
    list_filter = ("state", ("window__cohort", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("enrolment__person", "enrolment__version__programme", "task", "window__cohort")
    search_fields = ("script_code", "files__receipt", "enrolment__person__full_name")
    search_help_text = "Script code, receipt or name."
    fields = readonly_fields = ("script_code", "enrolment", "task", "attempt", "window", "state", "received_at")
    inlines = (FileInline, AllocationInline, MarkInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return submissions_visible_to(request.user)

    def recorded_with(self, row: Submission) -> Iterable[QuerySet[Any]]:
        """Its marks, and its outcome with the reason given for it."""
        return row.marks.all(), Outcome.objects.filter(submission=row)


@admin.register(Outcome, site=site)
class OutcomeAdmin(LookOnlyAdmin):
    named = {"confirmed_at": "confirmed"}
    list_display = ("enrolment", "task", "verdict", "confirmed_at", "confirmed_by", "released")
    list_filter = ("verdict", ("submission__window__cohort", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("enrolment__person", "enrolment__version__programme", "task", "confirmed_by", "release")
    search_fields = ("submission__script_code", "enrolment__person__full_name")
    search_help_text = "Script code or name."
    fields = readonly_fields = (
        "enrolment",
        "task",
        "submission",
        "verdict",
        "confirmed_at",
        "confirmed_by",
        "released",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outcome]:
        return outcomes_visible_to(request.user)

    @admin.display(description="released")
    def released(self, outcome: Outcome) -> str:
        return table_day(outcome.release.released_at) if hasattr(outcome, "release") else "Not yet"


class RevokeForm(ActForm):
    reason = forms.CharField(
        label="Why",
        help_text="Kept in the record. The public page says only that it was revoked, and when.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why it is revoked"},
    )


def _revoke(by: User, certificate: Certificate, cleaned: dict[str, Any]) -> str:
    revoke_certificate(certificate, reason=cleaned["reason"], by=by)
    return "Certificate revoked. Its public page says so from now on."


def _reissue(by: User, certificate: Certificate, cleaned: dict[str, Any]) -> str:
    later = reissue_certificate(certificate, by=by)
    return f"Certificate {later.number} is being made. It replaces {certificate.number}."


@admin.register(Certificate, site=site)
class CertificateAdmin(LookOnlyAdmin):
    named = {
        "queued_at": "queued",
        "ready_at": "made",
        "revoked_at": "revoked",
        "awarded_on": "awarded",
        "signed_sha256": "fingerprint (SHA-256)",
        "unsigned_sha256": "fingerprint before signing",
    }
    list_display = ("number", "enrolment", "state", "awarded_on", "ready_at", "revoked_at")
    list_filter = ("state", "is_from_before", "awarded_on")
    list_select_related = ("enrolment__person", "enrolment__version__programme")
    search_fields = ("number", "signs", "enrolment__person__full_name")
    search_help_text = "Number or name."
    fieldsets = (
        (None, {"fields": (
            "number", "enrolment", "state", "issued", "says", "awarded_on", "supersedes", "revoked_at",
        )}),
        ("Its file", {"fields": ("queued_at", "ready_at", "unsigned_sha256", "signed_sha256")}),
    )  # fmt: skip
    acts = (
        Act(
            "revoke",
            "Revoke",
            run=_revoke,
            form=RevokeForm,
            roles=LEADS,
            offered=lambda certificate: certificate.state != CertificateState.REVOKED,
            explains="Its public page says from then on that it no longer holds. A revocation cannot be taken back; "
            "a corrected certificate is issued under a new number.",
            grave=True,
        ),
        Act(
            "reissue",
            "Issue again",
            run=_reissue,
            roles=LEADS,
            offered=lambda certificate: (
                certificate.state == CertificateState.REVOKED
                and not certificate.is_from_before
                and not hasattr(certificate, "superseded_by")
            ),
            explains="A new certificate with a new number replaces this one, with name and facts as they are today.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Certificate]:
        return certificates_visible_to(request.user)

    def get_fieldsets(self, request: HttpRequest, obj: Certificate | None = None) -> Any:
        """There is no file here of one from before."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets[:-1] if obj and obj.is_from_before else fieldsets

    @admin.display(description="issued")
    def issued(self, certificate: Certificate) -> str:
        return "Before this portal: no copy of it is held here" if certificate.is_from_before else "Here"

    @admin.display(description="what stands on it")
    def says(self, certificate: Certificate) -> str:
        return format_html_join("", "<div>{}: {}</div>", _facts_on(certificate.snapshot))

    def reached_by(self, user: User, roles: tuple[Role, ...]) -> QuerySet[Certificate]:
        return certificates_of(user, *roles)


# How each fact of a snapshot is told; what has no label here is for the drawing alone.
_FACTS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "name": ("Name", str),
    "trn": ("Teacher reference number", str),
    "award": ("Award", str),
    "provider": ("Provider", str),
    "cohort": ("Cohort", str),
    "awarded_on": ("Awarded", lambda day: short_day(date.fromisoformat(day))),
    "months": ("Months", str),
    "minutes": ("Learning", hours),
    "threshold_percent": ("Engagement needed", lambda share: f"{share}%"),
    "tasks": ("Assessment tasks", str),
    "signatories": ("Signed by", lambda people: "; ".join(", ".join(person) for person in people)),
}


def _facts_on(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, (label, told) in _FACTS.items():
        if snapshot.get(name):
            yield label, told(snapshot[name])


@site.linked_from(User)
def certificates_of_person(user: User, person: User) -> Iterator[Link]:
    for certificate in certificates_visible_to(user).filter(enrolment__person=person):
        page = reverse("admin:assessments_certificate_change", args=[certificate.pk])
        yield Link(f"Certificate {certificate.number}", page)


@site.work_waiting
def assessment_waiting(user: User) -> Iterator[Waiting]:
    """What waits for a lead, each a link to the page that holds just these."""
    if not has_role(user, *READERS):
        return
    visible = submissions_visible_to(user)
    lines = (
        ("Scripts without a marker and a moderator", Stage.TO_ALLOCATE, "Every script is allocated."),
        ("Marks to confirm", Stage.TO_CONFIRM, "Every moderated mark is confirmed."),
        ("Outcomes to release", Stage.TO_RELEASE, "Every confirmed outcome is released."),
    )
    for label, stage, none in lines:
        scripts = at_stage(visible, stage)
        since = scripts.aggregate(since=Min("received_at"))["since"]
        yield _line(label, scripts.count(), stage, since=since, none=none)
    blocked = enrolments_blocked().filter(pk__in=enrolments_visible_to(user).values("pk"))
    yield _line("Certificates blocked", blocked.count(), Stage.BLOCKED, none="No certificate is blocked.")


def _line(label: str, count: int, stage: Stage, *, since: datetime | None = None, none: str) -> Waiting:
    return Waiting(
        label,
        count=count,
        address=f"{reverse('assessments:release_list')}?stage={stage.value}",
        since=london_date(since) if since else None,
        words=f"The oldest came on {table_day(since)}." if since else "" if count else none,
    )
