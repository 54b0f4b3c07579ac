"""What is written on a page that more than one tab may have open."""

from typing import Any

from django import forms
from django.http import QueryDict

from applications.forms.fields import LongText
from cohorts.errors import ChangedMeanwhile
from npqh_portal.errors import RuleViolation
from npqh_portal.web.forms import PortalForm

WORDS_MOST = 20_000  # letters, of everything that participants write at length


class Answer(LongText):
    """Asked for, and yet a draft may be without it."""

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


class Writing(PortalForm):
    """What somebody writes on a page; carries, hidden, which of the revisions the page showed. 0: nothing was there."""

    # How it is said that another revision stands.
    overtaken: type[RuleViolation] = ChangedMeanwhile

    revision = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: QueryDict | None, *, revision: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["revision"].initial = revision

    def overtaken_by(self, revision: int) -> bool:
        """Whether another revision stands than that of the page; then it is drawn anew on that one, and says so."""
        if not self.is_bound or self.cleaned_data.get("revision", revision) == revision:
            return False
        self.goes_on_from(revision)
        self.errors.clear()
        self.add_error(None, str(self.overtaken()))
        return True

    def goes_on_from(self, revision: int) -> None:
        """Drawn again, the page shows that revision."""
        assert isinstance(self.data, QueryDict)  # noqa: S101  # it was sent
        self.data = self.data.copy()
        self.data["revision"] = str(revision)
        self.cleaned_data["revision"] = revision

    def said(self) -> dict[str, Any]:
        """What the actions take."""
        return dict(self.cleaned_data)
