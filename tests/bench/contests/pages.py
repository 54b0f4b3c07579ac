"""Pages against the list page (25 rows, three joins, a known user) or, those anybody may see, against an empty view."""

from collections.abc import Iterator

from django.urls import reverse

from tests import factories as make
from tests.bench.browsing import PORTAL, USUAL_MIDDLEWARE, LimitHandler, limit_handler, visit
from tests.bench.limits.pages import make_list
from tests.bench.measuring import Contest, Work
from tests.bench.people import world


def contests() -> Iterator[Contest]:
    make_list()
    it = world()
    intake = make.an_intake(it.version)
    draft = make.an_application(it.participant, intake, state="draft")
    usual = limit_handler(USUAL_MIDDLEWARE)
    floor = Work(visit(limit_handler([]), "/empty/"))
    list_page = Work(visit(usual, "/list/", it.lead))
    yield Contest(
        goal=1,
        what="signed-in page, all before its view",
        limit=Work(visit(usual, "/user/", it.participant)),
        portal=Work(visit(LimitHandler(), "/door/", it.participant)),
        at_most=1.25,
    )
    yield Contest(
        goal=2,
        what="participant's home",
        limit=list_page,
        portal=Work(visit(PORTAL, reverse("home:participant"), it.participant)),
        at_most=1,
        statements_most=6,
    )
    for what, page, person in (
        ("participant's engagement, every item", "cohorts:engagement", it.participant),
        ("facilitator's first page", "cohorts:today", it.facilitator),
        ("lead's first page", "home:lead", it.lead),
    ):
        yield Contest(
            goal=23,
            what=what,
            limit=list_page,
            portal=Work(visit(PORTAL, reverse(page), person)),
            at_most=1,
            statements_most=6,
        )
    yield Contest(
        goal=3,
        what="admin list, one cohort's of 10,000",
        limit=list_page,
        portal=Work(
            visit(
                PORTAL,
                f"{reverse('admin:cohorts_enrolment_changelist')}?memberships__cohort__id__exact={it.cohort.pk}",
                it.lead,
            )
        ),
        at_most=1.5,
        statements_most=8,
    )
    yield Contest(
        goal=4,
        what="register of 30",
        limit=list_page,
        portal=Work(visit(PORTAL, reverse("cohorts:register", args=[it.seminar.public_id]), it.facilitator)),
        at_most=1.5,
    )
    yield Contest(
        goal=5,
        what="application, a step",
        limit=list_page,
        portal=Work(visit(PORTAL, reverse("applications:part", args=[draft.public_id, "headship"]), it.participant)),
        at_most=1,
    )
    for what, path in (
        ("first page", reverse("home:index")),
        ("programme page", reverse("home:programme", args=[it.version.programme.code])),
    ):
        yield Contest(goal=6, what=what, limit=floor, portal=Work(visit(PORTAL, path)), at_most=2, statements_most=0)
