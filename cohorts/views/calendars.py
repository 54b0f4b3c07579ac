"""People's sessions in their own calendars."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.actions import choose_calendar, note_reading, renew_feed
from cohorts.forms.calendars import CalendarForm
from cohorts.kinds import CalendarWay
from cohorts.queries.calendars import as_told, calendar_of, feed_opened_by, live_feed_of, session_in_calendar, way_of
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of, public

from .timetable import sessions_to_read

TEXT_CALENDAR = "text/calendar; charset=utf-8"
_KEY_TO_SHOW = "calendar-key-to-show"


@for_role(Role.PARTICIPANT, Role.FACILITATOR, Role.COACH)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    way = way_of(person)
    form = CalendarForm(request.POST or None, initial={"way": way.value})
    if request.method == "POST" and form.is_valid():
        key = choose_calendar(person, way=form.chosen(), by=person)
        if key:
            return _to_address(request, key)
        messages.success(request, "Nothing has changed." if form.chosen() == way else _SAID[form.chosen()])
        return redirect("cohorts:calendar")
    return render(request, "cohorts/calendar.html", {"form": form, "feed": live_feed_of(person), "way": way.value})


@for_role(Role.PARTICIPANT, Role.FACILITATOR, Role.COACH)
@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: HttpRequest) -> HttpResponse:
    """Asked for once more before it is done: the address before it stops answering."""
    person = person_of(request)
    if request.method == "POST":
        return _to_address(request, renew_feed(person, by=person))
    return render(request, "cohorts/calendar_renew.html", {"feed": live_feed_of(person)})


@for_role(Role.PARTICIPANT, Role.FACILITATOR, Role.COACH)
@require_safe
def address_once(request: HttpRequest) -> HttpResponse:
    """The address just made. It is kept until it is shown; who loses it makes another."""
    key = request.session.pop(_KEY_TO_SHOW, None)
    if key is None:
        messages.info(request, "The address was shown once. If you did not copy it, make a new one.")
        return redirect("cohorts:calendar")
    path = reverse("cohorts:calendar_feed", args=[key])
    context = {
        "address": f"{settings.SITE_URL}{path}",
        "webcal": f"webcal://{urlsplit(settings.SITE_URL).netloc}{path}",
    }
    return render(request, "cohorts/calendar_address.html", context)


@for_role(Role.PARTICIPANT, Role.FACILITATOR, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
@require_safe
def session(request: HttpRequest, public_id: str) -> HttpResponse:
    """One session as a file. It is read once: what changes later reaches no calendar by it."""
    person = person_of(request)
    found = get_object_or_404(as_told(sessions_to_read(person), person), public_id=public_id)
    headers = {"Content-Disposition": f'attachment; filename="session-{found.public_id}.ics"'}
    return HttpResponse(session_in_calendar(found, person), content_type=TEXT_CALENDAR, headers=headers)


@public
@require_safe
@sensitive_variables("key")
def feed(request: HttpRequest, key: str) -> HttpResponseBase:
    """For calendar programs, which do not sign in: the key is all they have, so `middleware` keeps it out of logs."""
    found = feed_opened_by(key)
    if found is None:
        raise Http404("No calendar has this address")
    content = calendar_of(found.person)
    digest, changed_at = note_reading(found, content)
    response = HttpResponse(content, content_type=TEXT_CALENDAR, headers={"Cache-Control": "private"})
    etag = response["ETag"] = quote_etag(digest)
    last_modified = int(changed_at.timestamp())
    response["Last-Modified"] = http_date(last_modified)
    return get_conditional_response(request, etag=etag, last_modified=last_modified, response=response) or response


_SAID = {
    CalendarWay.NONE: "Your sessions and meetings come into your calendar no longer.",
    CalendarWay.INVITATIONS: "You get an invitation for every session and meeting to come. The first are on their way.",
}


def _to_address(request: HttpRequest, key: str) -> HttpResponse:
    """To a page of its own: drawn in answer to the form, a reload would make another and end the one just copied."""
    request.session[_KEY_TO_SHOW] = key
    return redirect("cohorts:calendar_address_made")
