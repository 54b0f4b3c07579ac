"""That somebody who may fall short was spoken to."""

from django.conf import settings
from django.db import models

from cohorts.kinds import ContactWay
from npqh_portal import clock
from npqh_portal.db import random_id

from .enrolments import Enrolment


class Contact(models.Model):
    """A call, a letter or a talk with a participant, as their facilitator or a lead writes it down.

    Staff read it, the participant does not. Written by `record_contact`, within a day put right by `correct_contact`;
    `remove_contact` deletes it, and what was written with it.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="contacts")
    way = models.CharField(max_length=10, choices=ContactWay.choices())
    on = models.DateField()
    note = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        ordering = ["enrolment", "-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.enrolment.person}, {self.get_way_display().lower()}"
