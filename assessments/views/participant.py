"""The participant's work: what to send, by when, what was sent, the result, the certificate."""

from datetime import datetime

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions, queries
from assessments.access import own_certificates, own_files
from assessments.forms import SendForm
from assessments.states import CertificateState
from cohorts.queries import current_enrolment_of, standing_of
from cohorts.rules.dates import is_open
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, on_arrival, person_of, refusals
from npqh_portal.web.downloads import document_as_sent, document_download


@for_role(Role.PARTICIPANT)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    enrolment, now = current_enrolment_of(person_of(request)), clock.now()
    if enrolment is None:
        return render(request, "assessments/work.html")
    work = queries.work_of(enrolment, now)
    context = {
        "enrolment": enrolment,
        "work": work,
        "has_passed": bool(work) and all(one.is_passed for one in work),
        "certificates": list(queries.certificates_of(enrolment)),
        "standing": standing_of(enrolment, now),
    }
    return render(request, "assessments/work.html", context)


@on_arrival
@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, code: str, received_at: datetime) -> HttpResponse:
    """Send a file for a task."""
    person = person_of(request)
    enrolment = current_enrolment_of(person)
    if enrolment is None:
        raise Http404
    one = next((one for one in queries.work_of(enrolment, received_at) if one.task.code == code), None)
    if one is None:
        raise Http404
    form = SendForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals(form):
            file = actions.submit_assessment(
                enrolment,
                task=one.task,
                upload=form.cleaned_data["file"],
                own_work=form.cleaned_data["own_work"],
                received_at=received_at,
                by=person,
            )
            return redirect("assessments:receipt", file.receipt)
    return render(request, "assessments/send.html", {"form": form, "one": one})


@for_role(Role.PARTICIPANT)
@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    mine = own_files(request.user).select_related(
        "submission__task", "submission__window", "submission__outcome__release"
    )
    file = get_object_or_404(mine, receipt=receipt)
    window = file.submission.window
    context = {
        "file": file,
        "newest": queries.newest_file(file.submission),
        "is_open": is_open(window.opens_on, window.closes_on, clock.now()),
    }
    return render(request, "assessments/receipt.html", context)


@for_role(Role.PARTICIPANT)
@require_safe
def own_file(request: HttpRequest, receipt: str) -> FileResponse:
    file = get_object_or_404(own_files(request.user), receipt=receipt)
    return document_as_sent(file)


@for_role(Role.PARTICIPANT)
@require_safe
def own_certificate(request: HttpRequest, number: str) -> FileResponse:
    """The certificate itself. A revoked one is not handed out again; of one from before this portal no copy is held."""
    with_copy = own_certificates(request.user).filter(is_from_before=False)
    certificate = get_object_or_404(with_copy, number=number, state=CertificateState.READY)
    return document_download(certificate.stored_name, name=f"{certificate.number}.pdf", kind="pdf")
