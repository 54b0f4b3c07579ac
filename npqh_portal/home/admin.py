"""The audit trail, in which every package writes: read whole, and only read."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of
from npqh_portal.people.access import reaches_all
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import LookOnlyAdmin, site
from npqh_portal.web.trail import doer_in_words, facts_in_words, verb_in_words, with_names_of_rows, words_in_words


@admin.register(Entry, site=site)
class EntryAdmin(LookOnlyAdmin):
    list_display = ("at", "what", "subject", "who", "facts")
    list_filter = ("at", "subject_type", "verb")
    search_fields = ("verb", "subject_type", "=subject_id")
    search_help_text = "What was done, to which table, or a row’s number"
    date_hierarchy = "at"
    fields = readonly_fields = ("at", "what", "subject", "who", "facts", "words")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """All of it, to whoever leads for the whole provider; to others, what they did themselves."""
        actor = User.objects.filter(pk=OuterRef("actor_id")).values("full_name")
        reads_all = reaches_all(request.user, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
        entries = Entry.objects.annotate(
            actor_name=Subquery(actor), has_page=_has_page(request, opens_people=reads_all)
        )
        named = with_names_of_rows(entries)
        return named if reads_all else named.filter(actor_id=request.user.pk)

    @admin.display(description="What", ordering="verb")
    def what(self, entry: Entry) -> str:
        return verb_in_words(entry.verb)

    @admin.display(description="To what")
    def subject(self, entry: Any) -> str:
        """Its table and row, leading to the record itself where it has a page for whoever reads this."""
        model = apps.get_model(entry.subject_type)
        words = f"{capfirst(model._meta.verbose_name)} {entry.subject_id}"
        if entry.subject_name:
            words += f": {entry.subject_name}"
        if not entry.has_page:
            return words
        page = reverse(f"admin:{entry.subject_type.replace('.', '_')}_change", args=[entry.subject_id])
        return format_html('<a href="{}">{}</a>', page, words)

    @admin.display(description="Who", ordering="actor_id")
    def who(self, entry: Any) -> str:
        if entry.actor_id is None:
            return doer_in_words(entry.verb)
        return entry.actor_name or f"Person {entry.actor_id}"

    @admin.display(description="Facts")
    def facts(self, entry: Entry) -> str:
        return _listed(facts_in_words([entry], asks=False).get(entry.pk, []))

    @admin.display(description="In whose words")
    def words(self, entry: Entry) -> str:
        words = words_of(entry)
        return "Erased" if words is None else _listed(words_in_words(entry, words))


def _has_page(request: HttpRequest, *, opens_people: bool) -> Case:
    """Whether the row is still there and whoever asks may read its table. Of people, partners' leads read only some."""
    read = [
        When(subject_type=model._meta.label_lower, then=Exists(model._base_manager.filter(pk=OuterRef("subject_id"))))
        for model, pages in site._registry.items()
        if pages.has_view_permission(request) and (opens_people or model is not User)
    ]
    return Case(*read, default=Value(False))


def _listed(parts: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{label}: {text}" for label, text in parts)
