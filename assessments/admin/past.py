"""Lists of past participants: handed in, looked at, and then taken over or discarded."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from applications.models import Application
from assessments.actions import confirm_past_import, discard_past_import, hold_past_import
from assessments.queries import PastPlan, past_plan, rejected_csv, runs_before_the_portal
from assessments.readers import COLUMNS, read_past_participants
from assessments.rules import PastFile
from cohorts.access import LEADS
from cohorts.models import PastImport
from cohorts.states import PastImportState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.access import reaches_all
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, RowPage, counted, site
from npqh_portal.web.downloads import Taken, csv_download
from npqh_portal.web.uploads import FileEmpty
from npqh_portal.web.words import short_day, table_day

MOST_BYTES = 2 << 20
# Each takes a few hundredths of a second, and whoever confirms waits for all of them.
LINES_MOST = 1_000
# Rejected lines and remarks are told in full; of all lines as many as anybody reads.
LINES_SHOWN = 100


class HandInForm(ActForm):
    file = forms.FileField(
        label="The list",
        help_text="A CSV file (.csv), up to 2 MB: a line that names the columns, then a line for each person.",
        allow_empty_file=True,  # said in our own words below
        error_messages={"required": "Choose the file"},
    )

    def clean_file(self) -> tuple[PastFile, bytes, str]:
        """What was read, the bytes it was read from, and the sender's name of the file."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        name = upload.name or ""
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError("The file is too large: 2 MB is the most. Hand it in in several parts")
        if PurePath(name).suffix.lower() != ".csv":
            raise forms.ValidationError("The file must be a .csv. Spreadsheets can save a list as one")
        content = upload.read()
        try:
            if not content:
                raise FileEmpty
            file = _read(content)
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if len(file.rows) > LINES_MOST:
            raise forms.ValidationError(
                f"The list has {len(file.rows):,} people, and {LINES_MOST:,} is the most at once. "
                "Hand it in in several parts"
            )
        return file, content, name


def _hand_in(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, PastImport]:
    file, content, name = cleaned["file"]
    held = hold_past_import(file, content, file_name=name, by=by)
    return "Nobody is taken over yet. See what the list would do, then take it over or discard it.", held


def _confirm(by: User, held: PastImport, cleaned: dict[str, Any]) -> str:
    made = confirm_past_import(held, read=_read, by=by).made
    return (
        f"Added: {made.added}. Given a certificate: {made.certified}. Unchanged: {made.unchanged}. "
        f"Rejected: {made.rejected}."
    )


def _discard(by: User, held: PastImport, cleaned: dict[str, Any]) -> str:
    discard_past_import(held, by=by)
    return "Discarded. Nobody was taken over, and the file is deleted."


def _read(content: bytes) -> PastFile:
    return read_past_participants(content, today=clock.today())


def _plan(held: PastImport) -> PastPlan | None:
    """What a waiting list would do, as things are now; None of one that no longer waits."""
    if not _waits(held):
        return None
    with default_storage.open(held.stored_name) as kept:
        return past_plan(_read(kept.read()))


def _waits(held: PastImport) -> bool:
    return held.state == PastImportState.WAITING


def _what_it_would_do(held: PastImport) -> dict[str, Any]:
    plan = _plan(held)
    return {"plan": plan, "lines": plan.lines[:LINES_SHOWN] if plan else ()}


def _rejected(request: HttpRequest, held: PastImport) -> HttpResponse:
    """The rejected lines of a waiting list, to mend and hand in again."""
    plan = _plan(held)
    if plan is None:
        raise Http404
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    taken = Taken("rejected-past-participants.exported", held.rejected, request.user, of=held)
    return csv_download(rejected_csv(plan), "rejected.csv", taken=taken)


@admin.register(PastImport, site=site)
class PastImportAdmin(LookOnlyAdmin):
    changed_for_all = True
    list_display = ("file_name", "state", "handed_in", "by", "new", "known", "same", "left_out")
    list_filter = ("state",)
    list_select_related = ("by",)
    fields = readonly_fields = (
        "file_name",
        "state",
        "at",
        "by",
        "sha256",
        "new",
        "known",
        "same",
        "left_out",
    )
    hints_to_read = frozenset({"by"})
    new, known = counted("added"), counted("certified", "given a certificate")
    same, left_out = counted("unchanged"), counted("rejected")
    list_acts = (
        Act(
            "hand_in",
            "Hand in a list",
            run=_hand_in,
            form=HandInForm,
            roles=LEADS,
            explains="People who took a programme before this portal. You see what the list would do before anybody "
            "is taken over. Nobody is written to.",
            template="assessments/past_hand_in.html",
            context=lambda row: {"columns": COLUMNS},
        ),
    )
    acts = (
        Act(
            "confirm",
            "See what it would do, and take over",
            run=_confirm,
            roles=LEADS,
            offered=_waits,
            explains="The sound lines are taken over, and the rejected ones are left out. It cannot be taken back; "
            "a list handed in again changes nobody who is known by then. Nobody is written to. A thousand people "
            "take some twenty seconds: wait for the next page.",
            template="assessments/past_confirm.html",
            context=_what_it_would_do,
            says_when_over=True,
        ),
        Act(
            "discard",
            "Discard",
            run=_discard,
            roles=LEADS,
            offered=_waits,
            explains="Nobody is taken over, and the file is deleted. That it was handed in stays recorded.",
            template="admin/act_while_it_waits.html",
            context=lambda held: {"waits": _waits(held)},
            says_when_over=True,
        ),
    )

    row_pages = (
        RowPage(
            "rejected", "Rejected lines (CSV)", view=_rejected, offered=lambda held: _waits(held) and held.rejected > 0
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PastImport]:
        """The provider's own: a delivery partner has no part in what was before."""
        every = PastImport.objects.select_related("by")
        return every if reaches_all(request.user, *LEADS) else every.none()

    @admin.display(description="handed in", ordering="at")
    def handed_in(self, held: PastImport) -> str:
        return table_day(held.at)


@site.warned_of(Application)
def taken_before_the_portal(applications: Sequence[Application]) -> Iterator[tuple[int, str]]:
    """DfE funds nobody twice, and no list says who was funded."""
    for application, run in runs_before_the_portal(applications):
        ended = f"completed on {short_day(run.completed_on)}" if run.completed_on else "without a day of completion"
        yield (
            application.pk,
            f"A list of past participants says that {application.full_name} took this programme before the portal,"
            f" {ended}. Whether DfE funded it is not known: ask, before you give a funded place.",
        )
