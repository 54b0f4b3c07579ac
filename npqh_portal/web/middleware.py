"""What holds for every answer."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase


class NoNullMiddleware:
    """Refuse an address that holds a null character: nothing is named so, and the database cannot even be asked.

    Place it where the page that says so can be drawn, below the authentication middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds a null character")
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Keep pages that were drawn for one person out of every cache, the browser's own included.

    On a shared computer, the back button after signing out must not show the record again. Place it
    below the session middleware. A page that never asked who is there stays cacheable.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.accessed and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
