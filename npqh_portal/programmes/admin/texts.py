"""What each programme's public page says: read, drafted, previewed, published, and everything it ever said."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from npqh_portal import clock
from npqh_portal.people.access import reaches_all
from npqh_portal.people.models import User
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.actions import discard_draft, draft_text, publish_text, restore_text
from npqh_portal.programmes.forms.texts import BeginForm, ReadForm, RestoreForm, WriteForm
from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.models import PageRevision, PageText, Programme, ProgrammeVersion
from npqh_portal.programmes.queries import plan_of, with_parts
from npqh_portal.programmes.rules.texts import FIGURE_NAMES, changes, figures_of, fill
from npqh_portal.programmes.states import RevisionState, VersionState
from npqh_portal.web.admin import Act, LookOnlyAdmin, RowPage, Waiting, site
from npqh_portal.web.markdown import rendered
from npqh_portal.web.words import table_day

# Counted among the people who were enrolled, of whom nothing is known here; the page has the figure.
_COUNTED_ON_THE_PAGE = "past_participants"


def _figures(programme: Programme) -> dict[str, str]:
    """Of the newest version that is published, or else of the newest; none for a programme without versions."""
    versions = with_parts(programme.versions.order_by("-effective_from", "-pk"))
    found: list[ProgrammeVersion] = list(versions)
    published = [version for version in found if version.state == VersionState.PUBLISHED]
    if not found:
        return {}
    figures = figures_of(plan_of((published or found)[0]), provider_name=settings.PROVIDER_NAME)
    return figures | {_COUNTED_ON_THE_PAGE: f"{{{_COUNTED_ON_THE_PAGE}}}"}


def _help_with(text: PageText | None) -> Mapping[str, Any]:
    figures = _figures(text.programme) if text else {}
    return {
        "figures": [
            (f"{{{name}}}", what, "" if name == _COUNTED_ON_THE_PAGE else figures.get(name, ""))
            for name, what in FIGURE_NAMES.items()
        ]
    }


# --- of every kind of revision -------------------------------------------------------------------


def draft_of(row: Any) -> Any:
    """The draft of a text or a page; None where none waits."""
    return row.revisions.filter(state=RevisionState.DRAFT).first()


def has_draft(row: Any) -> bool:
    return draft_of(row) is not None


def has_old_words(row: Any) -> bool:
    published: int = row.revisions.filter(state=RevisionState.PUBLISHED).count()
    return published > 1


def _compare(request: HttpRequest, row: Any) -> HttpResponseBase:
    """The newest revision beside what was published last before it."""
    revisions = list(row.revisions.select_related("written_by"))
    new = revisions[0] if revisions else None
    old = next((one for one in revisions[1:] if one.state == RevisionState.PUBLISHED), None)
    context: dict[str, Any] = {"row": row, "new": new, "old": old}
    context["back"] = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    if new and old:
        columns = [(name, old.said[name], new.said[name]) for name in new.said if name != "body"]
        context["columns"] = [one for one in columns if one[1] != one[2]]
        context["pieces"] = list(changes(old.body, new.body))
    return TemplateResponse(request, "programmes/compare_words.html", context)


COMPARE = RowPage("compare", "What changed", _compare, offered=lambda row: row.revisions.count() > 1)


def waiting_drafts(revisions: QuerySet[Any], label: str, address: str) -> Iterator[Waiting]:
    """A line of the start page for those who publish, with the list that holds just these."""
    drafts = revisions.filter(state=RevisionState.DRAFT)
    written = list(drafts.order_by("written_at").values_list("written_at", flat=True))
    if written:
        yield Waiting(
            label=label,
            count=len(written),
            address=f"{address}?state=draft",
            words=f"The oldest draft is of {table_day(written[0])}.",
            since=clock.london_date(written[0]),
        )


# --- page texts ----------------------------------------------------------------------------------


def _draft_words(text: PageText) -> Mapping[str, Any]:
    draft: PageRevision | None = draft_of(text)
    return {"words": rendered(fill(draft.body, _figures(text.programme))) if draft else "", "draft": draft}


def _write(by: User, text: PageText, cleaned: dict[str, Any]) -> str:
    draft_text(text.programme, section=PageSection(text.section), body=cleaned["body"], seen=cleaned["seen"], by=by)
    return "The draft is kept. The page changes when you publish it."


def _begin(by: User, text: None, cleaned: dict[str, Any]) -> str:
    programme, section = cleaned["section"]
    draft = draft_text(programme, section=section, body=cleaned["body"], seen="", by=by)
    return f"The draft of {draft.text} is kept. The page changes when you publish it."


def _publish(by: User, text: PageText, cleaned: dict[str, Any]) -> str:
    draft: PageRevision | None = draft_of(text)
    if draft is None:
        return "It is published already."
    publish_text(draft, seen=cleaned["seen"], by=by)
    return "Published. The page says it from now on."


def _discard(by: User, text: PageText, cleaned: dict[str, Any]) -> str:
    if draft := draft_of(text):
        discard_draft(draft, seen=cleaned["seen"], by=by)
    return "The draft is gone. The page says what it said."


def _restore(by: User, text: PageText, cleaned: dict[str, Any]) -> str:
    restored = restore_text(cleaned["revision"], seen=cleaned["seen"], by=by)
    return f"Revision {cleaned['revision'].number} is the draft now, as revision {restored.number}."


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("draft", "A draft waits"), ("published", "Published"), ("empty", "Not on the page")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        states = {"draft": Q(drafted_at__isnull=False), "published": Q(says__gt=""), "empty": Q(says=None) | Q(says="")}
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(PageText, site=site)
class PageTextAdmin(LookOnlyAdmin):
    changed_for_all = True
    list_display = ("section_name", "programme", "on_page", "draft")
    list_filter = (StateFilter, "programme", "section")
    list_select_related = ("programme",)
    ordering = ("programme__name", "programme_id")
    fields = ("programme", "section", "page", "says_now", "draft_words", "everything")
    acts = (
        Act(
            "write",
            "Write a draft",
            run=_write,
            roles=LEADS,
            form=WriteForm,
            template="programmes/write_text.html",
            context=_help_with,
            explains="What you write is kept as a draft. The public page changes when it is published.",
        ),
        Act(
            "publish",
            "Publish",
            run=_publish,
            roles=LEADS,
            form=ReadForm,
            offered=has_draft,
            template="programmes/publish_text.html",
            context=_draft_words,
            explains="The public page says this from now on. What it said before is kept.",
        ),
        Act(
            "discard",
            "Discard the draft",
            run=_discard,
            roles=LEADS,
            form=ReadForm,
            offered=has_draft,
            template="programmes/publish_text.html",
            context=_draft_words,
            explains="The page goes on saying what it says. The words of the draft are lost.",
            grave=True,
        ),
        Act(
            "restore",
            "Restore old words",
            run=_restore,
            roles=LEADS,
            form=RestoreForm,
            offered=has_old_words,
            explains="They become the draft, in place of any draft there is. The page changes when you publish it.",
        ),
    )
    row_pages = (COMPARE,)
    list_acts = (
        Act(
            "begin",
            "Begin a section",
            run=_begin,
            roles=LEADS,
            form=BeginForm,
            template="programmes/write_text.html",
            context=_help_with,
            explains="What you write is kept as a draft. The public page changes when it is published.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PageText]:
        """In the order in which the sections stand on the page."""
        revisions = PageRevision.objects.filter(text=OuterRef("pk")).order_by("-number")
        published = revisions.filter(state=RevisionState.PUBLISHED)
        places = [When(section=section, then=place) for place, section in enumerate(PageSection)]
        return PageText.objects.annotate(
            place=Case(*places, output_field=IntegerField()),
            says=Subquery(published.values("body")[:1]),
            published_at=Subquery(published.values("published_at")[:1]),
            drafted_at=Subquery(revisions.filter(state=RevisionState.DRAFT).values("written_at")[:1]),
        ).order_by("programme__name", "programme_id", "place")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("programme__name", "programme_id", "place")

    @admin.display(description="section", ordering="place")
    def section_name(self, text: PageText) -> str:
        return text.get_section_display()

    @admin.display(description="on the page", ordering="published_at")
    def on_page(self, text: Any) -> str:
        if not text.says:
            return "Not on the page"
        return f"Published on {table_day(text.published_at)}"

    @admin.display(description="draft", ordering="drafted_at")
    def draft(self, text: Any) -> str:
        return f"Waits since {table_day(text.drafted_at)}" if text.drafted_at else "–"

    @admin.display(description="preview")
    def page(self, text: PageText) -> SafeString:
        address = reverse("home:programme_preview", args=[text.programme.code])
        return format_html('<a href="{}#{}">The whole page with its drafts</a>', address, text.section)

    @admin.display(description="what it says now")
    def says_now(self, text: Any) -> SafeString | str:
        return _drawn(text, text.says) if text.says else "Nothing: the section is not on the page."

    @admin.display(description="draft")
    def draft_words(self, text: PageText) -> SafeString | str:
        draft: PageRevision | None = draft_of(text)
        if draft is None:
            return "None waits."
        return _drawn(text, draft.body) if draft.body else "No words: once published, the section leaves the page."

    @admin.display(description="every revision")
    def everything(self, text: PageText) -> SafeString:
        revisions = text.revisions.select_related("written_by")
        return render_to_string("programmes/revisions.html", {"revisions": revisions})


def _drawn(text: PageText, body: str) -> SafeString:
    return format_html('<div class="words">{}</div>', rendered(fill(body, _figures(text.programme))))


@site.work_waiting
def drafts_of_texts(user: User) -> Iterator[Waiting]:
    if not reaches_all(user, *LEADS):
        return
    address = reverse("admin:programmes_pagetext_changelist")
    yield from waiting_drafts(PageRevision.objects.all(), "Page texts not yet published", address)
