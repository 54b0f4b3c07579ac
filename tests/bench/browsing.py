"""Pages asked for in this process, through the WSGI handler: a web server around it would cost both sides the same."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.test import Client, override_settings

from npqh_portal.people.models import User
from npqh_portal.wsgi import application

PORTAL: WSGIHandler = application

# What any Django project has that knows its users, and nothing of ours.
USUAL_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


class LimitRequest(WSGIRequest):
    urlconf = "tests.bench.limits.urls"


class LimitHandler(WSGIHandler):
    request_class = LimitRequest


def limit_handler(middleware: Iterable[str]) -> WSGIHandler:
    """Serves the pages of `limits`."""
    with override_settings(MIDDLEWARE=list(middleware)):
        return LimitHandler()


def visit(handler: WSGIHandler, path: str, person: User | None = None) -> Callable[[], bytes]:
    """Asking for that page once, signed in as the person. Anything but a page is a fault of the benchmark."""
    path, _, query = path.partition("?")
    asked: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost"}
    setup_testing_defaults(asked)
    if person:
        client = Client()
        client.force_login(person)
        asked["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    def ask() -> bytes:
        statuses: list[str] = []
        response = handler(dict(asked), lambda status, headers: statuses.append(status))
        page = b"".join(response)
        response.close()
        if statuses != ["200 OK"]:
            raise RuntimeError(f"{path} was answered with {statuses[0]}.")
        return page

    return ask
