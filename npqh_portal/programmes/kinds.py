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
    RESEARCH = "research", "Individual research"
    WORK_TASK = "work_task", "Work-based task"
    SCHOOL_VISIT = "school_visit", "School visit"


# Credited by a facilitator's register; the rest by the participant's own record.
KINDS_WITH_REGISTER = frozenset({ItemKind.SEMINAR, ItemKind.CONFERENCE, ItemKind.WEBINAR, ItemKind.DROP_IN})

# Done by sending work, which somebody answers with feedback (S17, S26, S77); none of it is passed or failed.
KINDS_SENT = frozenset({ItemKind.FORMATIVE_TASK, ItemKind.PRACTICAL_CYCLE, ItemKind.WORK_TASK})

# Studied online, page by page, where pages have been written for them (S16).
KINDS_WITH_PAGES = frozenset({ItemKind.MODULE, ItemKind.RESEARCH})


class Mode(models.TextChoices):
    FACE_TO_FACE = "face_to_face", "In person"
    ONLINE = "online", "Online, together"
    SELF_STUDY = "self_study", "In your own time"


SYNCHRONOUS = frozenset({Mode.FACE_TO_FACE, Mode.ONLINE})


class Rule(models.TextChoices):
    COMBINED = "combined", "All components together"
    EACH = "each", "Each component for itself"


class CountedStatus(models.TextChoices):
    """What a register may say of somebody that a policy can count for credit (T50); an absence never counts."""

    PRESENT = "present", "Present"
    PARTLY = "partly", "There in part: the minutes there"
    AUTHORISED = "authorised", "Authorised absence: as if present"
    CAUGHT_UP = "caught_up", "Caught up"


class Unit(models.TextChoices):
    MINUTES = "minutes", "Minutes"
    UNITS = "units", "Units: every item counts one"


class AssessedBy(models.TextChoices):
    PROVIDER = "provider", "The provider’s own assessors"
    EXTERNAL = "external", "A body that assesses for the provider"


class ResubmissionCharge(models.TextChoices):
    NONE = "none", "Never charged for"
    DISCRETIONARY = "discretionary", "May be charged for, as the provider decides each time"


class PresentedTo(models.TextChoices):
    NOBODY = "", "Nobody"
    OWN_BOARD = "own_board", "The governing board of their own school"
    PLACEMENT_BOARD = "placement_board", "The governing board of the placement school"


class FundingSource(models.TextChoices):
    SCHOLARSHIP = "scholarship", "Scholarship of the Department for Education"
    SCHOOL = "school", "Paid by the school or trust"
    SELF = "self", "Paid by the participant"


class PageSection(models.TextChoices):
    """The sections of a programme's public page, in the order in which they stand there."""

    BENEFITS = "benefits", "What you gain"
    AUDIENCE = "audience", "Who it is for"
    HOW = "how", "How it works"
    CONTENT = "content", "What you learn"
    COMMITMENT = "commitment", "What you commit to"
    ASSESSMENT = "assessment", "How you are assessed"
    COST = "cost", "Cost and funding"
    SUPPORT = "support", "Support beside the programme"
    PROVIDER = "provider", "Who we are"
    CONTACT = "contact", "Ask us"


class StartTerm(models.TextChoices):
    AUTUMN = "autumn", "Autumn term"
    SPRING = "spring", "Spring term"
    SUMMER = "summer", "Summer term"
