"""Who may knock at which page: one declared rule for every URL, enforced where it is declared.

A door answers for the role only. Whose record it is, `access.<things>_visible_to(user)` answers inside.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role

from .signed_out import sign_in_first

View = Callable[..., HttpResponseBase]

# Whoever holds one of these may enter the administration; each table there narrows it further.
ADMIN_ROLES = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR, Role.FINANCE, Role.REVIEWER)


def person_of(request: HttpRequest) -> User:
    """Whoever asks, behind a door that lets in nobody but people signed in."""
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    return request.user


class Kind(Enum):
    PUBLIC = "public"
    SIGNED_IN = "signed in"
    ROLE = "role"
    DEMO_ONLY = "demo only"


@dataclass(frozen=True)
class AccessRule:
    """What the door of one page asks for. `roles` says which one of, where `kind` is ROLE."""

    kind: Kind
    roles: tuple[Role, ...] = ()


PUBLIC = AccessRule(Kind.PUBLIC)
SIGNED_IN = AccessRule(Kind.SIGNED_IN)
DEMO_ONLY = AccessRule(Kind.DEMO_ONLY)
ADMIN = AccessRule(Kind.ROLE, ADMIN_ROLES)


class NoAccessRule(LookupError):
    """A page without a declared rule. The permission matrix fails on it."""


def public(view: View) -> View:
    """Anybody, signed in or not."""
    return _door(view, PUBLIC)


def signed_in(view: View) -> View:
    """Whoever has signed in, whatever their roles."""
    return _door(view, SIGNED_IN)


def demo_only(view: View) -> View:
    """Anybody, and only while the portal runs as the demonstration."""
    return _door(view, DEMO_ONLY)


def for_role(*roles: Role) -> Callable[[View], View]:
    """Whoever holds one of these roles today."""
    return lambda view: _door(view, AccessRule(Kind.ROLE, roles))


def _door(view: View, rule: AccessRule) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if rule.kind is Kind.DEMO_ONLY and not settings.DEMO:
            raise Http404
        if rule.kind in {Kind.SIGNED_IN, Kind.ROLE} and not request.user.is_authenticated:
            return sign_in_first(request)
        if rule.kind is Kind.ROLE and not has_role(request.user, *rule.roles):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.access_rule = rule  # type: ignore[attr-defined]  # a mark on the function, read by rule_for
    return guarded


def on_arrival(view: View) -> View:
    """Outside the door of a page that takes what has a deadline: it is called with `received_at` besides.

    That is the moment before anything of the body is read: what began to arrive in time is in time, however slow the
    line (T53). Checking where a form came from reads the body, and so follows inside.
    """
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return checked(request, *args, received_at=clock.now(), **kwargs)

    return noted


@contextmanager
def refusals(
    place: BaseForm | HttpRequest, *, under: Mapping[type[RuleViolation], str] | None = None
) -> Iterator[None]:
    """Turn a refusal of the action inside into an error on the form, or into a note on the next page.

    `under` names the field that a kind of refusal asks for, so that the summary leads there.
    Return the redirect from inside the block: after a refusal the view carries on behind it.
    """
    try:
        yield
    except RuleViolation as refusal:
        if isinstance(place, HttpRequest):
            messages.error(place, str(refusal))
        else:
            place.add_error((under or {}).get(type(refusal)), str(refusal))


# Pages of others, by URL name. Anything of theirs that is not listed here has no rule, and so fails the matrix.
THIRD_PARTY_RULES: dict[str, AccessRule] = {
    "account_login": PUBLIC,
    "account_signup": PUBLIC,
    "account_logout": PUBLIC,  # sends a visitor without a session on, like one whose session has just ended
    "account_inactive": PUBLIC,
    "account_request_login_code": PUBLIC,
    "account_confirm_login_code": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_confirm_password_reset_code": PUBLIC,
    "account_complete_password_reset": PUBLIC,
    "account_password_reset_completed": PUBLIC,
    "mfa_authenticate": PUBLIC,  # half-way through signing in
    "mfa_login_webauthn": PUBLIC,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
}


def rule_for(view: Callable[..., Any], view_name: str) -> AccessRule:
    """The rule of a page, from its view and its URL name with namespace; both are on a resolver match."""
    rule = getattr(view, "access_rule", None) or THIRD_PARTY_RULES.get(view_name)
    if isinstance(rule, AccessRule):
        return rule
    if view_name.startswith("admin:") or hasattr(view, "admin_site"):
        return _rule_of_table(getattr(view, "model_admin", None), view_name)
    raise NoAccessRule(f"{view_name or view} declares no access rule")


def _rule_of_table(table: Any, view_name: str) -> AccessRule:
    """Of a page of the administration: of one table, or of the site where `table` is None."""
    if table is None:
        return ADMIN
    if view_name.endswith("_delete"):
        return AccessRule(Kind.ROLE)
    if view_name.endswith("_add"):
        return AccessRule(Kind.ROLE, table.editors)
    return AccessRule(Kind.ROLE, tuple(dict.fromkeys((*table.viewers, *table.editors))))
