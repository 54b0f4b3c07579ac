"""What participants write for themselves (S19)."""

from django.db import models
from django.db.models import Q

from cohorts.kinds import SharedWith
from npqh_portal import clock
from npqh_portal.db import random_id
from npqh_portal.programmes.models import Item

from .cohorts import Group
from .enrolments import Enrolment
from .support import SupportMatch


class Reflection(models.Model):
    """A reflection, on an item of the course or on anything. Its writer's alone until they share it, and again after.

    Shared with one coach or one group, by name: whoever comes in their place reads nothing, and where the match ends or
    the writer leaves the group, so does the sharing. Written by `save_reflection`, `share_reflection` and, for it is
    theirs, `remove_reflection`. Saving words for an item completes it; removing them later takes nothing back.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reflections")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reflections", null=True, blank=True)
    title = models.CharField(max_length=160, blank=True, default="")
    words = models.TextField()
    shared_with = models.CharField(max_length=10, choices=SharedWith.choices(), default=SharedWith.NOBODY.value)
    match = models.ForeignKey(SupportMatch, on_delete=models.PROTECT, related_name="reflections", null=True, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="reflections", null=True, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        ordering = ["enrolment", "-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "item"], condition=Q(item__isnull=False), name="one_reflection_on_an_item"
            ),
            models.CheckConstraint(condition=Q(item__isnull=False) | ~Q(title=""), name="a_free_reflection_has_title"),
            models.CheckConstraint(
                condition=Q(shared_with="nobody", match=None, group=None)
                | Q(shared_with="coach", match__isnull=False, group=None)
                | Q(shared_with="group", match=None, group__isnull=False),
                name="a_reflection_is_shared_with_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.item)
