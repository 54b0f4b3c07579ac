"""Sessions and meetings in people's own calendars: a private feed, or invitations by email."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cohorts.kinds import CalendarWay
from npqh_portal import clock

from .support import SupportMeeting
from .timetable import Seminar


class CalendarChoice(models.Model):
    """How one person wants their sessions in their calendar. Written by `choose_calendar`."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_choice", primary_key=True
    )
    way = models.CharField(max_length=12, choices=CalendarWay.choices(), default=CalendarWay.NONE.value)
    chosen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.person}: {self.get_way_display()}"


class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads one person's sessions.

    Only the SHA-256 of its key is kept, so the address is shown once. Revoked, never deleted. Of what was read last
    it keeps the SHA-256 and since when it has been so: a program that has read it already is not sent it again.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds")
    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    read_on = models.DateField("last read on", null=True, blank=True)
    content_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["person", "-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="one_live_feed_of_a_person")
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person}"


class Invitation(models.Model):
    """What one person's calendar was last told by email of one session, or of one meeting of support.

    That is its SEQUENCE, and whether it was called off. Written by `bring_invitations_up_to_date` alone. A SEQUENCE
    only ever rises (RFC 5546).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="invitations", null=True, blank=True)
    meeting = models.ForeignKey(
        SupportMeeting, on_delete=models.PROTECT, related_name="invitations", null=True, blank=True
    )
    sequence = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveSmallIntegerField(help_text="The seminar's or meeting's, as it was told.")
    ends_at = models.DateTimeField(help_text="The end, as it was told.")
    is_cancelled = models.BooleanField(default=False)
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["person", "seminar", "meeting"]
        constraints = [
            models.UniqueConstraint(fields=["person", "seminar"], name="one_invitation_to_a_seminar"),
            models.UniqueConstraint(fields=["person", "meeting"], name="one_invitation_to_a_meeting"),
            models.CheckConstraint(
                condition=Q(seminar=None, meeting__isnull=False) | Q(seminar__isnull=False, meeting=None),
                name="invited_to_a_seminar_or_a_meeting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} to {self.entry}"

    @property
    def entry(self) -> Seminar | SupportMeeting:
        """Whichever of the two it is."""
        entry = self.seminar or self.meeting
        assert entry is not None  # noqa: S101  # the database sees to it
        return entry
