"""Finding a school among fifty thousand, as an applicant does, against the list page."""

from collections.abc import Iterator
from urllib.parse import quote

from django.urls import reverse

from npqh_portal.people.roles import Role
from npqh_portal.schools.models import School
from tests import factories as make
from tests.bench.browsing import PORTAL, USUAL_MIDDLEWARE, limit_handler, visit
from tests.bench.limits.pages import make_list
from tests.bench.measuring import Contest, Work

from .schools import extracts, load


def contests() -> Iterator[Contest]:
    make_list()
    if not School.objects.exists():
        load(extracts()[0])
    somebody = School.objects.selectable().order_by("pk")[1000]
    person, lead = make.a_person(Role.PARTICIPANT), make.a_person(Role.PROGRAMME_LEAD)
    draft = make.an_application(person, make.an_intake(make.a_version()), state="draft")
    page = reverse("applications:school", args=[draft.public_id])
    list_page = Work(visit(limit_handler(USUAL_MIDDLEWARE), "/list/", lead))
    for what, words in (
        ("search by name and town", f"{somebody.name.split()[0]} {somebody.town}"),
        ("search by postcode", somebody.postcode),
        ("search for what is not there", "zzyzx nowhere"),
    ):
        yield Contest(
            goal=18,
            what=what,
            limit=list_page,
            portal=Work(visit(PORTAL, f"{page}?q={quote(words)}", person)),
            at_most=1,
            statements_most=3,
        )
