"""The lead's desk: who marks what, which verdict stands, who is told, and what still blocks a certificate."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions, queries
from assessments.access import LEADS, READERS, enrolments_led_by, submissions_led_by, submissions_visible_to
from assessments.errors import ScriptElsewhere
from assessments.forms import AllocateForm, VerdictForm
from assessments.models import Submission
from assessments.queries import Stage
from assessments.states import SubmissionState
from cohorts.access import enrolments_visible_to
from npqh_portal import clock
from npqh_portal.web.doors import for_role, person_of, refusals
from npqh_portal.web.forms import PortalForm


def _submission(request: HttpRequest, public_id: str) -> Submission:
    return get_object_or_404(queries.for_leads(submissions_visible_to(request.user)), public_id=public_id)


def _script_to_act_on(request: HttpRequest, public_id: str) -> Submission:
    """Administrators, and who leads a partner only, read scripts on which they do not act."""
    script = _submission(request, public_id)
    if not submissions_led_by(request.user).filter(pk=script.pk).exists():
        raise PermissionDenied
    return script


def _elsewhere(request: HttpRequest, script: Submission) -> HttpResponse:
    """The page was opened before somebody else acted: say how the script stands, and show it."""
    stands = (
        queries.as_confirmed(script.outcome)
        if script.state == SubmissionState.CONFIRMED
        else ScriptElsewhere(script.get_state_display())
    )
    messages.warning(request, str(stands))
    return redirect("assessments:submission", script.public_id)


@for_role(*READERS)
@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    """Scripts by stage, oldest first; the first stage that waits for a lead unless another is asked for."""
    visible = submissions_visible_to(request.user)
    blocked = queries.enrolments_blocked().filter(pk__in=enrolments_visible_to(person_of(request)).values("pk"))
    counts = queries.stage_counts(visible) | {Stage.BLOCKED: blocked.count()}
    stage = queries.stage_asked_for(request.GET.get("stage", ""), counts)
    rows: Any = blocked if stage is Stage.BLOCKED else queries.for_leads(queries.at_stage(visible, stage))
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    led = enrolments_led_by(request.user) if stage is Stage.BLOCKED else submissions_led_by(request.user)
    context = {
        "stages": [(one, counts[one]) for one in Stage],
        "stage": stage,
        "page": page,
        "led": set(led.filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)),
        "blocked": list(queries.readiness_of(list(page), clock.now()).values()) if stage is Stage.BLOCKED else [],
    }
    return render(request, "assessments/release_list.html", context)


@for_role(*READERS)
@require_safe
def submission(request: HttpRequest, public_id: str) -> HttpResponse:
    script = _submission(request, public_id)
    stage = queries.stage_of(script)
    context = {
        "script": script,
        "stage": stage,
        "led": set(submissions_led_by(request.user).filter(pk=script.pk).values_list("pk", flat=True)),
        "reason": queries.reason_of(script.outcome) if stage in {Stage.TO_RELEASE, Stage.RELEASED} else "",
    }
    return render(request, "assessments/submission.html", context)


@for_role(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def allocate(request: HttpRequest, public_id: str) -> HttpResponse:
    script = _script_to_act_on(request, public_id)
    if queries.stage_of(script) not in {Stage.TO_ALLOCATE, Stage.WITH_ASSESSORS}:
        return _elsewhere(request, script)
    eligible, held = queries.eligible_for(script), queries.holders(script)
    form = AllocateForm(request.POST or None, eligible=eligible.people, initial=held)
    if form.is_valid():
        with refusals(form):
            actions.allocate(script, **form.cleaned_data, by=person_of(request))
            newly = [str(person) for part, person in form.cleaned_data.items() if held.get(part) != person.pk]
            messages.success(request, f"Script {script.script_code} allocated. {_told(newly)}")
            return redirect("assessments:release_list")
    return render(request, "assessments/allocate.html", {"script": script, "form": form, "eligible": eligible})


def _told(newly: list[str]) -> str:
    if not newly:
        return "Both have it already, so nothing has changed."
    return f"{' and '.join(newly)} {'are' if len(newly) > 1 else 'is'} told by email."


@for_role(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where marker and moderator agree there is nothing to choose; else the lead chooses, and says why."""
    script = _script_to_act_on(request, public_id)
    if queries.stage_of(script) is not Stage.TO_CONFIRM:
        return _elsewhere(request, script)
    differ = len({mark.verdict for mark in script.marks.all()}) > 1
    form = (VerdictForm if differ else PortalForm)(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals(form):
            outcome = actions.confirm_outcome(script, **form.cleaned_data, by=person_of(request))
            verdict = outcome.get_verdict_display().lower()
            messages.success(request, f"Outcome confirmed: {verdict}. Nobody is told yet.")
            return redirect("assessments:release_list")
    return render(request, "assessments/confirm.html", {"script": script, "form": form})


@for_role(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    script = _script_to_act_on(request, public_id)
    if queries.stage_of(script) is not Stage.TO_RELEASE:
        return _elsewhere(request, script)
    return _release(request, [script])


@for_role(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def release_all(request: HttpRequest) -> HttpResponse:
    """Those listed on the page that asked, and no other that was confirmed meanwhile."""
    scripts = list(queries.for_leads(queries.at_stage(submissions_led_by(request.user), Stage.TO_RELEASE)))
    if request.method == "POST":
        asked = set(request.POST.getlist("script"))
        scripts = [script for script in scripts if script.public_id in asked]
    return _release(request, scripts)


def _release(request: HttpRequest, scripts: list[Submission]) -> HttpResponse:
    if request.method != "POST":
        return render(request, "assessments/release.html", {"scripts": scripts})
    for script in scripts:
        actions.release_outcome(script.outcome, by=person_of(request))
    if scripts:
        messages.success(request, f"{_results(len(scripts))} released. Each participant is told by email to sign in.")
    else:
        messages.warning(request, "None of these results waits to be released any more.")
    return redirect("assessments:release_list")


def _results(count: int) -> str:
    return "One result" if count == 1 else f"{count} results"


@for_role(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Issue a certificate that was blocked when the result was released, without waiting for the clock."""
    mine = queries.enrolments_blocked().filter(pk__in=enrolments_led_by(request.user).values("pk"))
    enrolment = get_object_or_404(mine, public_id=public_id)
    if request.method == "POST":
        with refusals(request):
            certificate = actions.issue_certificate(enrolment, by=person_of(request))
            messages.success(
                request, f"Certificate {certificate.number} is being made. They are told when it is ready."
            )
            return redirect("assessments:release_list")
    readiness = queries.readiness_of([enrolment], clock.now())[enrolment.pk]
    return render(request, "assessments/issue.html", {"one": readiness})
