"""Public pages, and everybody's own home page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from npqh_portal import clock
from npqh_portal.home.queries import health as health_queries
from npqh_portal.home.queries.mail import letters
from npqh_portal.home.queries.participant import applications_of, home_of
from npqh_portal.home.queries.programmes import offers, preview_page, programme_page
from npqh_portal.home.queries.start import ways_in
from npqh_portal.home.rules.words import greeting
from npqh_portal.notifications.access import messages_visible_to
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import demo_only, for_role, person_of, public, signed_in

MESSAGES_ON_A_PAGE = 20


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    found = offers(clock.now())
    current = [offer for offer in found if not offer.has_ended]
    earlier = [offer for offer in found if offer.has_ended]
    offer = current[0] if len(current) == 1 else None
    return render(request, "home/index.html", {"offer": offer, "offers": current, "earlier": earlier})


@public
@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    page = programme_page(code, clock.now())
    if page is None:
        raise Http404
    return render(request, "home/programme.html", {"page": page, "offer": page.offer})


@for_role(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
@require_safe
@never_cache
def programme_preview(request: HttpRequest, code: str) -> HttpResponse:
    """The page with drafts in place; `?version=7` shows the figures of that version, a draft of it included."""
    wanted = request.GET.get("version", "")
    if wanted and not wanted.isdecimal():
        raise Http404
    page = preview_page(code, clock.now(), version=int(wanted) if wanted else None)
    if page is None:
        raise Http404
    return render(request, "home/programme_preview.html", {"page": page, "offer": page.offer})


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "home/help.html")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "home/accessibility.html")


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "home/privacy.html")


@public
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return render(request, "home/cookies.html")


@public
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """For machines. 503 only when pages cannot be served: work that waits is no reason to send visitors away."""
    facts: dict[str, Any] = health_queries.health(clock.now())
    return JsonResponse(facts, status=503 if facts["status"] == "failing" else 200)


@signed_in
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """After signing in: straight to the only way on, or a choice of several."""
    ways = ways_in(person_of(request))
    if len(ways) == 1:
        return redirect(ways[0].address)
    return render(request, "home/start.html", {"ways": ways})


@for_role(Role.PARTICIPANT)
@require_safe
def participant(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    home = home_of(person_of(request), at)
    return render(
        request,
        "home/participant.html",
        {
            "home": home,
            "greeting": greeting(at.astimezone(clock.LONDON).time()),
            "applications": [] if home else applications_of(person_of(request)),
        },
    )


@signed_in
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    page = Paginator(messages_visible_to(request.user), MESSAGES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "home/messages.html", {"page": page})


@signed_in
@require_safe
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(messages_visible_to(request.user), public_id=public_id)
    return render(request, "home/message.html", {"message": found})


@demo_only
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    return render(request, "home/mail.html", {"letters": letters()})
