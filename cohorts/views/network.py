"""The directory of peers, and the log of visits to schools."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.access import directory_visible_to, may_join_directory, visits_of
from cohorts.actions import network as actions
from cohorts.errors import DayToCome, DayTooEarly, DayTooLate
from cohorts.forms.network import DirectoryForm, PeerSearchForm, RemoveForm, VisitForm
from cohorts.models import SchoolVisit
from cohorts.queries import network as queries
from cohorts.states import LIVE_ENROLMENT
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import View, for_role, person_of, refusals
from npqh_portal.web.downloads import csv_download, csv_text
from npqh_portal.web.forms import sent
from npqh_portal.web.words import short_day

from .own import enrolment_of

PEERS_ON_A_PAGE = 20
VISITS_ON_A_PAGE = 20

# Under which box of a visit a refusal stands.
_UNDER = dict.fromkeys((DayToCome, DayTooEarly, DayTooLate), "visited_on")


# --- the directory -------------------------------------------------------------------------------


def _for_both(view: View) -> tuple[View, View]:
    """The same page twice, for participants and for facilitators; `side` begins the names of their pages."""
    participants = for_role(Role.PARTICIPANT)(partial(view, side="cohorts:directory"))
    facilitators = for_role(Role.FACILITATOR)(partial(view, side="cohorts:peers"))
    return participants, facilitators


@require_safe
def _directory(request: HttpRequest, *, side: str) -> HttpResponse:
    """Whoever agreed to be found, by name."""
    person, words = person_of(request), request.GET.get("q", "").strip()
    is_participants = side == "cohorts:directory"
    found = queries.found_peers(directory_visible_to(person), words)
    page = Paginator(found, PEERS_ON_A_PAGE).get_page(request.GET.get("page"))
    entry = queries.own_entry(person) if is_participants else None
    context = {
        "side": side,
        "search": PeerSearchForm(initial={"q": words}),
        "words": words,
        "page": page,
        "peers": queries.peers_of(page),
        "entry": entry if entry and entry.left_at is None else None,
        "may_join": is_participants and may_join_directory(person),
        "is_participants": is_participants,
    }
    return _unlisted(render(request, "cohorts/directory.html", context))


@require_safe
def _peer(request: HttpRequest, public_id: str, *, side: str) -> HttpResponse:
    entry = queries.entry_of_peer(directory_visible_to(person_of(request)), public_id)
    if entry is None:
        raise Http404
    context = {"side": side, "peer": queries.peers_of([entry])[0], "is_own": entry.whose == person_of(request).pk}
    return _unlisted(render(request, "cohorts/peer.html", context))


def _unlisted(response: HttpResponse) -> HttpResponse:
    """No search engine gets this far; should one ever, it is told to forget it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


directory, peers = _for_both(_directory)
directory_peer, peers_peer = _for_both(_peer)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def directory_entry(request: HttpRequest) -> HttpResponse:
    """Agree to be found, or change what peers read."""
    person = person_of(request)
    entry = queries.own_entry(person)
    form = DirectoryForm(sent(request), entry=entry)
    is_in = entry is not None and entry.left_at is None
    if form.is_valid():
        with refusals(form):
            actions.join_directory(person, **form.said(), by=person)
            messages.success(request, "Saved." if is_in else "You are in the directory now.")
            return redirect("cohorts:directory")
    entry = queries.own_entry(person)
    context = {
        "form": form,
        "entry": entry,
        "is_in": is_in,
        "may_join": may_join_directory(person),
        "is_overtaken": form.overtaken_by(entry.revision if entry else 0),
    }
    return _unlisted(render(request, "cohorts/directory_entry.html", context))


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def directory_leave(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method == "POST":
        actions.leave_directory(person, by=person)
        messages.success(request, "You have left the directory, and what you had written there is gone.")
        return redirect("cohorts:directory")
    entry = queries.own_entry(person)
    if entry is None or entry.left_at is not None:
        return redirect("cohorts:directory")
    return _unlisted(render(request, "cohorts/directory_leave.html", {"entry": entry}))


# --- visits --------------------------------------------------------------------------------------


@for_role(Role.PARTICIPANT)
@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """One's own log, and the visits that the programme asks for."""
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over:
        return render(request, "cohorts/visits.html", {"enrolment": enrolment})
    logged = queries.visits_in_order(visits_of(person_of(request)).filter(enrolment=enrolment))
    context = {
        "enrolment": enrolment,
        "page": Paginator(logged, VISITS_ON_A_PAGE).get_page(request.GET.get("page")),
        "items": queries.visit_items_of(enrolment),
        "may_write": enrolment.state in LIVE_ENROLMENT,
        "may_record": enrolment.state == "active",
    }
    return render(request, "cohorts/visits.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_add(request: HttpRequest) -> HttpResponse:
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over or enrolment.state not in LIVE_ENROLMENT:
        raise Http404
    form = VisitForm(sent(request), visit=None)
    if form.is_valid():
        with refusals(form, under=_UNDER):
            said = {name: value for name, value in form.said().items() if name != "revision"}
            visit = actions.log_visit(enrolment, **said, by=person_of(request))
            messages.success(request, f"Written down: your visit to {visit.school_name}.")
            return redirect("cohorts:visits")
    return render(request, "cohorts/visit.html", {"form": form, "visit": None})


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, public_id: str) -> HttpResponse:
    """One visit, to be read; and to be changed by whoever still takes part."""
    found = _visit(request, public_id)
    form = VisitForm(sent(request), visit=found)
    if form.is_valid():
        with refusals(form, under=_UNDER):
            actions.change_visit(found, **form.said(), by=person_of(request))
            messages.success(request, f"Saved: your visit to {form.said()['school_name']}.")
            return redirect("cohorts:visits")
    if form.is_bound:
        found = _visit(request, public_id)
    context = {
        "form": form,
        "visit": found,
        "is_overtaken": form.overtaken_by(found.revision),
        "may_write": found.enrolment.state in LIVE_ENROLMENT,
    }
    return render(request, "cohorts/visit.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _visit(request, public_id)
    form = RemoveForm(sent(request), revision=found.revision)
    if form.is_valid():
        with refusals(form):
            actions.remove_visit(found, revision=form.cleaned_data["revision"], by=person_of(request))
            messages.success(request, f"Removed: your visit of {short_day(found.visited_on)}.")
            return redirect("cohorts:visits")
    if form.is_bound:
        found = _visit(request, public_id)
        form.overtaken_by(found.revision)
    return render(request, "cohorts/visit_remove.html", {"form": form, "visit": found})


@for_role(Role.PARTICIPANT)
@require_safe
def visits_file(request: HttpRequest) -> HttpResponse:
    """One's own log as a table to take away."""
    logged = queries.visits_in_order(visits_of(person_of(request)))
    return csv_download(csv_text(queries.visits_as_table(logged)), "school-visits.csv", taken=None)


def _visit(request: HttpRequest, public_id: str) -> SchoolVisit:
    known = visits_of(person_of(request)).select_related("enrolment__person", "school")
    return get_object_or_404(known, public_id=public_id)
