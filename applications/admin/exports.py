"""Applications to take away as a file: those that the list shows, as it shows them."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applications.models import Application
from applications.queries.exports import table_in_words, table_of
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.web.admin import ListPage
from npqh_portal.web.downloads import Taken, csv_download, csv_text, xlsx_download
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm


class ExportForm(PortalForm):
    kind = forms.ChoiceField(
        label="As which kind of file?",
        choices=[("xlsx", "A workbook (.xlsx)"), ("csv", "A table as text (.csv)")],
        initial="xlsx",
        widget=Radios(hints={"xlsx": "To read, in words", "csv": "For another system, in its short names"}),
        error_messages={"required": "Choose a kind of file"},
    )


def export(request: HttpRequest, rows: QuerySet[Application]) -> HttpResponse:
    """Asks for the kind of file; sending it is what is written down, so that opening the page writes nothing."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    count = rows.count()
    if form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        taken = Taken("applications.exported", count, request.user, chosen=request.GET.urlencode() or "none")
        name = f"applications-{clock.today():%Y-%m-%d}"
        if form.cleaned_data["kind"] == "csv":
            return csv_download(csv_text(table_of(rows)), f"{name}.csv", taken=taken)
        return xlsx_download(table_in_words(rows), f"{name}.xlsx", sheet="Applications", taken=taken)
    context = {"form": form, "count": count, "is_whole": not request.GET}
    return render(request, "applications/admin_export.html", context)


EXPORT = ListPage("export", "Take away as a file", view=export)
