"""The pages of modules: written, previewed, published, put in order and retired, with their pictures and files."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from npqh_portal.people.access import reaches_all
from npqh_portal.people.models import User
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.actions import (
    add_file,
    begin_page,
    discard_page_draft,
    draft_page,
    move_page,
    publish_text,
    remove_file,
    restore_page,
    retire_page,
    take_page_back,
)
from npqh_portal.programmes.forms.study import (
    AddFileForm,
    FirstPageForm,
    MovePageForm,
    NextPageForm,
    RemoveFileForm,
    WritePageForm,
)
from npqh_portal.programmes.forms.texts import ReadForm, RestoreForm
from npqh_portal.programmes.models import Item, ProgrammeVersion, StudyPage, StudyRevision
from npqh_portal.programmes.queries import files_beside, shelves_of, with_page_sums
from npqh_portal.programmes.states import RevisionState
from npqh_portal.web.admin import Act, ListPage, LookOnlyAdmin, RowPage, Waiting, site
from npqh_portal.web.doors import person_of
from npqh_portal.web.illustrated import illustrated
from npqh_portal.web.videos import with_videos
from npqh_portal.web.words import hours_in_words, table_day

from .texts import COMPARE, draft_of, has_draft, has_old_words, waiting_drafts

_LIST = "admin:programmes_studypage_changelist"
_KEPT = "The draft is kept. People read it once you publish it."


def _shown(page: StudyPage, body: str) -> SafeString:
    return illustrated(body, files_beside([page.pk]).get(page.pk, {}), plays_videos=False)


def _about_draft(page: StudyPage) -> Mapping[str, Any]:
    draft = draft_of(page)
    return {"words": _shown(page, draft.body) if draft else "", "draft": draft}


def _about_files(page: StudyPage | None) -> Mapping[str, Any]:
    return {"files": list(page.files.all()) if page else []}


def _preview_written(by: User, page: StudyPage | None, cleaned: dict[str, Any]) -> Mapping[str, Any]:
    """As far as it can be shown before it is kept."""
    return {"preview": _shown(page, cleaned["body"]) if page else illustrated(cleaned["body"], {})}


def _said(cleaned: dict[str, Any]) -> dict[str, Any]:
    return {column: cleaned[column] for column in StudyRevision.says}


def _write(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    draft_page(page, **_said(cleaned), seen=cleaned["seen"], by=by)
    return _KEPT


def _begin(by: User, page: None, cleaned: dict[str, Any]) -> tuple[str, StudyPage]:
    programme, code = cleaned["module"]
    return _KEPT, begin_page(programme, item_code=code, **_said(cleaned), by=by).page


def _begin_after(by: User, page: StudyPage, cleaned: dict[str, Any]) -> tuple[str, StudyPage]:
    begun = begin_page(page.programme, item_code=page.item_code, **_said(cleaned), after=page, by=by)
    return _KEPT, begun.page


def _publish(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    draft = draft_of(page)
    if draft is None:
        return "It is published already."
    publish_text(draft, seen=cleaned["seen"], by=by)
    return "Published. People read it from now on; what anybody has read stays read."


def _discard(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str | tuple[str, str]:
    draft = draft_of(page)
    if draft and discard_page_draft(draft, seen=cleaned["seen"], by=by) is None:
        return "The draft is gone, and the page with it: nobody had seen it.", reverse(_LIST)
    return "The draft is gone. The page says what it said."


def _restore(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    restored = restore_page(cleaned["revision"], seen=cleaned["seen"], by=by)
    return f"Revision {cleaned['revision'].number} is the draft now, as revision {restored.number}."


def _move(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    move_page(page, after=cleaned["after"], by=by)
    return "It stands there now. What anybody has read stays read."


def _retire(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    retire_page(page, by=by)
    return "It is shown no more. What anybody has read or finished stays as it is."


def _take_back(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    take_page_back(page, by=by)
    return "It is shown again, in its old place."


def _add_file(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    there = set(page.files.all())
    file = add_file(page, upload=cleaned["file"], by=by)
    if file in there:
        return f"This file stands beside the page already, as file:{file.name}. It is kept once."
    return f"Added. Name it in the words of the page as file:{file.name}."


def _remove_file(by: User, page: StudyPage, cleaned: dict[str, Any]) -> str:
    remove_file(cleaned["file"], by=by)
    return f"Removed: {cleaned['file']}."


@with_videos
def _preview(request: HttpRequest, page: StudyPage) -> HttpResponseBase:
    """As people will read it: the draft, or what is published where none waits."""
    revision = page.revisions.all()[0]
    context = {
        "page": page,
        "revision": revision,
        "html": illustrated(revision.body, files_beside([page.pk]).get(page.pk, {})),
        "item": _item_of(page),
    }
    return TemplateResponse(request, "programmes/page_preview.html", context)


def _modules(request: HttpRequest, rows: QuerySet[StudyPage]) -> HttpResponseBase:
    """Every module by programme and course: with how many pages, and where its minutes and theirs differ."""
    shelves = list(shelves_of(ProgrammeVersion.objects.all()))
    context = {"shelves": shelves, "may_begin": reaches_all(person_of(request), *LEADS)}
    return TemplateResponse(request, "programmes/study_modules.html", context)


def _item_of(page: StudyPage) -> Any:
    """As the newest version has it that has it still, with the sums of its pages."""
    items = Item.objects.filter(version__programme=page.programme_id, code=page.item_code).select_related("course")
    return with_page_sums(items).order_by("-version__effective_from", "-version_id").first()


class PageStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("draft", "A draft waits"),
            ("shown", "Shown"),
            ("unseen", "Never published"),
            ("retired", "Retired"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        published = Q(published_at__isnull=False)
        states = {
            "draft": Q(drafted_at__isnull=False),
            "shown": published & Q(retired_at=None),
            "unseen": ~published,
            "retired": Q(retired_at__isnull=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(StudyPage, site=site)
class StudyPageAdmin(LookOnlyAdmin):
    changed_for_all = True
    row_called = "page"
    list_display = ("title", "module", "place", "programme", "takes", "published", "draft")
    list_filter = (PageStateFilter, "programme")
    list_select_related = ("programme",)
    search_fields = ("title", "item_code")
    search_help_text = "Title of a page, or code of a module"
    ordering = ("programme__name", "programme_id", "item_code", "place")
    fields = ("programme", "module", "minutes_together", "says_now", "draft_words", "files_beside", "everything")
    list_pages = (ListPage("modules", "Modules by course", view=_modules),)
    row_pages = (RowPage("preview", "Preview", _preview), COMPARE)
    acts = (
        Act(
            "write",
            "Write a draft",
            run=_write,
            roles=LEADS,
            form=WritePageForm,
            template="programmes/write_page.html",
            context=_about_files,
            preview=_preview_written,
            explains="What you write is kept as a draft. People read it once it is published.",
        ),
        Act(
            "publish",
            "Publish",
            run=_publish,
            roles=LEADS,
            form=ReadForm,
            offered=has_draft,
            template="programmes/publish_text.html",
            context=_about_draft,
            explains="People read this from now on. What anybody has read or finished stays so.",
        ),
        Act(
            "discard",
            "Discard the draft",
            run=_discard,
            roles=LEADS,
            form=ReadForm,
            offered=has_draft,
            template="programmes/publish_text.html",
            context=_about_draft,
            explains="The page goes on saying what it says; one that was never published goes. These words are lost.",
            grave=True,
        ),
        Act(
            "restore",
            "Restore old words",
            run=_restore,
            roles=LEADS,
            form=RestoreForm,
            offered=has_old_words,
            explains="They become the draft, in place of any draft there is. People read them once you publish it.",
        ),
        Act(
            "file",
            "Add a file",
            run=_add_file,
            roles=LEADS,
            form=AddFileForm,
            offered=lambda page: page.retired_at is None,
            explains="It is kept beside the page. People see it once the words of the page name it.",
        ),
        Act(
            "drop_file",
            "Remove a file",
            run=_remove_file,
            roles=LEADS,
            form=RemoveFileForm,
            offered=lambda page: page.files.exists(),
            explains="Only a file that no draft names, nor anything that was ever published.",
            grave=True,
        ),
        Act(
            "after",
            "Add a page after this one",
            run=_begin_after,
            roles=LEADS,
            form=NextPageForm,
            template="programmes/write_page.html",
            preview=_preview_written,
            explains="It begins as a draft, which people read once it is published.",
        ),
        Act(
            "move",
            "Move",
            run=_move,
            roles=LEADS,
            form=MovePageForm,
            offered=lambda page: (
                StudyPage.objects.filter(programme=page.programme_id, item_code=page.item_code).count() > 1
            ),
            explains="Pages of the module change their numbers. What anybody has read stays read.",
        ),
        Act(
            "retire",
            "Retire",
            run=_retire,
            roles=LEADS,
            offered=lambda page: page.retired_at is None and page.published_at is not None,
            explains="It is shown no more, and nobody has to read it. It can be taken back.",
        ),
        Act(
            "take_back",
            "Show it again",
            run=_take_back,
            roles=LEADS,
            offered=lambda page: page.retired_at is not None,
            explains="It is shown again in its old place. Whoever had read it has read it.",
        ),
    )
    list_acts = (
        Act(
            "begin",
            "Begin a page",
            run=_begin,
            roles=LEADS,
            form=FirstPageForm,
            template="programmes/write_page.html",
            preview=_preview_written,
            explains="What you write is kept as a draft. People read it once it is published.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StudyPage]:
        revisions = StudyRevision.objects.filter(page=OuterRef("pk")).order_by("-number")
        published = revisions.filter(state=RevisionState.PUBLISHED)
        items = Item.objects.filter(version__programme=OuterRef("programme"), code=OuterRef("item_code"))
        return StudyPage.objects.annotate(
            takes_minutes=Subquery(revisions.values("minutes")[:1]),
            says=Subquery(published.values("body")[:1]),
            published_at=Subquery(published.values("published_at")[:1]),
            drafted_at=Subquery(revisions.filter(state=RevisionState.DRAFT).values("written_at")[:1]),
            item_title=Subquery(items.order_by("-version__effective_from", "-version").values("title")[:1]),
        )

    @admin.display(description="module", ordering="item_title")
    def module(self, page: Any) -> str:
        return str(page.item_title or page.item_code)

    @admin.display(description="minutes", ordering="takes_minutes")
    def takes(self, page: Any) -> int:
        minutes: int = page.takes_minutes
        return minutes

    @admin.display(description="published", ordering="published_at")
    def published(self, page: Any) -> str:
        if page.retired_at:
            return f"Retired on {table_day(page.retired_at)}"
        return table_day(page.published_at) if page.published_at else "Not yet"

    @admin.display(description="draft", ordering="drafted_at")
    def draft(self, page: Any) -> str:
        return f"Waits since {table_day(page.drafted_at)}" if page.drafted_at else "–"

    @admin.display(description="minutes")
    def minutes_together(self, page: StudyPage) -> str:
        item = _item_of(page)
        if item is None or item.page_minutes is None:
            return "No page of the module is shown yet."
        shown = f"Its pages take {hours_in_words(item.page_minutes)} together"
        if item.page_minutes == item.minutes:
            return f"{shown}, as much as the course counts for it."
        return f"{shown}, but the course counts {hours_in_words(item.minutes)} for it: mend one or the other."

    @admin.display(description="what people read now")
    def says_now(self, page: Any) -> SafeString | str:
        if not page.says:
            return "Nothing: it was never published."
        return _drawn(page, page.says)

    @admin.display(description="draft")
    def draft_words(self, page: StudyPage) -> SafeString | str:
        draft = draft_of(page)
        return _drawn(page, draft.body) if draft else "None waits."

    @admin.display(description="files")
    def files_beside(self, page: StudyPage) -> SafeString:
        return render_to_string("programmes/_page_files.html", {"files": page.files.all()})

    @admin.display(description="every revision")
    def everything(self, page: StudyPage) -> SafeString:
        revisions = page.revisions.select_related("written_by")
        return render_to_string("programmes/revisions.html", {"revisions": revisions})


def _drawn(page: StudyPage, body: str) -> SafeString:
    return format_html('<div class="words">{}</div>', _shown(page, body))


@site.work_waiting
def drafts_of_pages(user: User) -> Iterator[Waiting]:
    if reaches_all(user, *LEADS):
        yield from waiting_drafts(StudyRevision.objects.all(), "Pages of modules not yet published", reverse(_LIST))
