"""The applicant's answer to a question of ours."""

from django import forms

from npqh_portal.web.forms import PortalForm


class AnswerForm(PortalForm):
    answer = forms.CharField(
        label="Your answer",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": "Write your answer"},
    )
