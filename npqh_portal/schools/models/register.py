"""The national register's own record of each school, and who works or worked where."""

import re
from collections.abc import Iterable
from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, Replace
from django.db.models.lookups import Exact, StartsWith

from npqh_portal import clock
from npqh_portal.db import AppendOnly
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.rules.register import NOT_IN_ENGLAND, SELECTABLE, WELSH_TYPE

from .eligibility import EligibilityEntry, EligibilityList
from .imports import SchoolImport

# Letters of a search that are looked at: nobody types more, and the database refuses words of thousands.
WORDS_MOST = 100


def _folded(text: Combinable) -> Func:
    """Small letters without accents and apostrophes, as names are sorted and compared."""
    return Func(text, function="schools_fold", output_field=models.TextField())


def _without_spaces(text: Combinable) -> Replace:
    return Replace(text, Value(" "), Value(""))


# The words a school is found by, besides its URN. Indexed as written here.
_WORDS = Func(
    F("name"), F("street"), F("locality"), F("address3"), F("town"), F("county"), F("la_name"), F("region"),
    F("postcode"),
    function="schools_words", output_field=SearchVectorField(),
)  # fmt: skip
_URN_DIGITS = 7
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?<![^\W_])[0-9]+(?![^\W_])")  # a word of nothing but digits


def _has_words(words: str) -> Q:
    sought = Func(Value(words), function="schools_query")
    return Q(Func(_WORDS, sought, template="%(expressions)s", arg_joiner=" @@ ", output_field=models.BooleanField()))


def _has_number(number: str) -> Q:
    """As a word or as the beginning of the URN; a range, since every kind of index serves that."""
    return _has_words(number) | Q(urn__gte=number, urn__lte=number.ljust(_URN_DIGITS, "9"))


_CAN_BE_CHOSEN = Q(status__in=SELECTABLE) & ~Q(type_code=WELSH_TYPE) & ~Q(la_code__in=NOT_IN_ENGLAND)


class SchoolQuerySet(models.QuerySet["School"]):
    def selectable(self) -> "SchoolQuerySet":
        """Open or about to be, and in England: what an applicant may choose (E2)."""
        return self.filter(_CAN_BE_CHOSEN)

    def selectable_first(self) -> "SchoolQuerySet":
        """Each with `can_be_chosen`; ordered by that, and then as before."""
        can_be_chosen = ExpressionWrapper(_CAN_BE_CHOSEN, output_field=models.BooleanField())
        return self.annotate(can_be_chosen=can_be_chosen).order_by("-can_be_chosen", *self.query.order_by)

    def matching(self, words: str) -> "SchoolQuerySet":
        """Those that have every word, or a word that begins so, in name, address, authority, region, postcode or URN.

        Accents, apostrophes, capitals and order do not matter, nor whether it is "St" or "Saint".
        """
        words = words[:WORDS_MOST]
        numbers, rest = _NUMBER.findall(words), _NUMBER.sub(" ", words)
        found = self.filter(*map(_has_number, numbers))
        # Beside a number, an "and" or a sign asks for nothing.
        asks_more = any(word != "and" for word in _WORD.findall(rest.lower()))
        return found.filter(_has_words(rest)) if asks_more or not numbers else found

    def best_first(self, words: str) -> "SchoolQuerySet":
        """The school whose URN or postcode it is, then those whose name begins with these words, then by name."""
        typed = _folded(Value(" ".join(words[:WORDS_MOST].split())))
        in_one_piece = _without_spaces(typed)
        return self.order_by(
            Exact(F("urn"), in_one_piece).desc(),
            Exact(_without_spaces(Lower("postcode")), in_one_piece).desc(),
            StartsWith(F("sort_key"), typed).desc(),
            "sort_key",
            "urn",
        )

    def listed(self, kind: ListKind, on: date) -> "SchoolQuerySet":
        """Those on the list of that kind that is in force on a London date."""
        lists = EligibilityList.objects.in_force(on).filter(kind=kind)
        identifier = OuterRef("ukprn" if kind == ListKind.PP50_FE else "urn")
        return self.filter(Exists(EligibilityEntry.objects.filter(list__in=lists, identifier=identifier)))


class School(models.Model):
    """An establishment, known by its URN, as the national register says. Closed ones stay.

    Nobody edits it here: `import_schools` takes in the register's extract. Codes are text; that of the type has no
    leading noughts.
    """

    class Status(models.TextChoices):
        """`EstablishmentStatus (code)` of the national register."""

        OPEN = "1", "Open"
        CLOSED = "2", "Closed"
        PROPOSED_TO_CLOSE = "3", "Open, but proposed to close"
        PROPOSED_TO_OPEN = "4", "Proposed to open"

    urn = models.CharField("URN", max_length=7)
    name = models.CharField(max_length=200)
    establishment_number = models.CharField(max_length=4, blank=True, default="")
    type_code = models.CharField(max_length=3, blank=True, default="")
    type_name = models.CharField("type", max_length=100, blank=True, default="")
    phase_code = models.CharField(max_length=3, blank=True, default="")
    phase = models.CharField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=1, choices=Status, default=Status.OPEN)
    open_on = models.DateField("opened", null=True, blank=True)
    close_on = models.DateField("closed or closing", null=True, blank=True)
    ukprn = models.CharField("UKPRN", max_length=8, blank=True, default="")
    street = models.CharField(max_length=150, blank=True, default="")
    locality = models.CharField(max_length=150, blank=True, default="")
    address3 = models.CharField("third line of the address", max_length=150, blank=True, default="")
    town = models.CharField(max_length=100, blank=True, default="")
    county = models.CharField(max_length=100, blank=True, default="")
    postcode = models.CharField(max_length=10, blank=True, default="")
    la_code = models.CharField("local authority code", max_length=3, blank=True, default="")
    la_name = models.CharField("local authority", max_length=100, blank=True, default="")
    region = models.CharField(max_length=100, blank=True, default="")
    pupils = models.IntegerField(null=True, blank=True)
    easting = models.IntegerField(null=True, blank=True)
    northing = models.IntegerField(null=True, blank=True)
    changed_on = models.DateField("changed in the register", null=True, blank=True)
    fingerprint = models.BigIntegerField(
        null=True, editable=False, help_text="Of its row in the extract; empty where that has yet to be compared."
    )
    added_at = models.DateTimeField("first seen", default=clock.now, editable=False)
    sort_key = models.GeneratedField(expression=_folded(F("name")), output_field=models.TextField(), db_persist=True)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "urn"]
        constraints = [
            models.CheckConstraint(condition=Q(urn__regex=r"^[0-9]{6,7}$"), name="urn_is_six_or_seven_digits"),
            models.UniqueConstraint(fields=["urn"], name="urn_names_one_school"),
        ]
        indexes = [
            models.Index(fields=["sort_key", "urn"], name="schools_by_name"),
            GinIndex(_WORDS, name="schools_by_words"),
        ]
        triggers = [
            # An import skips rows whose fingerprint it knows, so whoever else changes a school must clear it.
            pgtrigger.Trigger(
                name="changed_by_no_import",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.fingerprint IS NOT DISTINCT FROM NEW.fingerprint"),
                func="NEW.fingerprint = NULL; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> Iterable[str]:
        """Its lines, those that are written."""
        lines = (self.street, self.locality, self.address3, self.town, self.county, self.postcode)
        return tuple(line for line in lines if line)


class SchoolLink(models.Model):
    """One school came after another, as the register says. Mirrors its file of links; moved by `import_schools`."""

    predecessor = models.ForeignKey(School, on_delete=models.PROTECT, related_name="to_successors")
    successor = models.ForeignKey(School, on_delete=models.PROTECT, related_name="to_predecessors")
    kind = models.CharField(max_length=60, blank=True, default="", help_text="Amalgamated, merged, split; or plainly.")
    established_on = models.DateField("since", null=True, blank=True)

    class Meta:
        ordering = ["established_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="one_link_between_two_schools"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="no_school_follows_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class SchoolChange(AppendOnly):
    """What one import changed of one school: each column with its old and new value. Written by `import_schools`."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="changes")
    source = models.ForeignKey(SchoolImport, on_delete=models.PROTECT, related_name="changes", verbose_name="import")
    what = models.JSONField("what changed", help_text="Column → [old, new]; dates as text, year first.")

    class Meta(AppendOnly.Meta):
        ordering = ["-pk"]

    def __str__(self) -> str:
        return ", ".join(self.what)


class Affiliation(models.Model):
    """A person works, or worked, at a school."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliations")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="affiliations")
    role = models.CharField(max_length=100, blank=True, default="")
    from_on = models.DateField("from")
    to_on = models.DateField("until", null=True, blank=True)

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="affiliation_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.school}"
