"""Making good a missed session: what is offered, what somebody hands in, and what the facilitator decides."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cohorts.kinds import CatchUpWay
from cohorts.states import CatchUpState
from npqh_portal import clock
from npqh_portal.db import random_id
from npqh_portal.programmes.models import Item

from .cohorts import Cohort
from .engagement import AttendanceMark
from .enrolments import Enrolment
from .files import HandedIn
from .timetable import Seminar


class CatchUpOffer(models.Model):
    """A recording to watch or a text to read in place of a session: for everyone who missed the item, or one cohort.

    Written by `offer_catch_up` and `end_catch_up_offer`. Another date is offered by the timetable itself.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="catch_up_offers")
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, related_name="catch_up_offers", null=True, blank=True,
        help_text="Empty: for every cohort of the version.",
    )  # fmt: skip
    way = models.CharField(max_length=10, choices=CatchUpWay.choices())
    title = models.CharField(max_length=160)
    url = models.URLField(max_length=400, blank=True, default="")
    words = models.TextField("what to do", blank=True, default="")
    minutes = models.PositiveSmallIntegerField(help_text="About how long it takes.")
    offered_at = models.DateTimeField(default=clock.now)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "catch-up offer"
        ordering = ["item", "way", "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(url="", words=""), name="a_catch_up_says_what_to_do"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="a_catch_up_takes_time"),
        ]

    def __str__(self) -> str:
        return self.title


class CatchUp(models.Model):
    """What one person hands in for a session they missed. It counts once it is accepted, and not before (T46).

    Written by `send_catch_up`; moved by `accept_catch_up`, `return_catch_up`, `refuse_catch_up` and
    `withdraw_catch_up`, and by `record_register` where a register leaves nothing to catch up. `words` is what they
    took from it; accepted, `mark` is the register's new mark. `send_by` is the last London day on which it may be
    sent, or sent again.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="catch_ups")
    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="catch_ups")
    way = models.CharField(max_length=10, choices=CatchUpWay.choices())
    offer = models.ForeignKey(CatchUpOffer, on_delete=models.PROTECT, related_name="used", null=True, blank=True)
    words = models.TextField("what you take from it")
    send_by = models.DateField()
    state = models.CharField(max_length=10, choices=CatchUpState, default=CatchUpState.SENT)
    sent_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True, default="", help_text="What the facilitator says of it.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    mark = models.OneToOneField(
        AttendanceMark, on_delete=models.PROTECT, related_name="catch_up", null=True, blank=True
    )
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        verbose_name = "catch-up"
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "seminar"],
                condition=Q(state__in=[CatchUpState.SENT, CatchUpState.RETURNED]),
                name="one_catch_up_of_a_session_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CatchUpState.SENT, CatchUpState.WITHDRAWN]) | Q(decided_at__isnull=False),
                name="a_decided_catch_up_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=CatchUpState.ACCEPTED, mark__isnull=False)
                | ~Q(state=CatchUpState.ACCEPTED) & Q(mark=None),
                name="an_accepted_catch_up_is_marked",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(decided_at__gte=F("sent_at")) | Q(state=CatchUpState.SENT),
                name="a_catch_up_is_decided_once_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} catching up on {self.seminar}"


class CatchUpFile(HandedIn):
    """Notes or the like, handed in with a catch-up."""

    catch_up = models.ForeignKey(CatchUp, on_delete=models.PROTECT, related_name="files")
