"""Reflections: the writer's pages, and those of the people with whom some are shared."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.access import (
    reflections_of,
    reflections_of_group_mates,
    reflections_shared_with_coach,
    reflections_shared_with_facilitator,
)
from cohorts.actions import reflections as actions
from cohorts.forms.network import RemoveForm
from cohorts.forms.reflections import ReflectionForm, ShareForm
from cohorts.models import Completion, Enrolment, Reflection
from cohorts.queries import reflections as queries
from cohorts.queries.items import listed_item
from cohorts.queries.practice import asked_of
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.web.doors import View, for_role, person_of, refusals
from npqh_portal.web.forms import sent

from .own import enrolment_of

REFLECTIONS_ON_A_PAGE = 15


# --- the writer ----------------------------------------------------------------------------------


@for_role(Role.PARTICIPANT)
@require_safe
def reflections(request: HttpRequest) -> HttpResponse:
    """One's own, and what the course asks one to reflect on."""
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over:
        return render(request, "cohorts/reflections.html", {"enrolment": enrolment})
    mine = queries.reflections_in_order(reflections_of(person_of(request)))
    may_write = enrolment.state in LIVE_ENROLMENT
    context = {
        "enrolment": enrolment,
        "page": Paginator(mine, REFLECTIONS_ON_A_PAGE).get_page(request.GET.get("page")),
        "asked": queries.still_to_reflect_on(enrolment) if may_write else (),
        "may_write": may_write,
    }
    return render(request, "cohorts/reflections.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def reflection_write(request: HttpRequest) -> HttpResponse:
    """A new one, on anything."""
    return _write(request, _writer(request), item=None)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def reflection_on(request: HttpRequest, code: str) -> HttpResponse:
    """The one on an item of the course: written here, and once it is there, changed on its own page."""
    enrolment = _writer(request)
    item = listed_item(enrolment, ItemKind.REFLECTION, code)
    if item is None:
        raise Http404
    there = Reflection.objects.filter(enrolment=enrolment, item=item).first()
    if there and request.method != "POST":
        return redirect("cohorts:reflection", there.public_id)
    return _write(request, enrolment, item=item)


def _writer(request: HttpRequest) -> Enrolment:
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over or enrolment.state not in LIVE_ENROLMENT:
        raise Http404
    return enrolment


def _write(request: HttpRequest, enrolment: Enrolment, *, item: Item | None) -> HttpResponse:
    form = ReflectionForm(sent(request), reflection=None, item=item)
    if form.is_valid():
        with refusals(form):
            made = actions.write_reflection(enrolment, item=item, **form.said(), by=person_of(request))
            messages.success(request, _written(made))
            return redirect("cohorts:reflection_share", made.public_id)
    there = Reflection.objects.filter(enrolment=enrolment, item=item).first() if item else None
    context = _effect(enrolment, item) | {
        "form": form,
        "item": item,
        "reflection": there,
        "is_overtaken": form.overtaken_by(there.revision if there else 0),
    }
    return render(request, "cohorts/reflection_write.html", context)


def _effect(enrolment: Enrolment, item: Item | None) -> dict[str, Any]:
    """What saving does to the item that it is on; or by what record that item is done already."""
    if item is None:
        return {}
    done = Completion.objects.filter(enrolment=enrolment, item=item).select_related("recorded_by").first()
    return {
        "completion": done,
        "is_own_completion": done is not None and done.recorded_by_id == enrolment.person_id,
        "effect": "" if done else queries.effect_of_saving(enrolment, item, clock.now()),
        "asked": asked_of(enrolment),
    }


def _written(made: Reflection) -> str:
    if made.item is None:
        return "Saved. It is yours alone unless you share it."
    is_done = Completion.objects.filter(enrolment=made.enrolment_id, item=made.item_id).exists()
    counts = "and counts as done" if is_done else "but cannot be counted at present"
    return f"Saved: your reflection on “{made.item.title}” is kept, {counts}. It is yours alone unless you share it."


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def reflection(request: HttpRequest, public_id: str) -> HttpResponse:
    """One of one's own, to be read and changed."""
    try:
        found = _own(request, public_id)
    except Http404:
        if request.method != "POST":
            raise
        return _gone(request)
    form = ReflectionForm(sent(request), reflection=found, item=found.item)
    about = _effect(found.enrolment, found.item)
    if form.is_valid():
        with refusals(form):
            actions.change_reflection(found, **form.said(), by=person_of(request))
            counts_now = " It counts as done now." if about.get("effect") == "counts" else ""
            messages.success(request, f"Saved: your reflection.{counts_now}")
            return redirect("cohorts:reflections")
    if form.is_bound:
        found = _own(request, public_id)
    context = about | {
        "form": form,
        "item": found.item,
        "reflection": found,
        "is_overtaken": form.overtaken_by(found.revision),
    }
    return render(request, "cohorts/reflection_write.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    """It was removed in another tab, say, before this was sent: what was typed can be kept as a new one."""
    enrolment = enrolment_of(request)
    typed = {"title": request.POST.get("title", ""), "words": request.POST.get("words", "")}
    context = {
        "words": typed["words"],
        "form": ReflectionForm(None, reflection=None, item=None, typed=typed),
        "may_write": enrolment is not None and not enrolment.is_taken_over and enrolment.state in LIVE_ENROLMENT,
    }
    return render(request, "cohorts/reflection_gone.html", context, status=404)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def reflection_share(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who may read it; or nobody any more."""
    found = _own(request, public_id)
    readers = queries.readers_for(found.enrolment)
    form = ShareForm(sent(request), reflection=found, readers=readers)
    if form.is_valid():
        with refusals(form):
            shared = actions.share_reflection(found, **form.said(), by=person_of(request))
            messages.success(request, _shared(shared))
            return redirect("cohorts:reflections")
    context = {"form": form, "reflection": found, "has_readers": bool(readers.matches or readers.stay)}
    return render(request, "cohorts/reflection_share.html", context)


def _shared(reflection: Reflection) -> str:
    if reflection.match:
        return f"Shared: {reflection.match.supporter} can read “{reflection}”. Nobody is told by email."
    if reflection.group:
        return f"Shared: {reflection.group.name} and whoever leads it can read “{reflection}”. Nobody is told by email."
    return f"“{reflection}” is yours alone."


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def reflection_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    form = RemoveForm(sent(request), revision=found.revision)
    if form.is_valid():
        with refusals(form):
            actions.remove_reflection(found, revision=form.cleaned_data["revision"], by=person_of(request))
            messages.success(request, f"Removed: “{found}”.")
            return redirect("cohorts:reflections")
    if form.is_bound:
        found = _own(request, public_id)
        form.overtaken_by(found.revision)
    return render(request, "cohorts/reflection_remove.html", {"form": form, "reflection": found})


@for_role(Role.PARTICIPANT)
@require_safe
def reflections_file(request: HttpRequest) -> HttpResponse:
    """All of one's own in one page to keep: it needs nothing else, no network and no portal."""
    person = person_of(request)
    mine = queries.reflections_in_order(reflections_of(person)).order_by("written_at", "pk")
    text = render_to_string("cohorts/reflections_file.html", {"person": person, "reflections": mine, "at": clock.now()})
    headers = {"Content-Disposition": 'attachment; filename="reflections.html"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, headers=headers)


def _own(request: HttpRequest, public_id: str) -> Reflection:
    return get_object_or_404(queries.reflections_in_order(reflections_of(person_of(request))), public_id=public_id)


# --- those with whom some are shared -------------------------------------------------------------


@require_safe
def _list(request: HttpRequest, *, side: str, reached: Callable[[User], QuerySet[Reflection]]) -> HttpResponse:
    shared = queries.reflections_in_order(reached(person_of(request)))
    page = Paginator(shared, REFLECTIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "side": side, "page_name": f"cohorts:{side}_reflection"}
    return render(request, "cohorts/reflections_shared.html", context)


@require_safe
def _read(
    request: HttpRequest, public_id: str, *, side: str, reached: Callable[[User], QuerySet[Reflection]]
) -> HttpResponse:
    shared = queries.reflections_in_order(reached(person_of(request)))
    found = get_object_or_404(shared, public_id=public_id)
    context = {"reflection": found, "list_name": f"cohorts:{side}_reflections"}
    return render(request, "cohorts/reflection_shared.html", context)


def _pages(role: Role, side: str, reached: Callable[[User], QuerySet[Reflection]]) -> tuple[View, View]:
    """The list and the single one, behind the door of one role. `side` begins the names of these pages."""
    listed, read = (for_role(role)(partial(view, side=side, reached=reached)) for view in (_list, _read))
    return listed, read


group_reflections, group_reflection = _pages(Role.PARTICIPANT, "group", reflections_of_group_mates)
led_reflections, led_reflection = _pages(Role.FACILITATOR, "led", reflections_shared_with_facilitator)
coach_reflections, coach_reflection = _pages(Role.COACH, "coach", reflections_shared_with_coach)
