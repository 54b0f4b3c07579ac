"""Marking. Scripts go by their code: no name, school, file name or cohort is shown (T55)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions, queries
from assessments.access import ASSESSORS, allocations_once_of, allocations_visible_to
from assessments.forms import MarkForm, ModerateForm
from assessments.models import Allocation, Mark, Verdict
from npqh_portal.people.models import User
from npqh_portal.web.doors import for_role, refusals
from npqh_portal.web.downloads import document_download

Part = Allocation.Part


@for_role(*ASSESSORS)
@require_safe
def scripts(request: HttpRequest) -> HttpResponse:
    mine = queries.with_turn(allocations_visible_to(request.user))
    page = Paginator(mine, 25).get_page(request.GET.get("page"))
    return render(request, "assessments/scripts.html", {"page": page, "waiting": mine.filter(is_turn=True).count()})


@for_role(*ASSESSORS)
@require_http_methods(["GET", "HEAD", "POST"])
def script(request: HttpRequest, public_id: str) -> HttpResponse:
    """Read it, judge it, and say once more that the verdict is to stand."""
    mine = queries.with_turn(allocations_visible_to(request.user))
    allocation = mine.filter(submission__public_id=public_id).first()
    if allocation is None:
        # Letters go on pointing here.
        over = allocations_once_of(request.user).filter(submission__public_id=public_id)[:1]
        return render(request, "assessments/script_over.html", {"allocation": get_object_or_404(over)})
    marks = queries.marks_for(allocation)
    form = _form(request, allocation, marks) if allocation.is_turn else None
    if form and form.is_valid() and "back" not in request.POST:
        if "confirmed" not in request.POST:
            return render(request, "assessments/script_confirm.html", {"allocation": allocation, "form": form})
        with refusals(form):
            _judge(allocation, form, by=request.user)
            messages.success(request, f"Verdict on script {allocation.submission.script_code} recorded.")
            return redirect("assessments:scripts")
    file = queries.newest_file(allocation.submission)
    context = {"allocation": allocation, "file": file, "form": form, "marks": marks}
    return render(request, "assessments/script.html", context)


def _form(request: HttpRequest, allocation: Allocation, marks: list[Mark]) -> MarkForm:
    if allocation.part == Part.MARKER:
        return MarkForm(request.POST or None)
    return ModerateForm(request.POST or None, first_verdict=marks[0].verdict)


def _judge(allocation: Allocation, form: MarkForm, *, by: object) -> None:
    assert isinstance(by, User)  # noqa: S101  # the door let nobody else in
    act = actions.moderate if allocation.part == Part.MODERATOR else actions.record_mark
    verdict = Verdict(form.cleaned_data["verdict"])
    act(allocation.submission, verdict=verdict, feedback=form.cleaned_data["feedback"], by=by)


@for_role(*ASSESSORS)
@require_safe
def script_file(request: HttpRequest, public_id: str) -> FileResponse:
    """The newest file, named after the script and not as its author named it."""
    allocation = get_object_or_404(allocations_visible_to(request.user), submission__public_id=public_id)
    file = queries.newest_file(allocation.submission)
    return document_download(file.stored_name, name=f"{allocation.submission.script_code}.{file.kind}", kind=file.kind)
