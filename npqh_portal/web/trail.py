"""The audit trail in words. Each package says in its administration what the verbs and facts that it records mean."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Model, OuterRef, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast

from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of
from npqh_portal.audit.rules import Fact

from .words import short_day, short_moment

# Given values of one fact, as they were recorded: each in words. What is missing there stands as it was recorded.
Values = Callable[[Collection[Any]], Mapping[Any, str]]


@dataclass(frozen=True)
class Told:
    """How a fact is told: after which label, and its values in words. Without a label it is left out.

    `asks` says that its words are asked of the database.
    """

    label: str
    values: Values = lambda recorded: {}
    asks: bool = False


# Numbers and digests that only the database needs.
LEFT_OUT = Told("")

_verbs: dict[str, str] = {}
_doers: dict[str, str] = {}
_facts: defaultdict[str, dict[str, Told]] = defaultdict(dict)


def say(verbs: Mapping[str, str], facts: Mapping[str, Told] | None = None, *, by: str = "") -> None:
    """Name verbs, such as "application.submitted", and the facts and words recorded with these.

    `by` is who does it where the entry names nobody: somebody without an account, else the portal itself.
    """
    _verbs.update(verbs)
    for verb in verbs:
        _facts[verb].update(facts or {})
        if by:
            _doers[verb] = by


def has_words(verb: str) -> bool:
    return verb in _verbs


def verb_in_words(verb: str) -> str:
    """As its package names it, else as one reads it: "membership.opened" is "Membership opened"."""
    return _verbs.get(verb) or verb.replace(".", " ").replace("_", " ").replace("-", " ").capitalize()


def doer_in_words(verb: str) -> str:
    """Who does it where its entry names nobody."""
    return _doers.get(verb, "The portal")


def facts_in_words(
    entries: Iterable[Entry], *, asks: bool = True, without: Collection[str] = ()
) -> dict[int, list[tuple[str, str]]]:
    """By entry, its facts as label and value. One statement for each table that they name, or none of these facts.

    `without` names what is left out of facts that list several things.
    """
    told = [
        (entry.pk, how, fact)
        for entry in entries
        for name, whole in facts_of(entry).items()
        for fact in [_less(whole, without)]
        if (how := _told(entry.verb, name)).label and fact not in (None, "") and (asks or not how.asks)
    ]
    recorded: defaultdict[Told, set[Any]] = defaultdict(set)
    for _, how, fact in told:
        recorded[how].add(fact)
    named = {how: how.values(facts) for how, facts in recorded.items()}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, how, fact in told:
        found[number].append((how.label, named[how].get(fact) or _plain(fact)))
    return found


def words_in_words(entry: Entry, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The words beside an entry, each after its label; a fact of the same name keeps its own label for itself."""
    facts = facts_of(entry)

    def label(name: str) -> str:
        return (_unnamed(name) if name in facts else _told(entry.verb, name)).label or name

    return [(label(name), text) for name, text in words.items() if text]


_named: dict[str, QuerySet[Any]] = {}


def call(rows: QuerySet[Any], by: str) -> None:
    """Let the trail name rows of a table by a column of theirs, or of what they refer to, in place of their number."""
    _named[rows.model._meta.label_lower] = rows.order_by().annotate(in_trail=Cast(by, TextField()))


def with_names_of_rows(entries: QuerySet[Any]) -> QuerySet[Any]:
    """Each entry with `subject_name`: null where its table has none, or the row is gone. In the same statement."""
    names = (
        When(subject_type=table, then=Subquery(rows.filter(pk=OuterRef("subject_id")).values("in_trail")[:1]))
        for table, rows in _named.items()
    )
    named: QuerySet[Any] = entries.annotate(subject_name=Case(*names, default=None, output_field=TextField()))
    return named


def _told(verb: str, name: str) -> Told:
    return _facts[verb].get(name) or _unnamed(name)


_known: dict[str, Told] = {}


def _unnamed(name: str) -> Told:
    return _known.setdefault(name, Told(name.replace("_", " ").capitalize()))


def _less(fact: Fact, without: Collection[str]) -> Fact:
    if not without or not isinstance(fact, str):
        return fact
    return ",".join(part for part in fact.split(",") if part.strip() not in without)


def _plain(fact: Fact) -> str:
    return {True: "Yes", False: "No"}[fact] if isinstance(fact, bool) else str(fact)


# --- values in words ---------------------------------------------------------------------------------


def among(names: Mapping[Any, str]) -> Values:
    """Choices, by what people call them."""
    return lambda recorded: names


def several(names: Mapping[str, str]) -> Values:
    """Several choices, written with commas between them."""
    return lambda recorded: {
        text: "; ".join(dict.fromkeys(names.get(part.strip(), part.strip()) for part in text.split(",")))
        for text in recorded
    }


def row(label: str, model: type[Model], *related: str) -> Told:
    """A row of a table by its number, as it calls itself."""

    def named(recorded: Collection[Any]) -> Mapping[Any, str]:
        numbers = {number for number in recorded if isinstance(number, int)}
        rows = model._default_manager.select_related(*related).in_bulk(numbers)
        return {number: str(found) for number, found in rows.items()}

    return Told(label, named, asks=True)


def days(recorded: Collection[Any]) -> Mapping[Any, str]:
    """Dates and moments, as they were written down by `isoformat`."""
    return {text: _when(text) for text in recorded}


def spans(recorded: Collection[Any]) -> Mapping[Any, str]:
    """Spans of days, first/last, with commas between them."""

    def told(span: str) -> str:
        first, last = span.split("/")
        return _when(first) if first == last else f"{_when(first)} to {_when(last)}"

    return {text: "; ".join(told(span) for span in text.split(",")) for text in recorded}


def _when(text: str) -> str:
    return short_moment(datetime.fromisoformat(text)) if "T" in text else short_day(date.fromisoformat(text))
