"""Reflections as their writers and those with whom they are shared read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from cohorts.models import Enrolment, Membership, PersonalItem, Reflection, SupportMatch
from cohorts.states import EnrolmentState
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item

from .items import is_expected
from .practice import asked_of
from .study import may_record_done


@dataclass(frozen=True)
class Readers:
    """With whom somebody can share what they write: those who support them now, and their group."""

    matches: Sequence[SupportMatch]
    stay: Membership | None


def reflections_in_order(reflections: QuerySet[Reflection]) -> QuerySet[Reflection]:
    """The newest first, each with what it is on, who wrote it, and `is_read`: whether anybody else can read it now."""
    related = ("item__course", "enrolment__person", "match__supporter", "group__cohort")
    return reflections.annotate(is_read=_IS_READ).select_related(*related).order_by("-written_at", "-pk")


# Sharing ends with the match, and where the writer leaves the group.
_IS_READ = Case(
    When(match__isnull=False, then=Q(match__to_on=None)),
    When(
        group__isnull=False,
        then=Exists(Membership.objects.filter(enrolment=OuterRef("enrolment"), group=OuterRef("group"), to_on=None)),
    ),
    default=Value(False),
    output_field=BooleanField(),
)


def still_to_reflect_on(enrolment: Enrolment) -> QuerySet[Item]:
    """What their course asks them to reflect on and is neither written nor done."""
    return (
        Item.objects.filter(
            personal_items__enrolment=enrolment,
            personal_items__expectation=PersonalItem.Expectation.EXPECTED,
            kind=ItemKind.REFLECTION,
        )
        .exclude(pk__in=enrolment.completions.values("item"))
        .exclude(reflections__enrolment=enrolment)
        .select_related("course")
        .order_by("course__number", "number")
    )


def effect_of_saving(enrolment: Enrolment, item: Item, at: datetime) -> str:
    """What saving a reflection on an item that is not done does to it: counts, or why it does not count now.

    off: it is off their list; away: they are deferred; evaluate: first comes their evaluation of themselves (S55);
    closed: they have no place in a cohort, or the course of theirs is over.
    """
    if not is_expected(enrolment, item):
        return "off"
    if enrolment.state == EnrolmentState.DEFERRED:
        return "away"
    if not may_record_done(enrolment, item, at):
        return "closed"
    asked = asked_of(enrolment)
    return "evaluate" if asked.behaviours and not asked.is_evaluated else "counts"


def readers_for(enrolment: Enrolment) -> Readers:
    """Two statements."""
    matches = enrolment.support.filter(to_on=None).select_related("supporter").order_by("strand")
    stays = enrolment.memberships.filter(to_on=None).select_related("group__cohort")
    return Readers(list(matches), stays.filter(group__isnull=False).first())


def reflection_counts(enrolment: Enrolment) -> dict[str, int]:
    """How many there are, and how many are shared: all that a lead learns of them."""
    found = Reflection.objects.filter(enrolment=enrolment).annotate(is_read=_IS_READ)
    return found.aggregate(written=Count("pk"), shared=Count("pk", filter=Q(is_read=True)))
