"""Whoever is not signed in, or no longer: nothing they typed is lost, and they come back to where they were."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

# So many words were composed, and are worth keeping; fewer are typed again, or were chosen.
WORDS_LEAST = 3


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Lead to where one signs in, and from there to the page; of a form that was sent, to the page that it stands on.

    A form cannot be sent again by following a link. What was written in it is shown, to be copied; where nothing was,
    a note says that nothing has been recorded.
    """
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    back = _page_of_the_form(request)
    # Set by the check of where a form came from: words that anybody could have sent here are not drawn.
    is_ours = getattr(request, "csrf_processing_done", False)
    if is_ours and (typed := _typed(request)):
        sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
        context = {"typed": typed, "sign_in": sign_in, "has_files": bool(request.FILES)}
        return render(request, "signed_out.html", context, status=403)
    messages.warning(request, "You had been signed out, so nothing was recorded. Sign in, and do it once more.")
    return redirect_to_login(back)


def _page_of_the_form(request: HttpRequest) -> str:
    """As the browser tells it, where it is one of ours; else where everybody begins."""
    told = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    page = urlsplit(told)
    return f"{page.path}?{page.query}" if page.query else page.path


def _typed(request: HttpRequest) -> list[str]:
    return [
        value
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
        # A list in brackets is what a form carries along by itself: what a row of a register showed, say.
        if len(value.split()) >= WORDS_LEAST and not value.startswith("[")
    ]
