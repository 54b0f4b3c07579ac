"""What is taken from a request before anything can write it down."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

_HOLDS_A_KEY = re.compile(r"/*calendar/", re.IGNORECASE)


class KeysUnwrittenMiddleware:
    """Keep the keys of calendar feeds out of every log, whatever the method, the rest of the address and the answer.

    Place it first: what refuses a request logs its path. Pages are found by `path_info`, which stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _HOLDS_A_KEY.match(request.path_info):
            # The web server's own log reads this one.
            request.META["PATH_INFO"] = unwritten = reverse("cohorts:calendar_feed", args=["not-written-down"])
            # Whoever asks without TLS, as webcal:// does, is sent on to the same address; nothing logs the path there.
            if request.is_secure() or not settings.SECURE_SSL_REDIRECT:
                request.path = unwritten
        return self.get_response(request)
