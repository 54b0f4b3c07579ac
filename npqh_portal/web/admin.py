"""The administration: Django's own, entered by role, that shows records and acts on them through actions.

A table is looked at unless its class names `editors`. Whatever has a state, a decision or a person's record
stays look-only and offers `acts`: each is a button, a page that asks, and one action behind it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten, flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, resolve, reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all
from npqh_portal.errors import RuleViolation
from npqh_portal.people.access import has_role, reaches_all
from npqh_portal.people.models import User
from npqh_portal.people.roles import MAY_GRANT, Role

from .doors import ADMIN_ROLES, AccessRule, Kind, View, refusals, rule_for
from .forms import PortalForm
from .lists import PortalList
from .signed_out import sign_in_first
from .trail import facts_in_words, words_in_words

# Of the rows ticked on a list, the most that one act takes.
ROWS_MOST = 200

# Django's own pages for signing in, which our sign-in replaces, and its link to a public page, which nothing has.
_read_or_sent = require_http_methods(["GET", "HEAD", "POST"])
_NOT_OURS = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


@dataclass(frozen=True)
class Waiting:
    """One line of the start page: how many rows wait for somebody, and the list that holds just these."""

    label: str
    count: int
    address: str
    words: str = ""
    late: bool = False
    since: date | None = None


WorkSource = Callable[[User], Iterable[Waiting]]


@dataclass(frozen=True)
class Link:
    """Something that another package holds of a row: it stands beside what can be done with the row."""

    words: str
    address: str


# Given who looks, and the row.
LinkSource = Callable[[User, Any], Iterable[Link]]
# Given rows: each of which there is something to say by its number, and the sentence.
WarningSource = Callable[[Sequence[Any]], Iterable[tuple[int, str]]]


class PortalAdminSite(admin.AdminSite):
    enable_nav_sidebar = False
    final_catch_all_view = False
    index_title = "Work waiting"
    index_template = "admin/start.html"
    empty_value_display = "–"

    def __init__(self) -> None:
        super().__init__(name="admin")
        self._work_sources: list[WorkSource] = []
        self._link_sources: defaultdict[type[models.Model], list[LinkSource]] = defaultdict(list)
        self._warning_sources: defaultdict[type[models.Model], list[WarningSource]] = defaultdict(list)

    def work_waiting(self, source: WorkSource) -> WorkSource:
        """Decorate a function that tells what waits for a person; its lines stand on the start page."""
        self._work_sources.append(source)
        return source

    def linked_from(self, table: type[models.Model]) -> Callable[[LinkSource], LinkSource]:
        """Decorate a function that tells what a package above that of `table` holds of one of its rows."""

        def register(source: LinkSource) -> LinkSource:
            self._link_sources[table].append(source)
            return source

        return register

    def warned_of(self, table: type[models.Model]) -> Callable[[WarningSource], WarningSource]:
        """Decorate a function that tells, in sentences, what a package above knows that bears on rows of `table`."""

        def register(source: WarningSource) -> WarningSource:
            self._warning_sources[table].append(source)
            return source

        return register

    def warnings_of(self, row: models.Model) -> list[str]:
        return self.warnings_of_each([row])[row.pk]

    def warnings_of_each(self, rows: Sequence[models.Model]) -> dict[int, list[str]]:
        """By the number of each row, of one table; statements do not grow with the rows."""
        found: dict[int, list[str]] = {row.pk: [] for row in rows}
        for source in self._warning_sources[type(rows[0])] if rows else ():
            for number, sentence in source(rows):
                found[number].append(sentence)
        return found

    def links_of(self, user: User, row: models.Model) -> list[Link]:
        """Those of them that this person may open."""
        links = (link for source in self._link_sources[type(row)] for link in source(user, row))
        return [link for link in links if _may_open(user, link.address)]

    def has_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, *ADMIN_ROLES)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Signed out: to our sign-in. Signed in without a role for this: 403, as on every other page."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            if not self.has_permission(request):
                raise PermissionDenied
            response: HttpResponseBase = inner(request, *args, **kwargs)
            return response

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", None) not in _NOT_OURS]

    def each_context(self, request: Any) -> dict[str, Any]:
        """Django's own but for the list of all tables, which only the start page shows, and which costs dearly."""
        name = f"{settings.PROVIDER_NAME} administration"
        return {
            "site_title": name,
            "site_header": name,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "is_popup": False,
            "is_nav_sidebar_enabled": self.enable_nav_sidebar,
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        user = request.user
        work = sorted(
            (line for source in self._work_sources for line in source(user) if _may_open(user, line.address)),
            key=lambda line: (not line.count, not line.late, line.since or date.max),
        )
        lately = Entry.objects.filter(actor_id=request.user.pk)[:8]
        return super().index(request, {"work": work, "lately": lately, **(extra_context or {})})


def _may_open(user: User, address: str) -> bool:
    match = resolve(urlsplit(address).path)
    rule = rule_for(match.func, match.view_name)
    return rule.kind is not Kind.ROLE or has_role(user, *rule.roles)


site = PortalAdminSite()


class ActForm(PortalForm):
    """The form of an act. Knows the row it is about (None on a list) and who asks, to narrow its choices by."""

    def __init__(self, *args: Any, row: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.by = row, by
        self.prepare()

    def prepare(self) -> None:
        """Set choices and first values from `self.row` and `self.by`."""


# Given who acts, the row, and the cleaned form, calls the action and answers with the sentence for the next page;
# and with the row whose page that is, or with its address, where it is not the page of the one acted on.
Run = Callable[[User, Any, dict[str, Any]], str | tuple[str, models.Model | str]]


# Given who acts, the row and the cleaned form: what the template shows of what would happen. Nothing happens yet.
Preview = Callable[[User, Any, dict[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Act:
    """Something to do to a row; or, in `list_acts`, from the list; or, in `rows_acts`, to the rows ticked there.

    Of the last the row is a list of rows wherever one is given.
    """

    name: str  # in the address
    words: str  # on the button and above the form: "Decide", "Grant a role"
    run: Run
    roles: tuple[Role, ...]
    form: type[ActForm] = ActForm
    offered: Callable[[Any], bool] = field(default=lambda row: True)  # else no button, and no form on its page
    why_not: Callable[[Any], str] = field(default=lambda row: "")  # in a sentence, and the way out, where not offered
    explains: str = ""  # what happens then, in a sentence or two
    grave: bool = False  # a warning button, for what cannot be taken back
    template: str = "admin/act.html"
    context: Callable[[Any], Mapping[str, Any]] = field(default=lambda row: {})
    linked_elsewhere: bool = False  # its link stands beside what it is about, and no button among the others
    told: Callable[[User, Any], Mapping[str, Any]] = field(default=lambda by, row: {})  # the same, by who looks
    says_when_over: bool = False  # its template has words for a row to which it is not offered any more
    upload_most_bytes: int | None = None  # of one file, where it may be larger than elsewhere
    preview: Preview | None = None  # a second button, “Preview”, shows it; and so does a refusal


@dataclass(frozen=True)
class RowPage:
    """A page of its own about a row, for whoever may see the row; its link stands beside the acts."""

    name: str  # in the address
    words: str  # on the link
    view: Callable[[HttpRequest, Any], HttpResponseBase]  # given the row
    offered: Callable[[Any], bool] = field(default=lambda row: True)  # hides the link; the page is there all the same


@dataclass(frozen=True)
class ListPage:
    """The rows of a list in another form, such as a file; its link on the list takes filters and search along."""

    name: str  # in the address
    words: str  # on the link
    view: "Callable[[HttpRequest, QuerySet[Any]], HttpResponseBase]"  # given the rows, in the list's order


def counted(column: str, words: str = "", *, sortable: bool = True) -> Callable[[Any, models.Model], str]:
    """A column for a table's class: a number that may be a long one, 24,368. Not sortable where no column holds it."""

    @admin.display(description=words or column, ordering=column if sortable else None)
    def number(table: Any, row: models.Model) -> str:
        return f"{getattr(row, column):,}"

    return number


@cache
def _by_name(column: "models.Field[Any, Any]") -> Callable[[models.Model], str]:
    """Another row shown by name alone."""

    @admin.display(description=column.verbose_name)
    def name(row: models.Model) -> str:
        return str(getattr(row, column.name) or "")

    return name


def _ask_about(act: Act, table: "PortalModelAdmin", request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse | None:
    """From the list to the page of an act on the ticked rows; the address names them, and the list's filters."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: ROWS_MOST + 1])
    if len(keys) > ROWS_MOST:
        messages.warning(request, f"Tick {ROWS_MOST} rows or fewer at a time.")
        return None
    address = reverse(f"admin:{table.opts.app_label}_{table.opts.model_name}_{act.name}")
    filters = table.get_preserved_filters(request)
    return redirect(f"{address}?rows={'.'.join(map(str, keys))}&{filters}".rstrip("&"))


class _ByRole:
    """Permissions from role grants, in place of Django's permission tables; columns named in staff's own words."""

    viewers: ClassVar[tuple[Role, ...]] = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
    editors: ClassVar[tuple[Role, ...]] = ()
    # What belongs to no partner is changed, and what partners are given is added, by roles that reach everybody.
    changed_for_all: ClassVar[bool] = False
    added_for_all: ClassVar[bool] = False
    # What staff call a column whose name in the database does not read well. Migrations do not see it.
    named: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for column, words in self.named.items():
            self.opts.get_field(column).verbose_name = words  # type: ignore[attr-defined]  # of Django's classes

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *self.viewers, *self.editors)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        for_all = self.changed_for_all or self.added_for_all
        return (reaches_all if for_all else has_role)(request.user, *self.editors)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (reaches_all if self.changed_for_all else has_role)(request.user, *self.editors)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Django links every row shown to its page; whoever may not open such pages reads the name alone."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]  # of Django's classes, mixed in below
        named = self._closed(request, obj)
        return [
            (title, {**options, "fields": [named.get(name, name) for name in flatten(options["fields"])]})
            for title, options in fieldsets
        ]

    def _closed(self, request: HttpRequest, obj: Any) -> dict[str, Callable[[models.Model], str]]:
        """What stands in place of the columns that lead to pages closed to this person."""
        if self.has_change_permission(request, obj):
            return {}
        columns = self.opts.fields  # type: ignore[attr-defined]  # of Django's classes
        return {column.name: _by_name(column) for column in columns if not self._opens(request, column.related_model)}

    def _opens(self, request: HttpRequest, model: Any) -> bool:
        table = self.admin_site._registry.get(model)  # type: ignore[attr-defined]  # of Django's classes
        if table is None or not table.has_view_permission(request):
            return table is None
        # A delivery partner's lead finds only some people there.
        return model is not User or reaches_all(request.user, *MAY_GRANT)


class PortalInline(_ByRole, admin.TabularInline):  # type: ignore[type-arg]
    """Rows of another table under the one shown; look-only unless its class names `editors`."""

    template = "admin/inline.html"
    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *self._closed(request, obj).values()]


class PortalModelAdmin(_ByRole, admin.ModelAdmin):  # type: ignore[type-arg]
    """A table that `editors` may change in ordinary forms; every change is audited, and nothing is deleted."""

    acts: ClassVar[tuple[Act, ...]] = ()
    list_acts: ClassVar[tuple[Act, ...]] = ()
    list_pages: ClassVar[tuple[ListPage, ...]] = ()
    rows_acts: ClassVar[tuple[Act, ...]] = ()
    row_pages: ClassVar[tuple[RowPage, ...]] = ()
    # What a row is called on the page of an act, where the table's own name says too little or too much of it.
    row_called: ClassVar[str] = ""
    actions = None
    list_per_page = 25
    # Not even a hash of them, nor a code that waits to be sent; and nobody filters by them, letter by letter.
    never_shown: ClassVar[frozenset[str]] = frozenset({"password", "secret"})
    show_full_result_count = False
    view_on_site = False
    # Columns whose hint says how to read them. Every other hint is for whoever types.
    hints_to_read: ClassVar[frozenset[str]] = frozenset()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if change and not self.has_change_permission(request, obj):
            kwargs["help_texts"] = {c.name: "" for c in self.opts.fields if c.name not in self.hints_to_read}
        return super().get_form(request, obj, change, **kwargs)

    def get_urls(self) -> list[Any]:
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        on_list = [path(f"{a.name}/", self._act_page(a), name=f"{prefix}_{a.name}") for a in self.list_acts]
        on_rows = [path(f"{a.name}/", self._act_page(a, many=True), name=f"{prefix}_{a.name}") for a in self.rows_acts]
        on_row = [path(f"<path:object_id>/{a.name}/", self._act_page(a), name=f"{prefix}_{a.name}") for a in self.acts]
        beside = [
            *(path(f"{p.name}/", self._list_page(p), name=f"{prefix}_{p.name}") for p in self.list_pages),
            *(
                path(f"<path:object_id>/{p.name}/", self._row_page(p), name=f"{prefix}_{p.name}")
                for p in self.row_pages
            ),
        ]
        # Django's unnamed one only redirects from where a row's page was before 2015.
        named = [pattern for pattern in super().get_urls() if pattern.name]
        return [*on_list, *on_rows, *on_row, *beside, *named]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        offered = [act for act in self.list_acts if self._may(request, act, None)]
        title = capfirst(self.opts.verbose_name_plural)
        if "index" in request.POST and ACTION_CHECKBOX_NAME not in request.POST:
            messages.warning(request, "Tick the rows first, then say what to do with them.")
            return redirect(request.get_full_path())
        return super().changelist_view(request, {"acts": offered, "title": title, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PortalList]:
        return PortalList

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., Any], str, str] | None]:
        """The acts on ticked rows, each with a button that leads to its page."""
        offered = [act for act in self.rows_acts if self._may(request, act, None)]
        return {act.name: (partial(_ask_about, act), act.name, act.words) for act in offered}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, unquote(object_id))
        buttons = [act for act in self.acts if not act.linked_elsewhere]
        offered = [act for act in buttons if row and self._may(request, act, row) and act.offered(row)]
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        assert isinstance(self.admin_site, PortalAdminSite)  # noqa: S101  # where tables of this kind are registered
        extra = {
            "acts": offered,
            "links": self.admin_site.links_of(request.user, row) if row else [],
            "row_pages": [page for page in self.row_pages if row and page.offered(row)],
            "title": str(row or ""),
            "subtitle": None,
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, extra)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the audit trail holds of this row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        subjects = Q(subject_type=self.opts.label_lower, subject_id=row.pk)
        for rows in self.recorded_with(row):
            subjects |= Q(subject_type=rows.model._meta.label_lower, subject_id__in=rows.values("pk"))
        entries = Entry.objects.filter(subjects).exclude(verb__in=self.verbs_kept_from(request.user, row))[:200]
        people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
        words, facts = words_of_all(entries), facts_in_words(entries, without=self.facts_kept_from(request.user))
        context = {
            **self.admin_site.each_context(request),
            "title": f"What was done: {row}",
            "opts": self.opts,
            "original": row,
            "rows": [
                (
                    entry,
                    people.get(entry.actor_id) if entry.actor_id else None,
                    facts.get(entry.pk, []),
                    None if (said := words[entry.pk]) is None else words_in_words(entry, said),
                )
                for entry in entries
            ],
        }
        return TemplateResponse(request, "admin/trail.html", context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return self.never_shown.isdisjoint(lookup.split("__")) and super().lookup_allowed(lookup, value, request)

    def recorded_with(self, row: Any) -> "Iterable[QuerySet[Any]]":
        """Other rows whose entries in the audit trail tell of this one."""
        return ()

    def verbs_kept_from(self, user: Any, row: Any) -> Iterable[str]:
        """What was done to a row that this person is not told of."""
        return ()

    def facts_kept_from(self, user: Any) -> Collection[str]:
        """What this person is not told of where a fact lists several things."""
        return ()

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit("added", request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit("changed", request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: "QuerySet[models.Model]") -> Any:
        for row in queryset:
            self._audit("deleted", request, row, [])

    def _audit(self, verb: str, request: HttpRequest, row: models.Model, message: Any) -> None:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        fields = [name for part in message for what in part.values() for name in what.get("fields", [])]
        record(f"{self.opts.model_name}.{verb}", row, facts={"fields": ", ".join(fields)}, by=request.user)

    def _act_page(self, act: Act, *, many: bool = False) -> View:
        def page(request: HttpRequest, object_id: str | None = None) -> HttpResponseBase:
            if not has_role(request.user, *act.roles):
                raise PermissionDenied
            return self._act_on_rows(request, act) if many else self._act_on_row(request, act, object_id)

        guarded: View = self.admin_site.admin_view(page)
        guarded.access_rule = AccessRule(Kind.ROLE, act.roles)  # type: ignore[attr-defined]
        guarded.upload_most_bytes = act.upload_most_bytes  # type: ignore[attr-defined]
        return guarded

    def _list_page(self, list_page: ListPage) -> View:
        def page(request: HttpRequest) -> HttpResponseBase:
            if not self.has_view_permission(request):
                raise PermissionDenied
            try:
                rows = self.get_changelist_instance(request).get_queryset(request)
            except IncorrectLookupParameters:
                return redirect(self._address_of(None))
            return list_page.view(request, rows)

        guarded: View = self.admin_site.admin_view(_read_or_sent(page))
        guarded.model_admin = self  # type: ignore[attr-defined]  # where rule_for looks for who may see the table
        return guarded

    def _row_page(self, row_page: RowPage) -> View:
        def page(request: HttpRequest, object_id: str) -> HttpResponseBase:
            if not self.has_view_permission(request):
                raise PermissionDenied
            row = self.get_object(request, unquote(object_id))
            if row is None:
                raise Http404
            return row_page.view(request, row)

        guarded: View = self.admin_site.admin_view(_read_or_sent(page))
        guarded.model_admin = self  # type: ignore[attr-defined]  # where rule_for looks for who may see the table
        return guarded

    def _act_on_row(self, request: HttpRequest, act: Act, object_id: str | None) -> HttpResponseBase:
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and row is None:
            raise Http404
        words = str(row or capfirst(self.opts.verbose_name_plural))
        return self._act(request, act, row, may=self._may(request, act, row), back=self._address_of(row), words=words)

    def _act_on_rows(self, request: HttpRequest, act: Act) -> HttpResponseBase:
        """On those that the address names; nothing of it is done to some of them if others are out of reach."""
        assert isinstance(request.user, User)  # noqa: S101  # only a person holds a role
        back = f"{self._address_of(None)}?{request.GET.get('_changelist_filters', '')}"
        keys = {int(key) for key in request.GET.get("rows", "").split(".") if key.isdecimal()}
        if not keys:
            return redirect(back)
        rows = self.get_queryset(request).filter(pk__in=keys).order_by(*self.get_ordering(request))
        reached = self.reached_by(request.user, act.roles)
        if reached is not None:
            rows = rows.filter(pk__in=reached.values("pk"))
        chosen = list(rows[: ROWS_MOST + 1])
        if len(chosen) != len(keys) or len(chosen) > ROWS_MOST:
            raise Http404
        words = str(capfirst(self.opts.verbose_name_plural))
        return self._act(request, act, chosen, may=self._may(request, act, None), back=back, words=words)

    def _act(self, request: HttpRequest, act: Act, row: Any, *, may: bool, back: str, words: str) -> HttpResponseBase:
        if not may:
            raise PermissionDenied
        assert isinstance(request.user, User)  # noqa: S101  # only a person holds a role
        form = act.form(request.POST or None, request.FILES or None, row=row, by=request.user)
        # An act without fields sends nothing but its button, and is bound all the same.
        form.is_bound = request.method == "POST"
        seen: Mapping[str, Any] = {}
        if form.is_bound and form.is_valid():
            cleaned = dict(form.cleaned_data)
            if act.preview is None or "preview" not in request.POST:
                with refusals(form):
                    told = act.run(request.user, row, cleaned)
                    told_words, place = told if isinstance(told, tuple) else (told, row)
                    messages.success(request, told_words)
                    if isinstance(place, models.Model):
                        return redirect(self._address_of(place))
                    return redirect(place if isinstance(place, str) else back)
            if act.preview is not None:
                # What was refused just now stands on the page already, and is not said twice.
                with refusals(form) if form.is_valid() else suppress(RuleViolation):
                    seen = act.preview(request.user, row, cleaned)
        context = {
            "act": act,
            "form": form,
            "row": None if isinstance(row, list) else row,
            "rows": row if isinstance(row, list) else [],
            "opts": self.opts,
            "row_called": self.row_called or self.opts.verbose_name,
            "back": back,
            "back_words": words,
        }
        # Opened by its address where no button leads to it. What is sent all the same, the action refuses by itself.
        if row is not None and not form.is_bound and not act.says_when_over and not act.offered(row):
            context["why_not"] = act.why_not(row)
            return TemplateResponse(request, "admin/act_not_offered.html", context)
        context |= {**act.context(row), **act.told(request.user, row), **seen}
        return TemplateResponse(request, act.template, context)

    def reached_by(self, user: User, roles: tuple[Role, ...]) -> "QuerySet[Any] | None":
        """The rows on which somebody may act by these roles, where reading may rest on another; None: all they read."""
        return None

    def _may(self, request: HttpRequest, act: Act, row: models.Model | None) -> bool:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        if not (reaches_all if self.changed_for_all else has_role)(request.user, *act.roles):
            return False
        reached = self.reached_by(request.user, act.roles) if row else None
        return row is None or reached is None or reached.filter(pk=row.pk).exists()

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Not there, or not theirs to see: 404 like everywhere, in place of Django's guess that it was deleted."""
        raise Http404

    def _address_of(self, row: models.Model | None) -> str:
        prefix = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{prefix}_change", args=[row.pk]) if row and row.pk else reverse(f"{prefix}_changelist")


class LookOnlyAdmin(PortalModelAdmin):
    """A record: shown whole but for its secrets, never edited here."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or [
            column.name for column in self.opts.fields if not column.primary_key and column.name not in self.never_shown
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.fieldsets:
            return flatten_fieldsets(self.fieldsets)
        return flatten(self.get_fields(request, obj))
