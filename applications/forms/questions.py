"""The applicant's answer to a question of ours."""

from npqh_portal.web.forms import PortalForm

from .fields import PlainText


class AnswerForm(PortalForm):
    answer = PlainText(
        label="Your answer",
        max_length=5000,
        lines=True,
        rows=9,
        error_messages={"required": "Write your answer"},
    )
