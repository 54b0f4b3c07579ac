"""The least that pages can cost: an empty one, one that knows its user, and a list of 25 rows with three joins.

The list stands on tables of its own, so that it stays what it is while the portal changes.
"""

from functools import cache
from pathlib import Path

from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.template import engines

from npqh_portal.web.doors import signed_in

ROWS = 100_000
COHORTS = 200
LIST = engines["django"].from_string(Path(__file__).with_name("list.html").read_text())


class Place(models.Model):
    name = models.CharField(max_length=100)
    town = models.CharField(max_length=100)

    class Meta:
        app_label = "bench"


class Guide(models.Model):
    name = models.CharField(max_length=100)

    class Meta:
        app_label = "bench"


class Party(models.Model):
    name = models.CharField(max_length=100)

    class Meta:
        app_label = "bench"


class Walker(models.Model):
    party = models.ForeignKey(Party, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE)
    family = models.CharField(max_length=100)
    given = models.CharField(max_length=100)
    email = models.CharField(max_length=254)
    joined_on = models.DateField()
    credited = models.IntegerField()

    class Meta:
        app_label = "bench"
        indexes = [models.Index(fields=["party", "family", "id"], name="walkers_of_a_party")]


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"")


def user(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user).encode())


@signed_in
def door(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user).encode())


def listing(request: HttpRequest) -> HttpResponse:
    walkers = Walker.objects.filter(party=7).select_related("party", "place", "guide").order_by("family", "pk")[:25]
    return HttpResponse(LIST.render({"walkers": walkers, "user": request.user}))


@cache
def make_list() -> None:
    """The list's tables with their rows."""
    with connection.schema_editor() as editor:
        for model in (Place, Guide, Party, Walker):
            editor.create_model(model)
    with connection.cursor() as cursor:
        cursor.execute(f"""
            INSERT INTO bench_party (id, name) SELECT n, 'Party ' || n FROM generate_series(1, {COHORTS}) n;
            INSERT INTO bench_guide (id, name) SELECT n, 'Guide ' || n FROM generate_series(1, 500) n;
            INSERT INTO bench_place (id, name, town)
                SELECT n, 'Fictional School ' || n, 'Town ' || n % 90 FROM generate_series(1, 5000) n;
            INSERT INTO bench_walker
                (id, party_id, place_id, guide_id, family, given, email, joined_on, credited)
                SELECT n, n % {COHORTS} + 1, n % 5000 + 1, n % 500 + 1, 'Family ' || n % 977, 'Given ' || n % 89,
                    n || '@walk.example', date '2026-01-01' + n % 300, n % 4620
                FROM generate_series(1, {ROWS}) n;
            ANALYZE bench_walker
        """)  # noqa: S608  # our own numbers
