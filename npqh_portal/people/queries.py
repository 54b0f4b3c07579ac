"""What is held of people."""

from dataclasses import dataclass
from datetime import datetime

from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all

from .models import User

# Verbs that tell of a person's details, and which detail each is about.
_DETAILS = {
    "person.renamed": "Name",
    "person.email_given": "Email address",
    "person.email_changed": "Email address",
    "person.trn_changed": "Teacher reference number",
    "person.school_changed": "School",
}


@dataclass(frozen=True)
class Change:
    """One detail as it was and as it became; `before` and `after` are None once the words have been erased.

    Of an address that somebody changed themselves before it was kept, `after` is empty.
    """

    what: str
    before: str | None
    after: str | None
    reason: str
    at: datetime
    by: str


def changes_of(person: User) -> list[Change]:
    """Every change of a person's name, address, number and school, newest first. Three statements at most."""
    entries = list(Entry.objects.filter(subject_type=User._meta.label_lower, subject_id=person.pk, verb__in=_DETAILS))
    words = words_of_all(entries)
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    changes = []
    for entry in entries:
        said = words[entry.pk]
        changes.append(
            Change(
                what=_DETAILS[entry.verb],
                before=None if said is None else said.get("from", ""),
                after=None if said is None else said.get("to", ""),
                reason="" if said is None else said.get("reason", ""),
                at=entry.at,
                by=str(people.get(entry.actor_id or 0, "The portal")),
            )
        )
    return changes
