"""What the application form asks and says, where that differs by programme or year."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from applications.states import FormState
from npqh_portal import clock
from npqh_portal.programmes.models import Programme
from npqh_portal.schools.kinds import ListKind


def _disadvantage() -> list[str]:
    return [ListKind.PP50.value, ListKind.PP50_FE.value]


class FormVersion(models.Model):
    """The words and figures of a programme's application form. An application keeps the version it began with.

    Made by `form_to_begin_with` and `draft_form`, edited while a draft by `edit_form`, frozen by `publish_form`.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="forms")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=FormState, default=FormState.DRAFT)
    statement_question = models.CharField(max_length=300)
    statement_hint = models.CharField(max_length=500, blank=True, default="")
    statement_words_most = models.PositiveSmallIntegerField(default=250)
    agreements = ArrayField(models.CharField(max_length=500), help_text="What the applicant agrees to, one a line.")
    declaration = models.TextField(help_text="What the applicant declares when they send it.")
    needs_endorsement = models.BooleanField(default=True, help_text="Whether a headteacher or chair must endorse it.")
    endorsements = ArrayField(models.CharField(max_length=500), help_text="What the endorser agrees to, one a line.")
    endorsement_days = models.PositiveSmallIntegerField(default=28, help_text="Days for which the link opens.")
    new_head_months = models.PositiveSmallIntegerField(
        default=12,
        help_text="Months from the start of a headship with additional support for new headteachers.",  # S5, C7
    )
    disadvantage_lists = ArrayField(
        models.CharField(max_length=10, choices=ListKind), default=_disadvantage, blank=True,
        help_text="The lists that say which schools serve disadvantaged communities.",  # S8, E3
    )  # fmt: skip
    edited_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "application form"
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="one_form_of_a_number"),
            models.UniqueConstraint(
                fields=["programme"], condition=Q(state="draft"), name="one_form_drafted_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="a_published_form_has_a_moment"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="words_stand_once_published",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} form {self.number}"
