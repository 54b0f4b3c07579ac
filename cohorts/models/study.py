"""What people have read of the pages on which they study."""

from django.db import models

from npqh_portal import clock
from npqh_portal.db import AppendOnly
from npqh_portal.programmes.models import StudyPage, StudyRevision

from .enrolments import Enrolment


class PageRead(AppendOnly):
    """Somebody has read a page, in the revision it had then. Written by `read_page`; nothing takes it back."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pages_read")
    page = models.ForeignKey(StudyPage, on_delete=models.PROTECT, related_name="reads")
    revision = models.ForeignKey(StudyRevision, on_delete=models.PROTECT, related_name="reads")
    read_at = models.DateTimeField(default=clock.now)

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["enrolment", "page"], name="a_page_is_read_once")]

    def __str__(self) -> str:
        return f"{self.enrolment} read {self.page}"
