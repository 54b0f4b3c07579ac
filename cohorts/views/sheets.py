"""Timetables, rosters and sheets to sign, to take away: as CSV, as a workbook, or as PDF to print."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cohorts.access import cohorts_visible_to, groups_visible_to, seminars_visible_to
from cohorts.models import Cohort, Group
from cohorts.queries.planning import terms_of
from cohorts.queries.sheets import Roster, SignInSheet, Timetable, roster, sign_in_sheet, timetable_sheet
from cohorts.rules.dates import london_date
from cohorts.rules.terms import Term
from cohorts.sheets_pdf import roster_pdf, sign_in_pdf, timetable_pdf
from cohorts.states import HOLDING
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of
from npqh_portal.web.downloads import Taken, csv_download, csv_text, pdf_download, xlsx_download

FORMS = ("csv", "xlsx", "pdf")
READERS = (Role.FACILITATOR, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


@for_role(*READERS)
@require_safe
@never_cache
def timetable(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """Of the whole cohort, of `?group=` or of `?term=`, each by its name."""
    person = person_of(request)
    cohort, groups, whole = _reached(request, public_id)
    term = _term(cohort, request.GET.get("term", ""))
    sheet = timetable_sheet(cohort, groups, whole=whole, drafts=_leads(person, cohort), term=term)
    name = _name("timetable", cohort, sheet.group, term.name if term else "")
    taken = Taken("timetable.exported", len(sheet.rows()) - 1, person, of=cohort)
    return _download(sheet, timetable_pdf, form, name, cohort, taken)


@for_role(*READERS)
@require_safe
@never_cache
def people(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """Of the whole cohort, or of `?group=` by its name."""
    cohort, groups, whole = _reached(request, public_id)
    sheet = roster(cohort, groups, whole=whole)
    taken = Taken("roster.exported", len(sheet.lines), person_of(request), of=cohort)
    return _download(sheet, roster_pdf, form, _name("roster", cohort, sheet.group), cohort, taken)


@for_role(*READERS)
@require_safe
@never_cache
def sign_in(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    held = seminars_visible_to(person_of(request)).filter(state__in=HOLDING)
    wanted = held.select_related("item", "venue", "group", "facilitator", "cohort__provider")
    seminar = get_object_or_404(wanted, public_id=public_id)
    cohort = seminar.cohort
    name = _name("sign-in-sheet", cohort, seminar.group, seminar.item.title, f"{london_date(seminar.starts_at)}")
    sheet = sign_in_sheet(seminar)
    taken = Taken("sign-in-sheet.exported", len(sheet.lines), person_of(request), of=seminar)
    return _download(sheet, sign_in_pdf, form, name, cohort, taken)


def _reached(request: HttpRequest, public_id: str) -> tuple[Cohort, list[Group], bool]:
    """The cohort, those of its groups that are asked for and within reach, and whether that is all of it."""
    person = person_of(request)
    cohort = get_object_or_404(Cohort.objects.select_related("version", "provider"), public_id=public_id)
    groups = list(groups_visible_to(person).filter(cohort=cohort).order_by("name"))
    wanted = request.GET.get("group", "")
    if wanted:
        groups = [group for group in groups if group.name == wanted]
    whole = not wanted and _leads(person, cohort)
    if not groups and not whole:
        raise Http404
    return cohort, groups, whole


def _leads(person: User, cohort: Cohort) -> bool:
    return cohorts_visible_to(person).filter(pk=cohort.pk).exists()


def _term(cohort: Cohort, name: str) -> Term | None:
    if not name:
        return None
    found = next((term for term in terms_of(cohort) if term.name == name), None)
    if found is None:
        raise Http404
    return found


def _download(
    sheet: Timetable | Roster | SignInSheet,
    drawn: Callable[..., bytes],
    form: str,
    name: str,
    cohort: Cohort,
    taken: Taken,
) -> HttpResponse:
    match form:
        case "csv":
            return csv_download(csv_text(sheet.rows()), f"{name}.csv", taken=taken)
        case "xlsx":
            return xlsx_download(sheet.rows(), f"{name}.xlsx", sheet=type(sheet).__name__, taken=taken)
        case "pdf":
            frame: dict[str, Any] = {"provider": cohort.provider.name, "cohort": cohort, "at": clock.now()}
            return pdf_download(drawn(sheet, **frame), f"{name}.pdf", taken=taken)
    raise Http404


def _name(what: str, cohort: Cohort, group: Group | None, *more: str) -> str:
    """What it is, of whom, and of which day: where none is named, today."""
    parts = [what, cohort.name, group.name if group else "", *more]
    if what != "sign-in-sheet":
        parts.append(f"{clock.today()}")
    return "-".join(filter(None, map(slugify, parts)))
