"""Catching up: what a participant hands in for a missed session, and what whoever answers for them decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import errors
from cohorts.access import (
    READERS_OF_WORK,
    catch_up_files_of,
    catch_up_offers_led_by,
    catch_ups_led_by,
    catch_ups_of,
    catch_ups_overseen_by,
    cohorts_led_in_by,
)
from cohorts.actions import catch_up as actions
from cohorts.forms import catch_up as shapes
from cohorts.models import CatchUp, CatchUpOffer
from cohorts.queries import catch_up as queries
from cohorts.queries.guests import places_elsewhere
from cohorts.queries.items import is_expected
from cohorts.rules.catch_up import check_in_time, check_missing
from cohorts.states import CatchUpState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.queries import current_policy
from npqh_portal.web.doors import View, for_role, on_arrival, person_of, refusals
from npqh_portal.web.downloads import document_as_sent
from npqh_portal.web.forms import PortalForm, sent
from npqh_portal.web.words import day, hours_in_words

from .own import enrolment_of

CATCH_UPS_ON_A_PAGE = 25
OFFERS_ON_A_PAGE = 25

_UNDER: dict[type[RuleViolation], str] = {
    errors.CatchUpWithoutWords: "words",
    errors.CatchUpOfferOver: "offer",
    errors.TooManyCatchUpFiles: "documents",
    errors.CatchUpFileRefused: "documents",
}
_UNDER_DECISION: dict[type[RuleViolation], str] = {
    errors.CatchUpReasonMissing: "answer",
    errors.CatchUpDayOutOfRange: "send_by",
}


# --- the participant -----------------------------------------------------------------------------


@on_arrival
@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def catch_up(request: HttpRequest, code: str, received_at: datetime) -> HttpResponse:
    """What was missed, what is offered, and what is handed in for it."""
    person, enrolment = person_of(request), enrolment_of(request)
    if enrolment is None:
        raise Http404
    listed = Item.objects.filter(
        version=enrolment.version_id, kind__in=sorted(kind.value for kind in KINDS_WITH_REGISTER)
    )
    item = get_object_or_404(listed, code=code, personal_items__enrolment=enrolment)
    form, held = None, queries.open_catch_up_of(enrolment, item)
    found = queries.missed_of(enrolment, item)
    refusal = _refusal(found, held, received_at)
    offers = queries.offers_to(enrolment, found.seminar) if found.seminar else []
    if not refusal:
        before = None if held else queries.undecided_of(enrolment, item)
        form = shapes.CatchUpForm(sent(request), request.FILES or None, offers=offers, held=held, before=before)
        if form.is_valid():
            with refusals(form, under=_UNDER):
                kept = actions.send_catch_up(enrolment, item=item, **form.said(), received_at=received_at, by=person)
                return redirect("cohorts:catch_up_sent", kept.public_id)
        if form.errors:
            form.ask_for_files_again()
            held = queries.open_catch_up_of(enrolment, item)
    context = {
        "item": item,
        "seminar": found.seminar,
        "held": held,
        "last": queries.newest_catch_ups_of(enrolment).get(item.pk),
        "send_by": held.send_by if held else found.missing.send_by,
        "refusal": refusal,
        "typed": request.POST.get("words", "") if refusal else "",
        "has_files": bool(request.FILES),
        "form": form,
        "is_overtaken": bool(form and form.overtaken_by(held.revision if held else 0)),
        "offers": offers,
        "elsewhere": len(places_elsewhere(enrolment, item, received_at)) if found.seminar else 0,
    }
    return render(request, "cohorts/catch_up.html", context)


def _refusal(found: queries.Missed, held: CatchUp | None, at: datetime) -> str:
    """Why nothing can be handed in; empty where it can."""
    try:
        check_missing(found.missing, at)
        send_by = held.send_by if held else found.missing.send_by
        if send_by:
            check_in_time(send_by, at)
    except RuleViolation as refusal:
        return str(refusal)
    return ""


def _item_now(one: CatchUp) -> dict[str, bool]:
    """Of one that is settled, whether the item is asked of them, and credited in full, by now."""
    if one.state not in {CatchUpState.ACCEPTED, CatchUpState.NOT_NEEDED}:
        return {}
    item = one.seminar.item
    return {
        "is_asked": is_expected(one.enrolment, item),
        "is_credited": queries.left_to_credit(one.enrolment, item) == 0,
    }


@for_role(Role.PARTICIPANT)
@require_safe
def catch_up_sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """The receipt, and from then on where it stands."""
    mine = get_object_or_404(queries.whole(catch_ups_of(person_of(request))), public_id=public_id)
    found = queries.missed_of(mine.enrolment, mine.seminar.item)
    context = {
        "catch_up": mine,
        "files": mine.files.all(),
        "undone_by": queries.undone_by(mine),
        **_item_now(mine),
        "may_send": not _refusal(found, mine if mine.state == CatchUpState.RETURNED else None, clock.now()),
        "until": found.missing.send_by,
        "today": clock.today(),
    }
    return render(request, "cohorts/catch_up_sent.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def catch_up_take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asked once more before it is taken back."""
    mine = get_object_or_404(queries.whole(catch_ups_of(person_of(request))), public_id=public_id)
    form = PortalForm(sent(request))
    if form.is_valid():
        with refusals(request):
            actions.withdraw_catch_up(mine, by=person_of(request))
            messages.success(request, f"Taken back: what you handed in for “{mine.seminar.item.title}”.")
        return redirect("cohorts:catch_up_sent", public_id)
    return render(request, "cohorts/catch_up_take_back.html", {"catch_up": mine, "form": form})


@for_role(Role.PARTICIPANT)
@require_safe
def catch_up_file(request: HttpRequest, public_id: str) -> FileResponse:
    """A file of one's own."""
    return document_as_sent(get_object_or_404(catch_up_files_of(person_of(request)), public_id=public_id))


# --- whoever decides -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """The facilitator's pages, and the lead's: the same, each of the people one answers for."""

    name: str
    roles: tuple[Role, ...]
    reached: Callable[[User], QuerySet[CatchUp]]

    @property
    def all(self) -> str:
        return f"cohorts:{self.name}catch_ups"

    @property
    def one(self) -> str:
        return f"cohorts:{self.name}catch_up_decide"

    @property
    def file(self) -> str:
        return f"cohorts:{self.name}catch_up_evidence"

    @property
    def is_leads(self) -> bool:
        return self.name == "lead_"


FACILITATOR = Side("", (Role.FACILITATOR,), catch_ups_led_by)
LEAD = Side("lead_", READERS_OF_WORK, catch_ups_overseen_by)


def _for_both(view: Callable[..., Any]) -> tuple[View, View]:
    facilitators, leads = (for_role(*side.roles)(partial(view, side=side)) for side in (FACILITATOR, LEAD))
    return facilitators, leads


_SHOWN = {
    shapes.WAITING: queries.to_decide,
    shapes.SENT_BACK: queries.sent_back,
    shapes.SETTLED: queries.settled,
}


@require_safe
def _catch_ups(request: HttpRequest, *, side: Side) -> HttpResponse:
    """Those to decide, longest waiting first; those sent back; those decided."""
    show = request.GET.get("show", "")
    show = show if show in _SHOWN else shapes.WAITING
    sought = request.GET.get("q", "").strip()[:100]
    found = _SHOWN[show](side.reached(person_of(request)))
    if sought:
        found = found.filter(
            Q(enrolment__person__full_name__icontains=sought) | Q(seminar__item__title__icontains=sought)
        )
    page = Paginator(found, CATCH_UPS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "side": side,
        "page": page,
        "lines": [(one, (clock.today() - clock.london_date(one.sent_at)).days) for one in page],
        "show": show,
        "search": shapes.CatchUpSearchForm(initial={"q": sought, "show": show}),
        "sought": sought,
        "today": clock.today(),
    }
    return render(request, "cohorts/catch_ups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _decide(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    """What was handed in, what accepting it does, and the decision; a refusal is asked for once more."""
    one = get_object_or_404(queries.whole(side.reached(person_of(request))), public_id=public_id)
    gain = queries.gain_of(one, clock.now()) if one.state == CatchUpState.SENT else None
    form = None
    if one.state == CatchUpState.SENT or request.method == "POST":
        days = current_policy(one.enrolment.version).catch_up_days
        form = shapes.DecisionForm(
            sent(request), catch_up=one, gain=_gain_in_words(gain), today=clock.today(), catch_up_days=days
        )
        if form.is_valid() and "back" not in request.POST:
            is_refused = form.cleaned_data["decision"] == shapes.REFUSE and one.state == CatchUpState.SENT
            if is_refused and "confirmed" not in request.POST:
                return render(request, "cohorts/catch_up_refuse.html", {"catch_up": one, "form": form, "side": side})
            with refusals(form, under=_UNDER_DECISION):
                messages.success(request, _decided(one, form, by=person_of(request)))
                return redirect(side.all)
        one = queries.whole(CatchUp.objects.filter(pk=one.pk)).get()
        form.overtaken_by(one.revision) if one.state == CatchUpState.SENT else None
    context = {
        "side": side,
        "catch_up": one,
        "files": one.files.all(),
        "undone_by": queries.undone_by(one),
        **_item_now(one),
        "mark": queries.mark_as_it_stands(one),
        "gain": gain,
        "earlier": queries.earlier_of(one),
        "form": form,
        "today": clock.today(),
    }
    return render(request, "cohorts/catch_up_decide.html", context)


def _gain_in_words(gain: queries.Gain | None) -> str:
    if gain is None:
        return "Nothing is left to credit."
    what = f"{hours_in_words(gain.change)} are credited" if gain.unit == "minutes" else "It counts as done"
    return f"{what}: from {gain.before} to {gain.after}."


_DECISIONS = {
    shapes.ACCEPT: CatchUpState.ACCEPTED,
    shapes.SEND_BACK: CatchUpState.RETURNED,
    shapes.REFUSE: CatchUpState.REFUSED,
}


def _decided_before(one: CatchUp, given: dict[str, Any], *, by: User) -> str:
    """Of a second press, which says the same; anything else is told that it came too late, with what was typed."""
    says = (_DECISIONS[given["decision"]], by.pk, given["answer"].strip())
    if says != (one.state, one.decided_by_id, one.answer):
        raise errors.CatchUpDecided(one.get_state_display())
    return f"You had decided that already: “{one.get_state_display()}”. {one.enrolment.person} has been told, once."


def _decided(one: CatchUp, form: shapes.DecisionForm, *, by: User) -> str:
    given = form.cleaned_data
    if one.state != CatchUpState.SENT:
        return _decided_before(one, given, by=by)
    about = {"answer": given["answer"], "revision": given["revision"], "by": by}
    who = one.enrolment.person
    if given["decision"] == shapes.ACCEPT:
        gain = queries.gain_of(one, clock.now())
        actions.accept_catch_up(one, **about)
        return f"Accepted. {_gain_in_words(gain)} {who} is told by email."
    if given["decision"] == shapes.SEND_BACK:
        kept = actions.return_catch_up(one, send_by=given["send_by"], **about)
        return f"Sent back to {who}, to be sent again by {day(kept.send_by)}. They are told by email."
    actions.refuse_catch_up(one, **about)
    return f"Not accepted. {who} is told by email, with what you wrote."


@require_safe
def _evidence(request: HttpRequest, public_id: str, file: str, *, side: Side) -> FileResponse:
    # What somebody has taken back is theirs alone again.
    kept = side.reached(person_of(request)).exclude(state=CatchUpState.WITHDRAWN)
    one = get_object_or_404(kept, public_id=public_id)
    return document_as_sent(get_object_or_404(one.files, public_id=file))


catch_ups, lead_catch_ups = _for_both(_catch_ups)
decide, lead_decide = _for_both(_decide)
evidence, lead_evidence = _for_both(_evidence)


# --- what is offered -----------------------------------------------------------------------------


@for_role(Role.FACILITATOR)
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """What the cohorts that one leads in are offered."""
    cohorts = cohorts_led_in_by(person_of(request))
    for_all = Q(cohort=None, item__version__in=cohorts.values("version"))
    found = CatchUpOffer.objects.filter(for_all | Q(pk__in=catch_up_offers_led_by(person_of(request)).values("pk")))
    page = Paginator(queries.offers_in_order(found), OFFERS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/catch_up_offers.html", {"page": page})


@for_role(Role.FACILITATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_add(request: HttpRequest) -> HttpResponse:
    cohorts = cohorts_led_in_by(person_of(request)).select_related("version")
    form = shapes.OfferForm(sent(request), cohorts=cohorts, items=queries.items_to_offer_for(cohorts))
    if form.is_valid():
        with refusals(form):
            offer = actions.offer_catch_up(**form.said(), by=person_of(request))
            messages.success(request, f"Offered: “{offer.title}”. Whoever missed the session finds it at once.")
            return redirect("cohorts:catch_up_offers")
    return render(request, "cohorts/catch_up_offer.html", {"form": form, "offer": None})


@for_role(Role.FACILITATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    held = _offer(request, public_id)
    shown = ("way", "title", "url", "words", "minutes")
    form = shapes.OfferWordsForm(sent(request), initial={name: getattr(held, name) for name in shown})
    if form.is_valid():
        with refusals(form):
            actions.change_catch_up_offer(held, **form.cleaned_data, by=person_of(request))
            messages.success(request, "Saved.")
            return redirect("cohorts:catch_up_offers")
    return render(request, "cohorts/catch_up_offer.html", {"form": form, "offer": held})


@for_role(Role.FACILITATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_end(request: HttpRequest, public_id: str) -> HttpResponse:
    held = _offer(request, public_id)
    form = PortalForm(sent(request))
    if form.is_valid():
        actions.end_catch_up_offer(held, by=person_of(request))
        messages.success(request, f"“{held.title}” is not offered any more.")
        return redirect("cohorts:catch_up_offers")
    return render(request, "cohorts/catch_up_offer_end.html", {"form": form, "offer": held})


def _offer(request: HttpRequest, public_id: str) -> CatchUpOffer:
    theirs = catch_up_offers_led_by(person_of(request)).select_related("item", "cohort")
    return get_object_or_404(theirs, public_id=public_id)
