"""What is handed in at the end."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from npqh_portal.programmes.kinds import PresentedTo

from .frozen import WRITE, Frozen
from .versions import ProgrammeVersion


class AssessmentTask(models.Model):
    """A summative task: one in the reformed NPQH (S37), two in the legacy one (S59), each of which must be passed."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="tasks")
    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    part = models.CharField(
        max_length=1,
        blank=True,
        default="",
        help_text="The part whose content areas it assesses.",  # S72, S73
    )
    word_limit = models.PositiveIntegerField()
    annexes_counted = models.BooleanField(
        default=True,
        help_text="Whether supporting documents and annexes count towards the limit.",  # S65, S71
    )
    sections = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="What the account covers.",  # S63, S68
    )
    takes_supporting_documents = models.BooleanField(default=False, help_text="Each tied to a criterion.")  # S64
    presented_to = models.CharField(
        max_length=15, choices=PresentedTo, blank=True, default=PresentedTo.NOBODY,
        help_text="The governing board that hears the plan first and gives feedback.",  # S62, S69
    )  # fmt: skip
    terms_least = models.PositiveSmallIntegerField(default=0, help_text="The fewest terms it lasts.")  # S61
    placement_days_least = models.PositiveSmallIntegerField(
        default=0,
        help_text="The fewest working days of placement in a contrasting school.",  # S66, S67
    )
    window_days = models.PositiveSmallIntegerField(default=8, help_text="Calendar days, first and last counted.")
    attempts_most = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_task_of_a_code"),
            models.UniqueConstraint(fields=["version", "number"], name="one_task_of_a_number"),
        ]
        triggers = [Frozen(WRITE)]

    def __str__(self) -> str:
        return self.title
