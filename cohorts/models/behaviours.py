"""How people judge themselves in the leadership behaviours, at the start and at the end (S55 to S57)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from npqh_portal import clock
from npqh_portal.programmes.models import Behaviour

from .enrolments import Enrolment


class SelfEvaluation(models.Model):
    """All behaviours of somebody's programme together: a draft until it is sent, and then the start that stands.

    Written by `save_evaluation`, `send_evaluation`, `save_plans` and, at the end, `save_review`. Whoever leads their
    group, and their programme lead, read it once it is sent.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="self_evaluation", primary_key=True
    )
    saved_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True, help_text="When every behaviour was first rated anew.")
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at=None) | Q(sent_at__isnull=False, reviewed_at__gte=F("sent_at")),
                name="a_review_comes_after_a_start",
            )
        ]

    def __str__(self) -> str:
        return f"Self-evaluation of {self.enrolment.person}"


class BehaviourRating(models.Model):
    """One behaviour in it: the rating at the start and the plan to develop it; at the end the rating then, in words."""

    evaluation = models.ForeignKey(SelfEvaluation, on_delete=models.PROTECT, related_name="ratings")
    behaviour = models.ForeignKey(Behaviour, on_delete=models.PROTECT, related_name="ratings")
    rating = models.PositiveSmallIntegerField(null=True, blank=True, help_text="From 1 to 4.")
    plan = models.TextField("how they will develop it", blank=True, default="")
    rating_now = models.PositiveSmallIntegerField("rating at the end", null=True, blank=True)
    helped = models.TextField("what helped", blank=True, default="")
    what_next = models.TextField("what is next", blank=True, default="")

    class Meta:
        ordering = ["evaluation", "behaviour__number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "behaviour"], name="a_behaviour_is_rated_once"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 4)), name="rated_on_the_scale"),
            models.CheckConstraint(
                condition=Q(rating_now=None) | Q(rating_now__range=(1, 4)), name="rated_anew_on_the_scale"
            ),
            models.CheckConstraint(
                condition=Q(rating_now=None, helped="", what_next="") | Q(rating__isnull=False),
                name="a_behaviour_is_reviewed_after_a_start",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="the_start_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF (SELECT sent_at FROM cohorts_selfevaluation WHERE enrolment_id = NEW.evaluation_id) IS NULL THEN
                        IF NEW.rating_now IS NOT NULL OR NEW.helped <> '' OR NEW.what_next <> '' THEN
                            RAISE EXCEPTION 'Nothing is reviewed before the evaluation at the start is sent';
                        END IF;
                    ELSIF TG_OP = 'UPDATE' AND OLD.rating IS DISTINCT FROM NEW.rating THEN
                        RAISE EXCEPTION 'A rating at the start never changes once it is sent';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation.enrolment.person}: {self.behaviour}"
