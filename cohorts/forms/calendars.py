"""How somebody wants their sessions in their own calendar."""

from django import forms

from cohorts.kinds import CalendarWay
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm


class CalendarForm(PortalForm):
    way = forms.ChoiceField(
        label="How do you want them in your own calendar?",
        choices=CalendarWay.choices(),
        widget=Radios(
            hints={
                CalendarWay.FEED.value: "You add an address once. Your calendar reads it from time to time: some do so "
                "every hour, some once a day.",
                CalendarWay.INVITATIONS.value: "You get one email for every session and meeting to come, at once, and "
                "another whenever one is new, changed or cancelled.",
            }
        ),
    )

    def chosen(self) -> CalendarWay:
        return CalendarWay(self.cleaned_data["way"])
