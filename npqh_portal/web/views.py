"""The stylesheet of the provider's colour, the icon, and the pages for when something is wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from .context_processors import Portal
from .doors import public
from .theme import stylesheet, version


@public
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(stylesheet(settings.PROVIDER_ACCENT), content_type="text/css")
    is_current = request.GET.get("v") == version(settings.PROVIDER_ACCENT)
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_current else "no-cache"
    return response


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address unbidden; the pages name the real one."""
    return HttpResponseRedirect(static("favicon.svg"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the request, so that it stands when database, session or a context processor is what failed."""
    return HttpResponse(render_to_string("500.html", {"portal": Portal(None)}), status=500)
