"""Anybody may check a certificate by its number. The number is random, so that nobody can go through them all."""

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
    certificate = queries.public_certificate(number)
    if certificate is None:
        context = {"form": NumberForm(initial={"number": number}), "number": number}
        return render(request, "assessments/certificate_unknown.html", context, status=404)
    return render(request, "assessments/certificate_check.html", {"certificate": certificate})
