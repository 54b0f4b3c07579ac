"""People, their roles and their organisations, as leads and administrators see them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from npqh_portal.people.access import grants_visible_to, people_visible_to
from npqh_portal.people.actions import change_trn, end_role, give_email, grant_role, rename_person
from npqh_portal.people.models import Organisation, RoleGrant, User
from npqh_portal.people.queries import Change, changes_of
from npqh_portal.people.roles import MAY_GRANT, Role
from npqh_portal.web.admin import Act, LookOnlyAdmin, PortalInline, PortalModelAdmin, site
from npqh_portal.web.trail import LEFT_OUT, Told, among, days, row, say
from npqh_portal.web.words import table_day

from .actions import change_email, invite_person, let_in_again, suspend_person
from .forms.people import (
    ChangeEmailForm,
    EmailForm,
    EndRoleForm,
    GrantForm,
    InviteForm,
    RenameForm,
    SuspendForm,
    TrnForm,
)

LEADS = tuple(MAY_GRANT)


def _invite(by: User, row: None, cleaned: dict[str, Any]) -> str:
    grant = invite_person(**cleaned, by=by)
    return f"{grant.person} is invited as {grant.get_role_display().lower()}. A letter is on its way."


def _grant(by: User, row: User, cleaned: dict[str, Any]) -> str:
    grant = grant_role(row, **cleaned, by=by)
    return f"{row} is now {grant.get_role_display().lower()}."


def _end(by: User, row: User, cleaned: dict[str, Any]) -> str:
    grant = end_role(cleaned["grant"], reason=cleaned["reason"], by=by)
    return f"{row} is no longer {grant.get_role_display().lower()}."


def _email(by: User, row: User, cleaned: dict[str, Any]) -> str:
    person = give_email(row, **cleaned, by=by)
    return f"{person} can sign in with {person.email} from now on."


def _rename(by: User, row: User, cleaned: dict[str, Any]) -> str:
    before = str(row)
    person = rename_person(row, **cleaned, by=by)
    return f"{before} is {person} now." if str(person) != before else f"{person} is called {person.called} now."


def _trn(by: User, row: User, cleaned: dict[str, Any]) -> str:
    person = change_trn(row, **cleaned, by=by)
    return f"The number of {person} is {person.trn or 'not known'} now. It is not verified."


def _change_email(by: User, row: User, cleaned: dict[str, Any]) -> str:
    person = change_email(row, **cleaned, by=by)
    return f"{person} signs in with {person.email} from now on. Both addresses are told."


def _suspend(by: User, row: User, cleaned: dict[str, Any]) -> str:
    return f"{suspend_person(row, **cleaned, by=by)} is kept out from now on, and signed out everywhere."


def _let_in(by: User, row: User, cleaned: dict[str, Any]) -> str:
    return f"{let_in_again(row, **cleaned, by=by)} can sign in again."


class HeldRole(admin.SimpleListFilter):
    title = "role held today"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in Role.values:
            return queryset
        return queryset.filter(pk__in=RoleGrant.objects.open().filter(role=self.value()).values("person"))


class MaySignIn(admin.SimpleListFilter):
    title = "may sign in"
    parameter_name = "signs_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        may = Q(is_active=True, email__isnull=False)
        return {"yes": queryset.filter(may), "no": queryset.exclude(may)}.get(self.value() or "", queryset)


class RolesInline(PortalInline):
    model = RoleGrant
    fk_name = "person"
    verbose_name_plural = "Roles"
    fields = ("role", "kind", "organisation", "starts_on", "ends_on", "granted_by")


@admin.register(User, site=site)
class PersonAdmin(LookOnlyAdmin):
    named = {"joined_at": "joined", "last_login": "last signed in"}
    list_display = ("full_name", "email", "roles_today", "may_sign_in", "joined_at")
    list_filter = (HeldRole, MaySignIn)
    search_fields = ("full_name", "preferred_name", "email", "trn")
    search_help_text = "Name, email address or teacher reference number"
    fields = (
        "full_name", "preferred_name", "email", "trn", "trn_verified_at", "may_sign_in", "joined_at", "last_login",
        "changes",
    )  # fmt: skip
    inlines = (RolesInline,)
    list_acts = (
        Act(
            "invite",
            "Invite somebody",
            run=_invite,
            form=InviteForm,
            roles=LEADS,
            explains="They get a letter that tells them how to sign in. It opens nothing by itself: a code goes to "
            "their address when they first use it.",
        ),
    )
    acts = (
        Act("grant", "Grant a role", run=_grant, form=GrantForm, roles=LEADS),
        Act(
            "email",
            "Enter their email address",
            run=_email,
            form=EmailForm,
            roles=(Role.ADMINISTRATOR,),
            offered=lambda person: not person.email,
            explains="No address of theirs is held, so they cannot sign in and get no messages. Once one is entered, "
            "only they can change it.",
        ),
        Act(
            "rename",
            "Change their name",
            run=_rename,
            form=RenameForm,
            roles=LEADS,
            explains="What it was is kept beside it. A certificate that has been issued keeps the name it was issued "
            "with: it is taken back and issued again only if they ask for it. Applications keep what was sent.",
        ),
        Act(
            "trn",
            "Change their teacher reference number",
            run=_trn,
            form=TrnForm,
            roles=LEADS,
            explains="What it was is kept beside it. The new one is not verified, whether or not the one before was.",
        ),
        Act(
            "change_email",
            "Change their email address",
            run=_change_email,
            form=ChangeEmailForm,
            roles=(Role.ADMINISTRATOR,),
            offered=lambda person: bool(person.email),
            grave=True,
            explains="Whoever reads mail at the new address signs in as them from then on, and the old one no longer "
            "does. Whoever can still sign in changes it themselves, under “Your account”: do it here only for somebody "
            "who has lost the old address, and make sure it is them. They are signed out everywhere, and both "
            "addresses are told.",
        ),
        Act(
            "suspend",
            "Keep them out",
            run=_suspend,
            form=SuspendForm,
            roles=(Role.ADMINISTRATOR,),
            offered=lambda person: person.is_active,
            grave=True,
            explains="They are signed out everywhere at once, and can neither sign in nor use a code that was sent to "
            "them, until you let them in again. Their roles, their record and what is planned for them stay.",
        ),
        Act(
            "let_in",
            "Let them in again",
            run=_let_in,
            form=SuspendForm,
            roles=(Role.ADMINISTRATOR,),
            offered=lambda person: not person.is_active,
            explains="They sign in as before, with the roles that they have.",
        ),
        Act(
            "end_role",
            "End a role",
            run=_end,
            form=EndRoleForm,
            roles=LEADS,
            offered=lambda person: person.role_grants.filter(ends_on=None).exists(),
            explains="From now on they no longer see what it opens. What they did stays recorded.",
            grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        today = Prefetch("role_grants", RoleGrant.objects.open(), to_attr="grants_today")
        return people_visible_to(request.user).prefetch_related(today)

    def recorded_with(self, row: User) -> Iterable[QuerySet[Any]]:
        return (row.role_grants.all(),)

    @admin.display(description="what has changed")
    def changes(self, person: User) -> str:
        """Each change in one line, newest first: what it was, what it became, when, by whom."""
        lines = format_html_join("", "<li>{}</li>", ((_in_words(one),) for one in changes_of(person)))
        return format_html("<ul>{}</ul>", lines) if lines else "Nothing yet."

    @admin.display(description="may sign in", ordering="is_active")
    def may_sign_in(self, person: User) -> str:
        if not person.is_active:
            return "No"
        return "Yes" if person.email else "Not without an email address"

    @admin.display(description="Roles today")
    def roles_today(self, person: Any) -> str:
        return ", ".join(grant.get_role_display() for grant in person.grants_today)


def _in_words(change: Change) -> str:
    why = f" (“{change.reason}”)" if change.reason else ""
    if change.before is None:
        what = f"{change.what}: changed; what it was has been erased"
    else:
        what = f"{change.what}: {change.before or 'nothing'} → {change.after or 'another'}"
    return f"{table_day(change.at)}: {what}{why}. Entered by {change.by}."


@admin.register(RoleGrant, site=site)
class RoleGrantAdmin(LookOnlyAdmin):
    list_display = ("person", "role", "kind", "organisation", "starts_on", "ends_on", "granted_by")
    list_filter = ("role", "organisation")
    list_select_related = ("person", "organisation", "granted_by")
    search_fields = ("person__full_name", "person__email")
    hints_to_read = frozenset({"organisation", "ends_on"})

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleGrant]:
        return grants_visible_to(request.user).select_related("person", "organisation", "granted_by")


@admin.register(Organisation, site=site)
class OrganisationAdmin(PortalModelAdmin):
    editors = (Role.ADMINISTRATOR,)
    changed_for_all = True
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)
    fields = ("kind", "name")


# --- the audit trail of people and organisations, in words ---------------------------------------

say(
    {
        "person.added": "Person added",
        "person.invited": "Invited",
        "person.signed_up": "Signed up",
        "person.email_given": "Email address entered",
        "person.email_changed": "Email address changed",
        "person.suspended": "Kept out",
        "person.let_in_again": "Let in again",
        "person.renamed": "Name changed",
        "person.trn_changed": "Teacher reference number changed",
        "person.email_removed": "Email address removed",
        "person.password_set": "Password set",
        "person.password_changed": "Password changed",
        "person.password_reset": "Password set anew",
        "person.passkey_added": "Passkey added",
        "person.passkey_removed": "Passkey removed",
        "person.authenticator_app_added": "Authenticator app added",
        "person.authenticator_app_removed": "Authenticator app removed",
        "person.recovery_codes_made": "Recovery codes made",
    },
    {"grant": LEFT_OUT, "to": Told("Is"), "from": Told("Was"), "was_verified": Told("Had been verified")},
)
say(
    {"role.granted": "Role given", "role.ended": "Role ended"},
    {
        "person": row("Person", User),
        "role": Told("Role", among(dict(Role.choices))),
        "organisation": row("For", Organisation),
        "ends_on": Told("Last day", days),
    },
)
say({"organisation.added": "Organisation added", "organisation.changed": "Organisation changed"})
