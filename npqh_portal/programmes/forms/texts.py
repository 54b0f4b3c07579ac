"""The shape of what a programme's public page says."""

from django import forms

from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.models import PageRevision, PageText, Programme
from npqh_portal.programmes.states import RevisionState
from npqh_portal.web.admin import ActForm
from npqh_portal.web.fields import Radios
from npqh_portal.web.words import short_moment

from .seen import Seen

_LONGEST = 20_000


class TextForm(ActForm):
    """An act on a text, as the page showed its newest revision."""

    seen = Seen()

    def prepare(self) -> None:
        newest = self.row.revisions.first()
        self.fields["seen"].initial = newest.fingerprint if newest else ""


class ReadForm(TextForm):
    """Publishes or discards the draft that stands above it."""

    seen = Seen(drawn_anew=True)


class WriteForm(TextForm):
    body = forms.CharField(
        label="What it says",
        help_text="Empty: the section leaves the page once this is published.",
        widget=forms.Textarea(attrs={"rows": 18}),
        max_length=_LONGEST,
        required=False,
    )

    def prepare(self) -> None:
        super().prepare()
        newest = self.row.revisions.first()
        self.fields["body"].initial = newest.body if newest else ""


class BeginForm(ActForm):
    section = forms.ChoiceField(
        label="Section",
        widget=Radios(),
        error_messages={"required": "Choose a section"},
        help_text="Those that have no words yet.",
    )
    body = forms.CharField(
        label="What it says",
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=_LONGEST,
        error_messages={"required": "Write what it says"},
    )

    def prepare(self) -> None:
        taken = set(PageText.objects.values_list("programme_id", "section"))
        self.fields["section"].choices = [  # type: ignore[attr-defined]  # declared just above
            (f"{programme.pk} {section}", f"{programme}: {section.label}")
            for programme in Programme.objects.all()
            for section in PageSection
            if (programme.pk, section) not in taken
        ]

    def clean_section(self) -> tuple[Programme, PageSection]:
        number, section = self.cleaned_data["section"].split()
        return Programme.objects.get(pk=number), PageSection(section)


class RestoreForm(TextForm):
    revision = forms.ModelChoiceField(
        PageRevision.objects.none(),
        label="Revision",
        widget=Radios(),
        empty_label=None,
        error_messages={"required": "Choose a revision"},
    )

    def prepare(self) -> None:
        super().prepare()
        field = self.fields["revision"]
        published = self.row.revisions.filter(state=RevisionState.PUBLISHED)
        # The newest is what the page says.
        field.queryset = published.exclude(pk__in=published.values("pk")[:1])  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: (  # type: ignore[attr-defined]
            f"Revision {one.number}, published {short_moment(one.published_at)}"
        )
