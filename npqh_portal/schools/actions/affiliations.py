"""Who works where."""

from datetime import date

from django.db import transaction

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock
from npqh_portal.people.errors import ChangeReasonMissing
from npqh_portal.people.models import User
from npqh_portal.schools.errors import SchoolBeginsAhead, SchoolBeginsTooEarly, SchoolNotOpen
from npqh_portal.schools.models import Affiliation, School


@transaction.atomic
def change_school(
    person: User,
    *,
    school: School,
    from_on: date,
    role: str = "",
    before: str = "",
    reason: str = "",
    by: User | None,
) -> Affiliation:
    """Note that somebody works at another school from a day on; where they worked until then ends on it.

    `before` names the school that was held of them where no affiliation does: the one of their application. That
    keeps its own copy. Whoever changes it for somebody else says why. The same school again changes nothing.
    """
    person = lock(person)
    working = list(Affiliation.objects.filter(person=person, to_on=None).select_related("school"))
    if len(working) == 1 and working[0].school_id == school.pk:
        return working[0]
    if not School.objects.selectable().filter(pk=school.pk).exists():
        raise SchoolNotOpen(school.name)
    if from_on > clock.today():
        raise SchoolBeginsAhead
    if working and from_on < (earliest := max(one.from_on for one in working)):
        raise SchoolBeginsTooEarly(earliest)
    if not reason.strip() and by is not None and by.pk != person.pk:
        raise ChangeReasonMissing
    was = ", ".join(one.school.name for one in working) or before
    Affiliation.objects.filter(pk__in=[one.pk for one in working]).update(to_on=from_on)
    affiliation = Affiliation.objects.create(person=person, school=school, role=role.strip(), from_on=from_on)
    words = {"from": was, "to": school.name} | ({"reason": reason.strip()} if reason.strip() else {})
    facts: dict[str, Fact] = {"affiliation": affiliation.pk, "from_on": from_on.isoformat()}
    record("person.school_changed", person, facts=facts, words=words, by=by)
    return affiliation
