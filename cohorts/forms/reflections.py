"""What participants write for themselves, and who may read it."""

from typing import Any

from django import forms
from django.http import QueryDict

from applications.forms.fields import PlainText
from cohorts.models import Reflection
from cohorts.queries.reflections import Readers
from npqh_portal.programmes.models import Item
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm

from .writing import WORDS_MOST, Writing

NOBODY, GROUP = "nobody", "group"


class ReflectionForm(Writing):
    """One on an item of the course goes by the item's title, so that none is asked for."""

    title = PlainText(
        label="Title",
        help_text="By which you find it again.",
        max_length=160,
        error_messages={"required": "Enter a title, by which you find it again"},
    )
    words = PlainText(
        label="Your reflection",
        help_text="What happened, what you make of it, and what you will do. Nobody else reads it unless you share it.",
        max_length=WORDS_MOST,
        lines=True,
        rows=14,
        error_messages={"required": "Write your reflection"},
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        reflection: Reflection | None,
        item: Item | None,
        typed: dict[str, str] | None = None,
    ) -> None:
        """`typed` is what somebody had typed elsewhere, to go on with."""
        shown = {"title": reflection.title, "words": reflection.words} if reflection else typed or {}
        super().__init__(data, revision=reflection.revision if reflection else 0, initial=shown)
        if item:
            del self.fields["title"]

    def said(self) -> dict[str, Any]:
        return {"title": ""} | super().said()


class ShareForm(PortalForm):
    """Those who support the writer now, by name, and their group. What stands is chosen already."""

    reader = forms.ChoiceField(
        label="Who may read it?",
        widget=Radios(),
        error_messages={
            "required": "Choose who may read it",
            "invalid_choice": "That is no longer to be had. Choose again",
        },
    )

    def __init__(self, data: QueryDict | None, *, reflection: Reflection, readers: Readers) -> None:
        self.readers = readers
        stands = reflection.match.public_id if reflection.match else GROUP if reflection.group else NOBODY
        super().__init__(data, initial={"reader": stands})
        field = self.fields["reader"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared just above
        choices, hints = [(NOBODY, "Nobody but you")], {}
        for match in readers.matches:
            choices.append((match.public_id, str(match.supporter)))
            hints[match.public_id] = f"{match.get_strand_display()}. Whoever supports you later does not read it."
        if readers.stay and readers.stay.group:
            choices.append((GROUP, f"Your seminar group, {readers.stay.group.name}"))
            hints[GROUP] = "The people in it now or later, and whoever leads it. Once you leave the group, nobody."
        field.choices = choices
        field.widget.hints = hints

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        reader = self.cleaned_data["reader"]
        match = next((match for match in self.readers.matches if match.public_id == reader), None)
        group = self.readers.stay.group if reader == GROUP and self.readers.stay else None
        return {"match": match, "group": group}
