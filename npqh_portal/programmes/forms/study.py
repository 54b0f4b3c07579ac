"""The shape of pages to study, and of what is done with them."""

from typing import Any

from django import forms

from npqh_portal.programmes.kinds import KINDS_WITH_PAGES
from npqh_portal.programmes.models import Item, Programme, StudyFile, StudyPage
from npqh_portal.web.admin import ActForm
from npqh_portal.web.fields import Radios

from .texts import TextForm

_LONGEST = 20_000
_HOW_LONG = "How long reading takes, with what the page asks people to do."


class _Words(forms.Form):
    title = forms.CharField(
        label="Title of the page", max_length=120, error_messages={"required": "Enter a title for the page"}
    )
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=600,
        help_text=_HOW_LONG,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        error_messages={"required": "Enter how many minutes it takes"},
    )
    body = forms.CharField(
        label="What it says",
        widget=forms.Textarea(attrs={"rows": 22}),
        max_length=_LONGEST,
        error_messages={"required": "Write what it says"},
    )


class WritePageForm(TextForm, _Words):
    field_order = ("title", "minutes", "body", "seen")

    def prepare(self) -> None:
        super().prepare()
        newest = self.row.revisions.first()
        for column, value in newest.said.items():
            self.fields[column].initial = value


class NextPageForm(ActForm, _Words):
    """A page behind the one that it is asked from."""


class FirstPageForm(ActForm, _Words):
    module = forms.ChoiceField(
        label="Module",
        help_text="In every version of the programme that has it. The page comes behind those it has already.",
        error_messages={"required": "Choose a module"},
    )
    field_order = ("module", "title", "minutes", "body")

    def prepare(self) -> None:
        items = Item.objects.filter(kind__in=KINDS_WITH_PAGES).select_related("version__programme", "course")
        named: dict[tuple[Programme, str], dict[str, str]] = {}
        for item in items.order_by("version__programme__name", "-version__effective_from", "-version", "number"):
            shelf = (item.version.programme, item.course.title if item.course else "Across the programme")
            key = f"{item.version.programme_id} {item.code}"
            if not any(key in there for there in named.values()):
                named.setdefault(shelf, {})[key] = item.title
        choices = [(f"{programme}: {course}", list(modules.items())) for (programme, course), modules in named.items()]
        self.fields["module"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]  # declared above

    def clean_module(self) -> tuple[Programme, str]:
        number, code = self.cleaned_data["module"].split()
        return Programme.objects.get(pk=number), code


class MovePageForm(ActForm):
    after = forms.ChoiceField(
        label="Where it stands", widget=Radios(), error_messages={"required": "Choose where it stands"}
    )

    def prepare(self) -> None:
        self._others = {str(page.pk): page for page in _beside(self.row).exclude(pk=self.row.pk)}
        behind = [(key, f"After “{page}”") for key, page in self._others.items()]
        before = _beside(self.row).filter(place__lt=self.row.place).last()
        self.fields["after"].choices = [("first", "First"), *behind]  # type: ignore[attr-defined]  # declared above
        self.fields["after"].initial = str(before.pk) if before else "first"

    def clean_after(self) -> StudyPage | None:
        return self._others.get(self.cleaned_data["after"])


def _beside(page: StudyPage) -> Any:
    return StudyPage.objects.filter(programme=page.programme_id, item_code=page.item_code)


class AddFileForm(ActForm):
    file = forms.FileField(
        label="Picture or file",
        help_text="A picture as .png, .jpg or .webp; or a .pdf, .docx, .pptx or .xlsx. 20 MB at most.",
        error_messages={"required": "Choose a file"},
    )


class RemoveFileForm(ActForm):
    file = forms.ModelChoiceField(
        StudyFile.objects.none(),
        label="File",
        widget=Radios(),
        empty_label=None,
        error_messages={"required": "Choose a file"},
    )

    def prepare(self) -> None:
        self.fields["file"].queryset = self.row.files.all()  # type: ignore[attr-defined]  # declared just above
