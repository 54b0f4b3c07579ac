"""What holds for every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


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
