"""A small site for the tests of this package: pages and an administration of its own, and stand-ins for the rest."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import include, path, reverse

from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import Organisation, RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import (
    Act,
    ActForm,
    Link,
    LookOnlyAdmin,
    PortalAdminSite,
    PortalInline,
    PortalModelAdmin,
    Waiting,
)
from npqh_portal.web.doors import public
from npqh_portal.web.forms import PortalForm

handler400 = "npqh_portal.web.views.bad_request"
handler403 = "npqh_portal.web.views.forbidden"
handler404 = "npqh_portal.web.views.not_found"
handler500 = "npqh_portal.web.views.server_error"


class NameForm(PortalForm):
    name = forms.CharField(label="Your name")


@public
def framed(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """A page with nothing of its own in the frame."""
    return render(request, "base.html")


@public
def ask(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST or None)
    if form.is_valid():
        messages.success(request, f"Saved, {form.cleaned_data['name']}.")
        return redirect("/ask/")
    return render(request, "base.html", {"form": form})


def breaks(error: Exception) -> Any:
    def page(request: HttpRequest) -> HttpResponseBase:
        raise error

    return public(page)


class NameTaken(RuleViolation):
    pass


class RenameForm(ActForm):
    name = forms.CharField(label="New name")

    def prepare(self) -> None:
        self.fields["name"].initial = self.row.name


def rename(by: User, row: Organisation, cleaned: dict[str, Any]) -> str:
    if cleaned["name"] == "Taken":
        raise NameTaken("That name is taken. Choose another.")
    Organisation.objects.filter(pk=row.pk).update(name=cleaned["name"])
    return f"Renamed by {by}."


def found(by: User, row: None, cleaned: dict[str, Any]) -> str:
    Organisation.objects.create(name="Founded", kind=Organisation.Kind.DELIVERY_PARTNER)
    return "Founded."


class Grants(PortalInline):
    model = RoleGrant
    fields = ("person", "role")
    fk_name = "organisation"


class Organisations(LookOnlyAdmin):
    list_display = ("name", "kind")
    inlines = (Grants,)
    acts = (
        Act(
            "rename",
            "Rename",
            run=rename,
            form=RenameForm,
            roles=(Role.PROGRAMME_LEAD,),
            offered=lambda row: row.kind != Organisation.Kind.PROVIDER,
        ),
    )
    list_acts = (Act("found", "Found one", run=found, roles=(Role.PROGRAMME_LEAD,), grave=True),)


class People(LookOnlyAdmin):
    viewers = (Role.ADMINISTRATOR,)


class EditedGrants(PortalModelAdmin):
    """Only so that there is something to edit."""

    viewers = (Role.PROGRAMME_LEAD,)
    editors = (Role.ADMINISTRATOR,)
    fields = ("organisation", "ends_on")
    hints_to_read = frozenset({"ends_on"})
    list_select_related = ("person",)


admin_site = PortalAdminSite()
admin_site.register(Organisation, Organisations)
admin_site.register(User, People)
admin_site.register(RoleGrant, EditedGrants)


@admin_site.work_waiting
def work(user: User) -> Iterator[Waiting]:
    yield Waiting("Nothing of these", 0, "/admin/?none")
    yield Waiting("Young", 2, "/admin/?young", since=date(2026, 11, 20))
    yield Waiting("Old", 3, "/admin/?old", since=date(2026, 11, 1))
    yield Waiting("Overdue", 1, "/admin/?overdue", f"For {user}", late=True, since=date(2026, 11, 10))


@admin_site.linked_from(Organisation)
def beside(user: User, row: Organisation) -> Iterator[Link]:
    for provider in Organisation.objects.filter(kind=Organisation.Kind.PROVIDER):
        yield Link("The provider", reverse("admin:people_organisation_change", args=[provider.pk]))
    yield Link("For administrators", reverse("admin:people_user_change", args=[user.pk]))


def stand_ins(*names: str) -> list[Any]:
    return [path(f"{name}/" if name != "index" else "", framed, name=name) for name in names]


home = ["index", "start", "help", "accessibility", "privacy", "cookies", "messages", "participant", "lead", "mail"]

urlpatterns = [
    path("", include((stand_ins(*home), "home"))),
    path("", include((stand_ins("course", "engagement", "today", "registers"), "cohorts"))),
    path("", include((stand_ins("work", "scripts", "release_list"), "assessments"))),
    path("", include("npqh_portal.web.urls")),
    path("account/", include("allauth.urls")),
    path("participant/anything/", framed),
    path("facilitator/anything/", framed),
    path("ask/", ask),
    path("400/", breaks(SuspiciousOperation())),
    path("403/", breaks(PermissionDenied())),
    path("500/", breaks(ZeroDivisionError())),
    path("admin/", admin_site.urls),
]
