"""Files of schools: handed in, looked at, then imported or discarded."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePath
from typing import IO, Any, TypeAlias

from django import forms
from django.contrib import admin
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join

from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.schools.actions import (
    confirm_eligibility_list,
    confirm_schools,
    discard_import,
    propose_eligibility_list,
    propose_schools,
)
from npqh_portal.schools.errors import FileUnusable, ImportSettled
from npqh_portal.schools.kinds import FileKind, ListKind
from npqh_portal.schools.models import SchoolImport
from npqh_portal.schools.queries import in_words
from npqh_portal.schools.readers import read_extract, read_links, read_list
from npqh_portal.schools.states import ImportState
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, RowPage, counted, site
from npqh_portal.web.downloads import csv_download, csv_text
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.words import table_day

MOST_BYTES = 100 << 20
# As many as anybody reads on a page; the rejected rows are all in the file to download.
SHOWN = 50

Upload: TypeAlias = "UploadedFile[bytes]"


class TableField(forms.FileField):
    """A CSV, or a ZIP that holds one. What is in it, the readers look at."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": "Choose the file"}
        super().__init__(allow_empty_file=True, error_messages=errors, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload: Upload | None = super().clean(data, initial)
        if upload and PurePath(upload.name or "").suffix.lower() not in {".csv", ".zip"}:
            raise forms.ValidationError("The file must be a .csv, or a .zip that holds one")
        if upload and (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"The file is too large: {MOST_BYTES >> 20} MB is the most")
        return upload


class ExtractForm(ActForm):
    file = TableField(label="The extract", help_text="edubasealldata….csv, or the ZIP it came in; up to 100 MB.")
    links = TableField(
        label="The file of links",
        required=False,
        help_text="links_edubasealldata….csv: which school came after which. Without it, links stay as they are.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, reads in (("file", read_extract), ("links", read_links)):
            with _told_beside(self, name):
                cleaned[f"read_{name}"] = reads(*_opened(cleaned[name])) if cleaned.get(name) else None
        return cleaned


class ListForm(ActForm):
    kind = forms.ChoiceField(
        label="Which list is it?",
        choices=ListKind.choices,
        widget=Radios(),
        error_messages={"required": "Choose which list it is"},
    )
    from_on = DateParts(label="In force from", subject="The first day")
    to_on = DateParts(
        label="In force until",
        subject="The last day",
        required=False,
        help_text="The last day on which it holds. Leave it empty if it holds until the next list begins.",
    )
    file = TableField(label="The list", help_text="A CSV with DfE’s own header; further columns do not matter.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") and cleaned.get("file"):
            with _told_beside(self, "file"):
                cleaned["read_file"] = read_list(*_opened(cleaned["file"]), ListKind(cleaned["kind"]))
        return cleaned


class ConfirmForm(ActForm):
    even_if_lacking = forms.BooleanField(
        label="Import it all the same",
        error_messages={"required": "Tick this if the file is meant to lack so much. Otherwise discard it"},
    )

    def prepare(self) -> None:
        """Asked only where the file lacks much."""
        if not self.row.warnings:
            del self.fields["even_if_lacking"]


@contextmanager
def _told_beside(form: ActForm, field: str) -> Iterator[None]:
    try:
        yield
    except FileUnusable as refusal:
        form.add_error(field, str(refusal))


def _opened(upload: Upload) -> tuple[IO[bytes], str]:
    content: Any = upload.file
    return content, upload.name or ""


def _hand_in_extract(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, SchoolImport]:
    file, links = cleaned["file"], cleaned["links"]
    held = propose_schools(
        cleaned["read_file"],
        upload=file.file,
        links=cleaned["read_links"],
        links_upload=links.file if links else None,
        by=by,
    )
    return "Nothing is imported yet. See what the file would do, then import or discard it.", held


def _hand_in_list(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, SchoolImport]:
    held = propose_eligibility_list(
        ListKind(cleaned["kind"]),
        cleaned["read_file"],
        from_on=cleaned["from_on"],
        to_on=cleaned["to_on"],
        upload=cleaned["file"].file,
        by=by,
    )
    return "Nothing is imported yet. See what the list would do, then import or discard it.", held


def _confirm(by: User, held: SchoolImport, cleaned: dict[str, Any]) -> str:
    if not _waits(held):
        raise ImportSettled(held.get_state_display())
    with ExitStack() as opened:
        try:
            file = opened.enter_context(default_storage.open(held.stored_name))
        except FileNotFoundError as gone:
            # Somebody else has imported or discarded it since this page began.
            raise ImportSettled(SchoolImport.objects.get(pk=held.pk).get_state_display()) from gone
        if held.kind == FileKind.EXTRACT:
            links = None
            if held.links_stored_name:
                links = read_links(opened.enter_context(default_storage.open(held.links_stored_name)), held.links_name)
            done = confirm_schools(
                held,
                read_extract(file, held.file_name),
                links=links,
                even_if_lacking=cleaned.get("even_if_lacking", False),
                by=by,
            )
        else:
            done = confirm_eligibility_list(held, read_list(file, held.file_name, ListKind(held.kind)), by=by)
    return (
        f"Imported. Created: {done.created:,}. Updated: {done.updated:,}. Unchanged: {done.unchanged:,}. "
        f"Rejected: {done.rejected:,}."
    )


def _discard(by: User, held: SchoolImport, cleaned: dict[str, Any]) -> str:
    discard_import(held, by=by)
    return "Discarded. Nothing was imported, and the file is deleted."


def _waits(held: SchoolImport) -> bool:
    return held.state == ImportState.WAITING


def _what_it_would_do(held: SchoolImport) -> dict[str, Any]:
    return {
        "waits": _waits(held),
        "is_list": held.kind != FileKind.EXTRACT,
        "rejections": held.rejections[:SHOWN],
        "changes": [(urn, name, in_words(what)) for urn, name, what in held.first_changes],
    }


def _rejected(request: HttpRequest, held: SchoolImport) -> HttpResponse:
    """The rejected rows, to be mended at their source."""
    return csv_download(csv_text([("Line", "Identifier", "Reason"), *held.rejections]), "rejected.csv", taken=None)


@admin.register(SchoolImport, site=site)
class SchoolImportAdmin(LookOnlyAdmin):
    changed_for_all = True
    list_display = ("file_name", "kind", "state", "on", "by", "new", "changed", "same", "left_out")
    list_filter = ("state", "kind")
    list_select_related = ("by",)
    fieldsets = (
        (None, {"fields": ("kind", "from_on", "to_on", "state", "at", "by")}),
        ("The file", {"fields": ("file_name", "sha256", "links_name", "links_sha256")}),
        ("What came of it", {"fields": (
            "new", "changed", "same", "not_there", "left_out", "links_in_words", "what_to_know", "rejected_rows",
            "changed_first",
        )}),
    )  # fmt: skip
    # Columns of a list that an extract has not, and the other way round.
    of_a_list = frozenset({"from_on", "to_on"})
    of_an_extract = frozenset({"links_name", "links_sha256", "changed", "links_in_words", "changed_first"})
    hints_to_read = frozenset({"by"})
    new, changed, same = counted("created"), counted("updated"), counted("unchanged")
    not_there = counted("lacking", "known here and not in the file")
    left_out = counted("rejected", sortable=False)
    list_acts = (
        Act(
            "hand_in",
            "Hand in the national extract",
            run=_hand_in_extract,
            form=ExtractForm,
            roles=(Role.ADMINISTRATOR,),
            explains="You see what the file would do before any school changes. Sending and reading the whole register "
            "takes some seconds: wait for the next page.",
            upload_most_bytes=MOST_BYTES,
        ),
        Act(
            "hand_in_list",
            "Hand in a list of DfE’s",
            run=_hand_in_list,
            form=ListForm,
            roles=(Role.ADMINISTRATOR,),
            explains="PP50 and RISE lists, each for the period that DfE fixes. The same list and period again replaces "
            "what was there. You see what the file would do first.",
        ),
    )
    acts = (
        Act(
            "confirm",
            "See what it would do, and import",
            run=_confirm,
            form=ConfirmForm,
            roles=(Role.ADMINISTRATOR,),
            offered=_waits,
            explains="Exactly the file that was looked at is imported. For the whole register this takes some seconds.",
            template="schools/confirm_import.html",
            context=_what_it_would_do,
            says_when_over=True,
        ),
        Act(
            "discard",
            "Discard",
            run=_discard,
            roles=(Role.ADMINISTRATOR,),
            offered=_waits,
            explains="Nothing is imported, and the file is deleted. That it was handed in stays recorded.",
            template="admin/act_while_it_waits.html",
            context=lambda held: {"waits": _waits(held)},
            says_when_over=True,
        ),
    )
    row_pages = (
        RowPage("rejections", "Rejected rows (CSV)", view=_rejected, offered=lambda held: held.rejected > 0),
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: SchoolImport | None = None) -> Any:
        """Without the rows that say nothing of a file of its kind."""
        left_out = self.of_a_list if obj is None or obj.kind == FileKind.EXTRACT else self.of_an_extract
        return [
            (title, {**parts, "fields": [name for name in parts["fields"] if name not in left_out]})
            for title, parts in super().get_fieldsets(request, obj)
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolImport]:
        return SchoolImport.objects.select_related("by")

    @admin.display(description="handed in", ordering="at")
    def on(self, held: SchoolImport) -> str:
        return table_day(held.at)

    @admin.display(description="links")
    def links_in_words(self, held: SchoolImport) -> str:
        return ", ".join(f"{number:,} {what}" for what, number in held.links.items())

    @admin.display(description="what to know")
    def what_to_know(self, held: SchoolImport) -> str:
        return format_html_join("", "<div>{}</div>", ((remark,) for remark in held.remarks)) or "–"

    @admin.display(description="rejected rows")
    def rejected_rows(self, held: SchoolImport) -> str:
        rows = ((line, reason) for line, _, reason in held.rejections[:SHOWN])
        return format_html_join("", "<div>Line {}: {}</div>", rows) or "–"

    @admin.display(description="first changes")
    def changed_first(self, held: SchoolImport) -> str:
        rows = (
            (name, urn, format_html_join("; ", "{}: {} → {}", in_words(what))) for urn, name, what in held.first_changes
        )
        return format_html_join("", "<div>{} (URN {}). {}</div>", rows) or "–"
