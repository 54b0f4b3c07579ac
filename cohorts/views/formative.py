"""Formative work: the participant's pages, and those of whoever gives feedback to it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import errors
from cohorts.access import (
    READERS_OF_WORK,
    formative_files_of,
    formative_files_read_by,
    formative_rounds_answered_by,
    work_led_by,
)
from cohorts.actions import formative as actions
from cohorts.forms.formative import CALLED, FeedbackForm, WorkForm, WorkSearchForm
from cohorts.models import Completion, Enrolment, FormativeFile, FormativeRound, FormativeWork
from cohorts.queries import formative as queries
from cohorts.queries import latest_membership_of
from cohorts.queries.facilitators import leader_of
from cohorts.queries.items import is_expected, listed_item
from cohorts.queries.practice import asked_of
from cohorts.queries.project import asks_of, unsent_before
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import KINDS_SENT, ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.web.doors import for_role, person_of, refusals
from npqh_portal.web.downloads import document_as_sent, picture_shown
from npqh_portal.web.forms import sent

from .own import enrolment_of

WORK_ON_A_PAGE = 20

# Under which box a refusal stands.
_UNDER: dict[type[RuleViolation], str] = dict.fromkeys(
    (errors.FormativeWorkEmpty, errors.FormativeWorkTooLong, errors.FormativeWorkUnchanged), "words"
)


# --- the participant -----------------------------------------------------------------------------


@for_role(Role.PARTICIPANT)
@require_safe
def formative(request: HttpRequest, code: str) -> HttpResponse:
    """What was sent, with the feedback to it. Where nothing was sent yet, one is led on to where it is written."""
    enrolment, item = _task(request, code)
    work = queries.formative_work_on(enrolment, item)
    may_write = _may_write(enrolment, item)
    if may_write and not (work and work.sent):  # type: ignore[attr-defined]  # fetched along
        return redirect("cohorts:formative_write", code)
    return render(request, "cohorts/formative.html", _about(enrolment, item, work) | {"may_write": may_write})


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def formative_write(request: HttpRequest, code: str) -> HttpResponse:
    """The draft: words and files. Whatever button is pressed, what was typed and chosen is kept first."""
    enrolment, item = _task(request, code)
    if not _may_write(enrolment, item):
        raise Http404
    work = queries.formative_work_on(enrolment, item)
    form = WorkForm(sent(request), item=item, work=work, number=_next_number(work), pictures=_pictures_to_explain(work))
    refused: list[str] = []
    if form.is_bound:
        refused = _attach(request, enrolment, item)
        if form.is_valid() and (led_on := _save(request, form, enrolment, item, refused=refused)):
            return led_on
        work = queries.formative_work_on(enrolment, item)
        form.is_for(_next_number(work))
    is_overtaken = form.overtaken_by(work.revision if work else 0)
    for words in refused:
        form.add_error("documents", words)
    context = _about(enrolment, item, work) | {
        "form": form,
        "is_overtaken": is_overtaken,
        "unsent_before": unsent_before(enrolment, item),
    }
    return render(request, "cohorts/formative_write.html", context)


def _attach(request: HttpRequest, enrolment: Enrolment, item: Item) -> list[str]:
    """Sound files are kept, whatever is wrong with the others or with the words. Returns what is wrong, in words."""
    refused = []
    for upload in request.FILES.getlist("documents"):
        try:
            actions.attach_formative_file(enrolment, item=item, upload=upload, by=person_of(request))
        except RuleViolation as refusal:
            refused.append(f"“{upload.name}” was not added. {refusal}")
    return refused


def _save(
    request: HttpRequest, form: WorkForm, enrolment: Enrolment, item: Item, *, refused: list[str]
) -> HttpResponse | None:
    """Where it leads on to; None where something is to be said on the page itself."""
    person, said, led_on = person_of(request), form.said(), None
    with refusals(form, under=_UNDER):
        for file, caption in form.captions():
            actions.caption_formative_file(file, caption=caption, by=person)
        work = actions.save_formative_draft(
            enrolment, item=item, words=said["words"], revision=said["revision"], by=person
        )
        form.goes_on_from(work.revision)
        if refused:  # said on the page itself
            return None
        if drop := request.POST.get("drop"):
            file = get_object_or_404(work.files.select_related("work__enrolment", "work__item"), public_id=drop)
            actions.drop_formative_file(file, by=person)
            messages.success(request, f"Removed: {file.sender_name}. What you wrote is saved.")
            led_on = redirect("cohorts:formative_write", item.code)
        elif "send" in request.POST:
            actions.send_formative_work(work, number=said["number"], by=person)
            messages.success(request, f"Sent: your work on “{item.title}”. It counts as done.")
            led_on = redirect("cohorts:formative", item.code)
        else:
            messages.success(request, "Saved. Nobody else reads it until you send it.")
            led_on = redirect("cohorts:formative_write", item.code)
    return led_on


@for_role(Role.PARTICIPANT)
@require_safe
def formative_file(request: HttpRequest, public_id: str) -> FileResponse:
    return _as_sent(get_object_or_404(formative_files_of(person_of(request)), public_id=public_id))


def _as_sent(file: FormativeFile) -> FileResponse:
    """A picture is shown on the page; anything else is a download."""
    return picture_shown(file.stored_name, kind=file.kind) if file.is_picture else document_as_sent(file)


def _task(request: HttpRequest, code: str) -> tuple[Enrolment, Item]:
    enrolment = enrolment_of(request)
    item = listed_item(enrolment, KINDS_SENT, code) if enrolment else None
    if enrolment is None or item is None:
        raise Http404
    return enrolment, item


def _may_write(enrolment: Enrolment, item: Item) -> bool:
    return enrolment.state in LIVE_ENROLMENT and is_expected(enrolment, item)


def _pictures_to_explain(work: FormativeWork | None) -> list[FormativeFile]:
    """Those of the draft that stand in nothing that has its feedback."""
    if work is None:
        return []
    settled = {file for one in work.sent if one.feedback_at for file in one.documents}  # type: ignore[attr-defined]
    return [file for file in work.attached if file.is_picture and file not in settled]  # type: ignore[attr-defined]


def _next_number(work: FormativeWork | None) -> int:
    """Of the round that sending would make, or take the place of."""
    newest = next(iter(work.sent), None) if work else None  # type: ignore[attr-defined]  # fetched along
    return newest.number + (newest.feedback_at is not None) if newest else 1


def _about(enrolment: Enrolment, item: Item, work: FormativeWork | None) -> dict[str, Any]:
    stay = latest_membership_of(enrolment)
    leader = leader_of(stay.group, clock.today()) if stay and stay.group and stay.to_on is None else None
    return {
        "enrolment": enrolment,
        "item": item,
        "noun": CALLED[ItemKind(item.kind)].noun,
        "asks": asks_of(enrolment, item),
        "is_stage": item.kind == ItemKind.PRACTICAL_CYCLE,
        "asked": asked_of(enrolment),
        "work": work,
        "may_send": enrolment.state == EnrolmentState.ACTIVE,
        "ahead": queries.seminar_after(enrolment, item),
        "reader": leader.person if leader else None,
        "completion": Completion.objects.filter(enrolment=enrolment, item=item).select_related("recorded_by").first(),
    }


# --- whoever gives feedback ----------------------------------------------------------------------


@for_role(Role.FACILITATOR, *READERS_OF_WORK)
@require_safe
def feedback_list(request: HttpRequest) -> HttpResponse:
    """What waits for feedback, the oldest first; or what has it."""
    search = WorkSearchForm(request.GET if "q" in request.GET else None)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    rounds = queries.found_among(formative_rounds_answered_by(person_of(request)), words)
    is_answered = request.GET.get("show") == "answered"
    shown = queries.with_feedback(rounds) if is_answered else queries.waiting_for_feedback(rounds)
    page = Paginator(shown, WORK_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": queries.lines_of_rounds(page, clock.today()),
        "is_answered": is_answered,
        "search": search,
        "words": words,
    }
    return render(request, "cohorts/formative_feedback_list.html", context)


@for_role(Role.FACILITATOR, *READERS_OF_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, public_id: str) -> HttpResponse:
    """One round of somebody's work with the rounds before it, and the box for what one says of it."""
    person = person_of(request)
    found = queries.round_to_answer(formative_rounds_answered_by(person), public_id)
    if found is None:
        raise Http404
    form = FeedbackForm(sent(request), sent=found)
    if form.is_valid():
        with refusals(form, under={errors.FeedbackMissing: "words"}):
            actions.give_feedback(found, **form.said(), by=person)
            messages.success(request, _given(found.work.enrolment.person, is_mended=found.feedback_at is not None))
            return redirect("cohorts:feedback_list")
    if form.is_bound:
        found = queries.round_to_answer(formative_rounds_answered_by(person), public_id)
        if found is None:
            raise Http404
    context = {
        "sent": found,
        "person": found.work.enrolment.person,
        "item": found.work.item,
        "whole_page": "cohorts:person_work" if _leads(person, found) else "cohorts:person_work_lead",
        "before": queries.rounds_before(found),
        "after": found.work.rounds.filter(number__gt=found.number).first(),
        "line": queries.lines_of_rounds([found], clock.today())[0],
        "form": form,
        "is_overtaken": form.overtaken_by(found.revision),
    }
    return render(request, "cohorts/formative_feedback.html", context)


def _leads(person: User, found: FormativeRound) -> bool:
    """Whether they read it as the facilitator of the writer's group, and not as a programme lead."""
    return work_led_by(person).filter(pk=found.work.enrolment_id).exists()


def _given(person: User, *, is_mended: bool) -> str:
    return (
        f"Saved: your feedback to {person}." if is_mended else f"Given: your feedback to {person}, who gets an email."
    )


@for_role(Role.FACILITATOR, *READERS_OF_WORK)
@require_safe
def feedback_file(request: HttpRequest, public_id: str) -> FileResponse:
    return _as_sent(get_object_or_404(formative_files_read_by(person_of(request)), public_id=public_id))
