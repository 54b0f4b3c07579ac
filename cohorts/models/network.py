"""Peers who may find each other (S7), and the schools they visit (S78)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.db import random_id
from npqh_portal.schools.models import School

from .enrolments import Enrolment


class DirectoryEntry(models.Model):
    """What peers may read of a participant, and only while they consent and take part.

    Written by `join_directory` and `leave_directory`; leaving empties what they wrote.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="directory_entry", primary_key=True
    )
    about = models.TextField(blank=True, default="", help_text="What you lead, and what you would like to talk about.")
    shows_email = models.BooleanField(default=False)
    shows_school = models.BooleanField(default=True)
    consented_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        verbose_name_plural = "directory entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(about="", shows_email=False), name="who_left_shows_nothing"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class SchoolVisit(models.Model):
    """A visit to a colleague's school, as the participant logs it (S78). It earns nothing by itself.

    Written by `log_visit` and `change_visit`; `remove_visit` deletes it, for it is their own log.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="school_visits")
    visited_on = models.DateField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    school_name = models.CharField(max_length=200)
    host = models.CharField("who received you", max_length=120, blank=True, default="")
    purpose = models.TextField("what you went to see")
    learnt = models.TextField("what you take home", blank=True, default="")
    logged_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        ordering = ["enrolment", "-visited_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.enrolment.person} at {self.school_name}"
