"""Files of applications from delivery partners: handed in, looked at, and then received or discarded."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join

from applications.actions import confirm_applications, discard_applications, hold_applications, read_again
from applications.models import ApplicationImport
from applications.queries.imports import ImportPlan, import_plan, rejected_csv
from applications.readers.applications import COLUMNS, read_today
from applications.rules.files import ApplicationFile
from applications.states import ImportState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.access import has_role, organisations_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState
from npqh_portal.tables import ENCODINGS, RowFault
from npqh_portal.web.admin import Act, ActForm, ListPage, LookOnlyAdmin, RowPage, Waiting, counted, site
from npqh_portal.web.downloads import Taken, csv_download, csv_text
from npqh_portal.web.uploads import FileEmpty
from npqh_portal.web.words import table_day

LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
MOST_BYTES = 5 << 20
# Each is a person, an application, its decisions and its letters, and is looked at before all of that is made.
LINES_MOST = 500
# Rejected lines and remarks are told in full; of all lines as many as anybody reads.
LINES_SHOWN = 100
# UTF-16 says so itself.
CHOSEN = ("utf-8-sig", "cp1252", "mac_roman")
WAYS = [("", "Find out by itself"), *((name, ENCODINGS[name]) for name in CHOSEN)]
EXAMPLE = {
    "full_name": "Ottoline Wrexcombe", "email": "ottoline@school.example", "date_of_birth": "1984-03-09",
    "telephone": "01632 960 001", "trn": "1234567", "role": "Deputy headteacher", "role_reach": "one_school",
    "headship": "aspiring", "works_in_england": "yes", "work_setting": "a_school", "school_urn": "900001",
    "previously_funded": "no", "funding_route": "scholarship", "statement": "To read more.",
    "wants_one_to_one": "no", "endorser_role": "headteacher", "endorser_name": "Orla Thwaite",
    "endorser_email": "head@school.example", "endorsed": "no",
}  # fmt: skip


def intakes_of(user: User) -> QuerySet[Intake]:
    """Those to which somebody may bring applications: of the organisations they lead for, not begun yet."""
    theirs = organisations_of(user, *LEADS)
    published = Intake.objects.filter(version__state=VersionState.PUBLISHED, starts_on__gt=clock.today())
    return published.filter(Q(provider__in=theirs) | Q(delivery_partner__in=theirs)).select_related(
        "version__programme", "delivery_partner"
    )


class IntakeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, intake: Any) -> str:
        return f"{intake.version.programme}, {intake}"


class HandInForm(ActForm):
    intake = IntakeChoice(
        queryset=Intake.objects.none(),
        label="For which intake?",
        error_messages={"required": "Choose the intake", "invalid_choice": "Choose one of your intakes"},
    )
    file = forms.FileField(
        label="The file",
        help_text="A CSV file (.csv), up to 5 MB: a line that names the columns, then a line for each applicant.",
        allow_empty_file=True,  # said in our own words below
        error_messages={"required": "Choose the file"},
    )

    encoding = forms.ChoiceField(
        label="How is the file written?",
        help_text="Leave it as it is: the page after this shows how it reads, and there it can be changed.",
        choices=WAYS,
        required=False,
    )
    field_order = ("intake", "encoding", "file")

    def prepare(self) -> None:
        field = self.fields["intake"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = intakes_of(self.by).order_by("-opens_at")

    def clean_file(self) -> tuple[ApplicationFile, bytes, str]:
        """What was read, the bytes it was read from, and the sender's name of the file."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        name = upload.name or ""
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError("The file is too large: 5 MB is the most. Hand it in in several parts")
        if PurePath(name).suffix.lower() not in {".csv", ".txt"}:
            raise forms.ValidationError("The file must be a .csv. Spreadsheets can save a list as one")
        content = upload.read()
        try:
            if not content:
                raise FileEmpty
            file = read_today(content, self.cleaned_data.get("encoding", ""))
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if len(file.rows) > LINES_MOST:
            raise forms.ValidationError(
                f"The file has {len(file.rows):,} applicants, and {LINES_MOST:,} is the most at once. "
                "Hand it in in several parts"
            )
        return file, content, name


class ReadAgainForm(ActForm):
    encoding = forms.ChoiceField(label="Read it again as", choices=WAYS, required=False)

    def prepare(self) -> None:
        self.initial = {"encoding": self.row.encoding}


def _hand_in(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, ApplicationImport]:
    file, content, name = cleaned["file"]
    how = {"intake": cleaned["intake"], "encoding": cleaned["encoding"]}
    held = hold_applications(file, content, file_name=name, **how, by=by)
    return "Nothing is received yet. See what the file would do, then receive or discard it.", held


def _confirm(by: User, held: ApplicationImport, cleaned: dict[str, Any]) -> str:
    confirm_applications(held, read=read_today, by=by)
    return "The file is being received, line by line. You need not wait for it."


def _read_again(by: User, held: ApplicationImport, cleaned: dict[str, Any]) -> tuple[str, str]:
    encoding = cleaned["encoding"]
    read_again(held, encoding=encoding, read=read_today, by=by)
    words = f"Read again as {ENCODINGS[encoding]}." if encoding else "Read again as it was found out."
    return f"{words} Nothing is received yet.", _address("confirm", held)


def _discard(by: User, held: ApplicationImport, cleaned: dict[str, Any]) -> str:
    discard_applications(held, by=by)
    return "Discarded. Nothing was received, and the file is deleted."


def _plan(held: ApplicationImport) -> ImportPlan | None:
    """What a waiting file would do, as things are now; None of one that no longer waits."""
    if not _waits(held):
        return None
    with default_storage.open(held.stored_name) as kept:
        return import_plan(read_today(kept.read(), held.encoding), held.intake)


def _waits(held: ApplicationImport) -> bool:
    return held.state == ImportState.WAITING


def _what_it_would_do(by: User, held: ApplicationImport) -> dict[str, Any]:
    plan = _plan(held)
    return {
        "plan": plan,
        "lines": plan.lines[:LINES_SHOWN] if plan else (),
        "waits": plan is not None,
        "again": ReadAgainForm(row=held, by=by),
    }


def _address(page: str, held: ApplicationImport) -> str:
    return reverse(f"admin:applications_applicationimport_{page}", args=[held.pk])


def _rejected(request: HttpRequest, held: ApplicationImport) -> HttpResponse:
    """The rejected lines of a waiting file, to mend and hand in again."""
    plan = _plan(held)
    if plan is None:
        raise Http404
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    taken = Taken("rejected-applications.exported", held.rejected, request.user, of=held)
    return csv_download(rejected_csv(plan), "rejected.csv", taken=taken)


def _template(request: HttpRequest, rows: QuerySet[ApplicationImport]) -> HttpResponse:
    """Every column, and one fictional applicant."""
    return csv_download(
        csv_text([COLUMNS, [EXAMPLE.get(name, "") for name in COLUMNS]]), "applications.csv", taken=None
    )


@admin.register(ApplicationImport, site=site)
class ApplicationImportAdmin(LookOnlyAdmin):
    """Of the intakes that one leads for."""

    viewers = LEADS
    list_display = ("file_name", "intake", "state", "handed_in", "by", "new", "known", "left_out")
    list_filter = ("state",)
    change_form_template = "applications/admin_import.html"
    fields = ("file_name", "intake", "state", "at", "by", "sha256", "new", "known", "left_out", "left_out_why")
    readonly_fields = fields
    search_fields = ("file_name", "intake__name")
    search_help_text = "File or intake"
    new, known = counted("created", "new"), counted("unchanged", "known already")
    left_out = counted("rejected", sortable=False)
    list_acts = (
        Act(
            "hand_in",
            "Hand in a file",
            run=_hand_in,
            form=HandInForm,
            roles=LEADS,
            explains="Applications that reached a delivery partner on a form of its own. You see what the file would "
            "do before anything is received.",
            template="applications/import_hand_in.html",
            context=lambda row: {"columns": COLUMNS},
            upload_most_bytes=MOST_BYTES,
        ),
    )
    list_pages = (ListPage("columns", "An empty file with every column (CSV)", view=_template),)
    acts = (
        Act(
            "confirm",
            "See what it would do",
            run=_confirm,
            roles=LEADS,
            offered=_waits,
            explains="Every sound line becomes an application that was sent: its applicant gets our letter, and whom "
            "they name is asked to endorse them. Rejected lines are left out. It goes on by itself, a hundred lines in "
            "some seconds. It cannot be taken back; a file handed in again changes nobody who has applied by then.",
            template="applications/import_confirm.html",
            told=_what_it_would_do,
            says_when_over=True,
        ),
        Act(
            "read_again",
            "Read it again",
            run=_read_again,
            form=ReadAgainForm,
            roles=LEADS,
            offered=_waits,
            explains="In another way, where letters came out wrong. Nothing is received yet.",
            template="admin/act_while_it_waits.html",
            context=lambda held: {"waits": _waits(held)},
            linked_elsewhere=True,
            says_when_over=True,
        ),
        Act(
            "discard",
            "Discard",
            run=_discard,
            roles=LEADS,
            offered=_waits,
            explains="Nothing is received, and the file is deleted. That it was handed in stays recorded.",
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApplicationImport]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        theirs = organisations_of(request.user, *LEADS)
        reached = Q(intake__provider__in=theirs) | Q(intake__delivery_partner__in=theirs)
        return ApplicationImport.objects.filter(reached).select_related("by", "intake__version__programme")

    @admin.display(description="why they were rejected")
    def left_out_why(self, held: ApplicationImport) -> str:
        """Of one that no longer waits; until then its own page shows it as things are now."""
        faults = [] if _waits(held) else [RowFault(*fault) for fault in held.rejections]
        return format_html_join("", "<div>{}</div>", ((fault,) for fault in faults)) or "–"

    @admin.display(description="handed in", ordering="at")
    def handed_in(self, held: ApplicationImport) -> str:
        return table_day(held.at)


@site.work_waiting
def files_to_settle(user: User) -> Iterator[Waiting]:
    if not has_role(user, *LEADS):
        return
    theirs = organisations_of(user, *LEADS)
    reached = Q(intake__provider__in=theirs) | Q(intake__delivery_partner__in=theirs)
    waiting = ApplicationImport.objects.filter(reached, state=ImportState.WAITING)
    found = waiting.aggregate(count=Count("pk"), since=Min("at"))
    yield Waiting(
        "Files of applications to receive or discard",
        count=found["count"],
        address=f"{reverse('admin:applications_applicationimport_changelist')}?state__exact={ImportState.WAITING}",
        since=clock.london_date(found["since"]) if found["since"] else None,
        words="Each is kept for a day." if found["count"] else "No file waits.",
    )
