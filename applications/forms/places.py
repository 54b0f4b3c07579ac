"""Taking an application back, and turning down a place."""

from django import forms

from applications.kinds import WithdrawReason
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm


class WithdrawForm(PortalForm):
    reason = forms.ChoiceField(
        label="Why?",
        help_text="It helps us plan, and makes no difference to you.",
        choices=WithdrawReason.choices(),
        required=False,
        widget=Radios(),
    )
