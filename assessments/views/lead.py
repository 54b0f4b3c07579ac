"""The lead's desk: who marks what, which verdict stands, who is told, and what still blocks a certificate."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from assessments import actions, queries
from assessments.access import LEADS, READERS, submissions_visible_to
from assessments.forms import AllocateForm, VerdictForm
from assessments.models import Submission
from assessments.queries import Stage
from cohorts.access import enrolments_visible_to
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.web.doors import for_role, refusals
from npqh_portal.web.forms import PortalForm


def _lead(request: HttpRequest) -> User:
    """Administrators read these pages; only programme leads act on them."""
    if not has_role(request.user, *LEADS):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    return request.user


def _submission(request: HttpRequest, public_id: str) -> Submission:
    return get_object_or_404(queries.for_leads(submissions_visible_to(request.user)), public_id=public_id)


@for_role(*READERS)
@require_GET
def release_list(request: HttpRequest) -> HttpResponse:
    """Scripts by stage, oldest first; the first stage that waits for a lead unless another is asked for."""
    visible = submissions_visible_to(request.user)
    blocked = queries.enrolments_blocked().filter(pk__in=enrolments_visible_to(_user(request)).values("pk"))
    counts = queries.stage_counts(visible) | {Stage.BLOCKED: blocked.count()}
    stage = queries.stage_asked_for(request.GET.get("stage", ""), counts)
    rows: Any = blocked if stage is Stage.BLOCKED else queries.for_leads(queries.at_stage(visible, stage))
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    context = {
        "stages": [(one, counts[one]) for one in Stage],
        "stage": stage,
        "page": page,
        "may_act": has_role(request.user, *LEADS),
        "blocked": list(queries.readiness_of(list(page), clock.now()).values()) if stage is Stage.BLOCKED else [],
    }
    return render(request, "assessments/release_list.html", context)


@for_role(*READERS)
@require_GET
def submission(request: HttpRequest, public_id: str) -> HttpResponse:
    script = _submission(request, public_id)
    context = {"script": script, "stage": queries.stage_of(script), "may_act": has_role(request.user, *LEADS)}
    return render(request, "assessments/submission.html", context)


@for_role(*LEADS)
@require_http_methods(["GET", "POST"])
def allocate(request: HttpRequest, public_id: str) -> HttpResponse:
    lead, script = _lead(request), _submission(request, public_id)
    eligible = queries.eligible_for(script)
    form = AllocateForm(request.POST or None, eligible=eligible.people, initial=queries.holders(script))
    if form.is_valid():
        with refusals(form):
            actions.allocate(script, **form.cleaned_data, by=lead)
            messages.success(request, f"Script {script.script_code} allocated. Both are told by email.")
            return redirect("assessments:release_list")
    return render(request, "assessments/allocate.html", {"script": script, "form": form, "eligible": eligible})


@for_role(*LEADS)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where marker and moderator agree there is nothing to choose; else the lead chooses, and says why."""
    lead, script = _lead(request), _submission(request, public_id)
    differ = len({mark.verdict for mark in script.marks.all()}) > 1
    form = (VerdictForm if differ else PortalForm)(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals(form):
            outcome = actions.confirm_outcome(script, **form.cleaned_data, by=lead)
            verdict = outcome.get_verdict_display().lower()
            messages.success(request, f"Outcome confirmed: {verdict}. Nobody is told yet.")
            return redirect("assessments:release_list")
    return render(request, "assessments/confirm.html", {"script": script, "form": form})


@for_role(*LEADS)
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    lead, script = _lead(request), _submission(request, public_id)
    scripts = queries.at_stage(submissions_visible_to(lead), Stage.TO_RELEASE).filter(pk=script.pk)
    return _release(request, lead, list(queries.for_leads(scripts)))


@for_role(*LEADS)
@require_http_methods(["GET", "POST"])
def release_all(request: HttpRequest) -> HttpResponse:
    """Those listed on the page that asked, and no other that was confirmed meanwhile."""
    lead = _lead(request)
    scripts = queries.for_leads(queries.at_stage(submissions_visible_to(lead), Stage.TO_RELEASE))
    if request.method == "POST":
        scripts = scripts.filter(public_id__in=request.POST.getlist("script"))
    return _release(request, lead, list(scripts))


def _release(request: HttpRequest, lead: User, scripts: list[Submission]) -> HttpResponse:
    if request.method == "GET":
        return render(request, "assessments/release.html", {"scripts": scripts})
    for script in scripts:
        actions.release_outcome(script.outcome, by=lead)
    if scripts:
        messages.success(request, f"{_results(len(scripts))} released. Each participant is told by email to sign in.")
    return redirect("assessments:release_list")


def _results(count: int) -> str:
    return "One result" if count == 1 else f"{count} results"


@for_role(*LEADS)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Issue a certificate that was blocked when the result was released."""
    lead = _lead(request)
    mine = queries.enrolments_blocked().filter(pk__in=enrolments_visible_to(lead).values("pk"))
    enrolment = get_object_or_404(mine, public_id=public_id)
    if request.method == "POST":
        with refusals(request):
            certificate = actions.issue_certificate(enrolment, by=lead)
            messages.success(
                request, f"Certificate {certificate.number} is being made. They are told when it is ready."
            )
            return redirect("assessments:release_list")
    readiness = queries.readiness_of([enrolment], clock.now())[enrolment.pk]
    return render(request, "assessments/issue.html", {"one": readiness})


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    return request.user
