"""What people change in their schools: one project near the end, and one small change in every course."""

from django.db import models
from django.db.models import F, Q

from npqh_portal import clock
from npqh_portal.db import random_id
from npqh_portal.programmes.models import Course

from .enrolments import Enrolment
from .support import SupportMatch


class ChangeProject(models.Model):
    """The plan of somebody's change project (S22); what they did at each of its stages is sent as work on the item.

    Written by `save_project`, read by its writer, their facilitator and their programme lead; and by those who support
    them where `share_project` says so, by name, until that support ends.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="change_project", primary_key=True
    )
    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    what = models.TextField("what they want to change", blank=True, default="")
    why = models.TextField("what shows that it is needed", blank=True, default="")
    for_whom = models.TextField("for whom", blank=True, default="")
    how_known = models.TextField("how they will know", blank=True, default="")
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    shared_with = models.ManyToManyField(SupportMatch, related_name="change_projects", blank=True)
    saved_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_project_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"Change project of {self.enrolment.person}"


class CourseChange(models.Model):
    """The small change that goes with one course (S20, S26): what they will try, then what happened. It earns nothing.

    Written by `save_small_change`. Known by the code of its course, so that it is kept in another version.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="course_changes")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="changes")
    planned = models.TextField("what they will try")
    happened = models.TextField("what happened", blank=True, default="")
    saved_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        ordering = ["enrolment", "course__number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "course"], name="one_small_change_in_a_course"),
            models.CheckConstraint(condition=~Q(planned=""), name="a_small_change_is_planned"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person}: {self.course}"
