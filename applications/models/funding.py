"""What was found about funding and about each support strand. The newest of an application counts."""

from django.conf import settings
from django.db import models

from applications.kinds import By, Eligible, FundingStatus, Strand
from npqh_portal import clock
from npqh_portal.db import AppendOnly

from .applications import Application


class FundingDecision(AppendOnly):
    """What the rule of C2 answered, or what staff entered after DfE's review, and the facts it rests on.

    `facts` are ids, codes, yes and no: never words of a person. Written by `decide_funding`, `recheck_funding` and
    `mark_funding`; the reason of staff stands in the audit trail's erasable words.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="funding_decisions")
    eligible = models.CharField(max_length=10, choices=Eligible.choices())
    status = models.CharField(max_length=40, choices=FundingStatus.choices())
    facts = models.JSONField()
    lists_of = models.DateField("decided by the lists of", help_text="The London day whose lists were read.")
    occasion = models.CharField(max_length=10, choices=By.choices())
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(AppendOnly.Meta):
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_status_display()}"


class StrandDecision(AppendOnly):
    """Whether somebody gets one kind of support, and why (S5 to S9). Written by `decide_strands` and `grant_strand`.

    `reason` is a code of `rules.strands`.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="strand_decisions")
    strand = models.CharField(max_length=15, choices=Strand.choices())
    is_granted = models.BooleanField()
    reason = models.CharField(max_length=40)
    occasion = models.CharField(max_length=10, choices=By.choices())
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(AppendOnly.Meta):
        ordering = ["strand", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_strand_display()}"
