"""The application form of each programme: drafted, edited, published; what is published is only looked at."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from applications.actions import draft_form, edit_form, publish_form
from applications.forms.versions import BeginForm, EditForm, ReadForm
from applications.models import FormVersion
from applications.states import FormState
from npqh_portal import clock
from npqh_portal.people.access import reaches_all
from npqh_portal.people.models import User
from npqh_portal.programmes.access import LEADS
from npqh_portal.schools.kinds import ListKind
from npqh_portal.web.admin import Act, LookOnlyAdmin, Waiting, site
from npqh_portal.web.words import table_day


def _is_draft(form: FormVersion) -> bool:
    return form.state == FormState.DRAFT


def _edit(by: User, form: FormVersion, cleaned: dict[str, Any]) -> str:
    words = {name: value for name, value in cleaned.items() if name != "seen"}
    edit_form(form, words=words, seen=cleaned["seen"], by=by)
    return "The draft is saved. Applications begin with it once it is published."


def _publish(by: User, form: FormVersion, cleaned: dict[str, Any]) -> str:
    publish_form(form, seen=cleaned["seen"], by=by)
    return "Published. Applications begin with it from now on."


def _copy(by: User, form: FormVersion, cleaned: dict[str, Any]) -> tuple[str, FormVersion]:
    draft = draft_form(form.programme, like=form, by=by)
    return f"This is {draft}, a draft that says what {form} says.", draft


def _begin(by: User, form: None, cleaned: dict[str, Any]) -> tuple[str, FormVersion]:
    draft = draft_form(cleaned["programme"], by=by)
    return f"This is {draft}, a draft. Edit it, then publish it.", draft


def _what_it_says(form: FormVersion) -> Mapping[str, Any]:
    return {"form_version": form, "lists": _lists(form)}


def _lists(form: FormVersion) -> str:
    return ", ".join(ListKind(kind).label for kind in form.disadvantage_lists) or "None"


@admin.register(FormVersion, site=site)
class FormVersionAdmin(LookOnlyAdmin):
    changed_for_all = True
    named: ClassVar[Mapping[str, str]] = {
        "statement_question": "the statement answers",
        "statement_hint": "hint under it",
        "statement_words_most": "most words",
        "declaration": "the applicant declares",
        "needs_endorsement": "must be endorsed",
        "endorsement_days": "days the endorser's link opens",
        "new_head_months": "months of support for new headteachers",
    }
    list_display = ("name", "state", "published_at", "begun")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    search_fields = ("programme__name", "statement_question", "declaration")
    search_help_text = "Programme, or words of the form"
    fields = (
        "programme", "number", "state", "published_at", "statement_question", "statement_hint", "statement_words_most",
        "agrees", "declaration", "needs_endorsement", "endorser_agrees", "endorsement_days", "new_head_months", "lists",
    )  # fmt: skip
    acts = (
        Act(
            "edit",
            "Edit the draft",
            run=_edit,
            roles=LEADS,
            form=EditForm,
            offered=_is_draft,
            explains="Applications that were begun keep the form they began with.",
        ),
        Act(
            "publish",
            "Publish",
            run=_publish,
            roles=LEADS,
            form=ReadForm,
            offered=_is_draft,
            template="applications/admin_form.html",
            context=_what_it_says,
            explains="Every application that begins from now on has this form. It never changes; a copy can.",
        ),
        Act(
            "copy",
            "Copy to a new draft",
            run=_copy,
            roles=LEADS,
            explains="Nothing changes for applicants until the draft is published.",
        ),
    )
    list_acts = (
        Act(
            "begin",
            "Begin a form",
            run=_begin,
            roles=LEADS,
            form=BeginForm,
            explains="A draft, which you edit and then publish.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FormVersion]:
        counted = FormVersion.objects.annotate(application_count=Count("applications"))
        return counted.select_related("programme").order_by("programme__name", "programme_id", "-number")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("programme__name", "programme_id", "-number")

    @admin.display(description="form", ordering="programme__name")
    def name(self, form: FormVersion) -> str:
        return str(form)

    @admin.display(description="applications", ordering="application_count")
    def begun(self, form: FormVersion) -> str:
        count: int = form.application_count  # type: ignore[attr-defined]  # annotated above
        return f"{count:,}"

    @admin.display(description="the applicant agrees to")
    def agrees(self, form: FormVersion) -> SafeString:
        return _bullets(form.agreements)

    @admin.display(description="the endorser agrees to")
    def endorser_agrees(self, form: FormVersion) -> SafeString:
        return _bullets(form.endorsements)

    @admin.display(description="lists of schools that serve disadvantaged communities")
    def lists(self, form: FormVersion) -> str:
        return _lists(form)


def _bullets(lines: list[str]) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))


@site.work_waiting
def drafts_of_forms(user: User) -> Iterator[Waiting]:
    if not reaches_all(user, *LEADS):
        return
    edited = list(FormVersion.objects.filter(state=FormState.DRAFT).order_by("edited_at").values_list("edited_at"))
    if edited:
        yield Waiting(
            label="Application forms not yet published",
            count=len(edited),
            address=reverse("admin:applications_formversion_changelist") + "?state__exact=draft",
            words=f"The oldest was edited on {table_day(edited[0][0])}.",
            since=clock.london_date(edited[0][0]),
        )
