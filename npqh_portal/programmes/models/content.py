"""What a version teaches: areas and their statements, behaviours, courses, items."""

from django.db import models
from django.db.models import Q

from npqh_portal.programmes.kinds import ItemKind, Mode

from .frozen import WRITE, Frozen
from .versions import ProgrammeVersion


class ContentArea(models.Model):
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="areas")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    part = models.CharField(
        max_length=1,
        blank=True,
        default="",
        help_text="The part of the assessment it belongs to.",  # S72, S73
    )
    in_every_course = models.BooleanField(default=False, help_text="Considered in each course.")  # S20

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_area_of_a_number")]
        triggers = [Frozen(WRITE)]

    def __str__(self) -> str:
        return self.name


class LearningStatement(models.Model):
    """What somebody who has taken the programme can do, in one content area (S49 to S54)."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="statements")
    area = models.ForeignKey(ContentArea, on_delete=models.CASCADE, related_name="statements")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=400)

    class Meta:
        ordering = ["area", "number"]
        constraints = [models.UniqueConstraint(fields=["area", "number"], name="one_statement_of_a_number")]
        triggers = [Frozen(WRITE)]

    def __str__(self) -> str:
        return self.text


class Behaviour(models.Model):
    """One of the leadership behaviours in which people evaluate themselves (S55 to S57).

    Known by its number and name: two may have the same descriptor, as S58 has them.
    """

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="behaviours")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    descriptor = models.CharField(max_length=400)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="one_behaviour_of_a_number"),
            models.UniqueConstraint(fields=["version", "name"], name="one_behaviour_of_a_name"),
        ]
        triggers = [Frozen(WRITE)]

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """One of the series of courses (S15); its items run in the cycle study, try, meet, reflect (S16 to S19)."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="courses")
    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    areas = models.ManyToManyField(ContentArea, related_name="courses", blank=True)
    is_implementation = models.BooleanField(default=False, help_text="The late course on implementation.")  # S21

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_course_of_a_code"),
            models.UniqueConstraint(fields=["version", "number"], name="one_course_of_a_number"),
        ]
        triggers = [Frozen(WRITE)]

    def __str__(self) -> str:
        return self.title


class CourseArea(Course.areas.through):  # type: ignore[name-defined,misc]  # Django makes this table itself
    """Which areas a course covers; named here only to be frozen with the rest."""

    class Meta:
        proxy = True
        triggers = [
            Frozen(WRITE, version="(SELECT version_id FROM programmes_course WHERE id = {row}.course_id)"),
        ]


class Item(models.Model):
    """The smallest thing one engages with: known by its stable `code` across versions, worth its planned minutes."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="items")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="items", null=True, blank=True)
    code = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=ItemKind)
    minutes = models.PositiveIntegerField()
    term = models.PositiveSmallIntegerField(
        default=1, help_text="In which school term of the programme it falls, counted from 1."
    )
    mode = models.CharField(max_length=15, choices=Mode)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_item_of_a_code"),
            models.UniqueConstraint(fields=["version", "number"], name="one_item_of_a_number"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="item_has_minutes"),
            models.CheckConstraint(condition=Q(term__gte=1), name="terms_count_from_one"),
        ]
        triggers = [Frozen(WRITE)]

    def __str__(self) -> str:
        return self.title
