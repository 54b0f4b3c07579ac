"""The kinds of things a programme is made of. Machine names stand in framework files."""

from django.db import models


class ItemKind(models.TextChoices):
    SEMINAR = "seminar", "Seminar"
    MODULE = "module", "Online module"
    CONFERENCE = "conference", "Conference"
    PRACTICAL_CYCLE = "practical_cycle", "Practical cycle"
    FORMATIVE_TASK = "formative_task", "Formative task"
    REFLECTION = "reflection", "Reflection"
    WEBINAR = "webinar", "Webinar"
    DROP_IN = "drop_in", "Drop-in"


# Credited by a facilitator's register; the rest by the participant's own record.
KINDS_WITH_REGISTER = frozenset({ItemKind.SEMINAR, ItemKind.CONFERENCE, ItemKind.WEBINAR, ItemKind.DROP_IN})


class Mode(models.TextChoices):
    FACE_TO_FACE = "face_to_face", "In person"
    ONLINE = "online", "Online, together"
    SELF_STUDY = "self_study", "In your own time"


SYNCHRONOUS = frozenset({Mode.FACE_TO_FACE, Mode.ONLINE})


class Rule(models.TextChoices):
    COMBINED = "combined", "All components together"
    EACH = "each", "Each component for itself"


class Unit(models.TextChoices):
    MINUTES = "minutes", "Minutes"
    UNITS = "units", "Units: every item counts one"
