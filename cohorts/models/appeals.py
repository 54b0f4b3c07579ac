"""A participant questions what a register says of them: what they say, who answers and by when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cohorts.states import OPEN_APPEAL, AppealState
from npqh_portal import clock
from npqh_portal.db import random_id

from .engagement import AttendanceMark
from .enrolments import Enrolment
from .files import HandedIn
from .timetable import Seminar


class Appeal(models.Model):
    """One mark that somebody questions, and what they say happened.

    Written by `question_mark`; moved by `take_further`, `withdraw_appeal`, `correct_mark` and `keep_mark`, and by
    `record_register` where it gives what was asked. `answer_by` is the London day by the end of which whoever holds
    it now answers; `further_by` the last on which a mark that was kept may be taken to the programme lead.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="appeals")
    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="appeals")
    mark = models.ForeignKey(AttendanceMark, on_delete=models.PROTECT, related_name="appeals")
    claimed = models.CharField("what they say", max_length=10, choices=AttendanceMark.Status)
    claimed_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Where they say that they were there in part."
    )
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateField()
    further_by = models.DateField(null=True, blank=True)
    corrected_to = models.ForeignKey(
        AttendanceMark, on_delete=models.PROTECT, related_name="corrects", null=True, blank=True
    )

    class Meta:
        ordering = ["answer_by", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mark"],
                condition=~Q(state=AppealState.WITHDRAWN),
                name="a_mark_is_questioned_once",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "seminar"],
                condition=Q(state__in=sorted(OPEN_APPEAL)),
                name="one_appeal_of_a_session_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=AppealState.KEPT) | Q(further_by__isnull=False),
                name="a_kept_mark_says_until_when_it_goes_further",
            ),
            models.CheckConstraint(
                condition=Q(corrected_to=None) | Q(state=AppealState.CORRECTED),
                name="only_a_corrected_mark_has_another",
            ),
            models.CheckConstraint(
                condition=Q(claimed="partly", claimed_minutes__gte=1) | ~Q(claimed="partly") & Q(claimed_minutes=0),
                name="an_appeal_says_minutes_of_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} questions {self.seminar}"


class AppealStep(models.Model):
    """What was said on the way, and which state that led to. The words may be erased."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.ASKED)
    words = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["appeal", "pk"]

    def __str__(self) -> str:
        return f"{self.appeal}: {self.get_state_display()}"


class AppealFile(HandedIn):
    """What speaks for them: a signed sheet, say. One of each appeal."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="file")
