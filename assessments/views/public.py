"""Anybody may check a certificate by its number. Nobody can go through them all: each look is counted."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assessments import queries
from assessments.forms import NumberForm
from npqh_portal.web.doors import public


@public
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        return redirect("assessments:certificate_check", form.cleaned_data["number"])
    return render(request, "assessments/verify.html", {"form": form})


@public
@require_safe
def certificate_check(request: HttpRequest, number: str) -> HttpResponse:
    """What a certificate says, as the snapshot has it: name, award, provider, date; and whether it is in force."""
    if ratelimit.consume_or_429(request, action="check_certificate", limit_get=True):
        return render(request, "assessments/too_many_checks.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    certificate = queries.public_certificate(number)
    if certificate is None:
        context = {"form": NumberForm(initial={"number": number}), "number": number}
        return render(request, "assessments/certificate_unknown.html", context, status=404)
    return render(request, "assessments/certificate_check.html", {"certificate": certificate})
