"""Lists of the administration as they are drawn."""

import re

import pytest
from django.contrib.admin.templatetags.admin_list import results
from django.test import Client
from django.urls import reverse

from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import site
from npqh_portal.web.lists import PortalList
from tests.factories import a_person, a_school, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"


def rows_of(text: str) -> list[str]:
    table = text.split('<table id="result_list">')[1].split("</table>")[0]
    return re.findall("<tr>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL)


@pytest.fixture
def lead(client: Client) -> User:
    person = a_person(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
    client.force_login(person)
    return person


@pytest.mark.parametrize("table", list(site._registry.values()), ids=lambda table: table.opts.label)
def test_cells_are_those_that_django_would_draw(client: Client, lead: User, table: object) -> None:
    """A portal with a row of most kinds: ours differ from Django's in nothing but where a line may break."""
    an_application(lead, an_intake(a_version()), school=a_school())
    opts = table.opts  # type: ignore[attr-defined]
    answer = client.get(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))
    if answer.status_code == 403:
        return
    text = answer.content.decode()
    lists = answer.context["cl"]
    theirs = ["".join(row) for row in results(lists)]
    # The queue's lines are two to a cell, which Django cannot draw.
    if theirs and opts.label != "applications.Application":
        assert [_bare(row) for row in rows_of(text)] == [_bare(row) for row in theirs]


def _bare(row: str) -> str:
    return re.sub(r' (class|data-called)="[^"]*"|</?span[^>]*>', "", row)


def test_what_a_person_typed_is_escaped(client: Client, lead: User) -> None:
    an_application(a_person(), an_intake(a_version()), full_name="<b>Ines</b> & “Co”", school_name='"><script>')
    (row,) = rows_of(client.get(reverse(QUEUE)).content.decode())
    assert "&lt;b&gt;Ines&lt;/b&gt; &amp; “Co”" in row
    assert "&quot;&gt;&lt;script&gt;" in row


def test_a_row_leads_to_its_page_and_takes_the_filters_along(client: Client, lead: User) -> None:
    application = an_application(a_person(), an_intake(a_version()))
    (row,) = rows_of(client.get(reverse(QUEUE) + "?assigned=nobody&state__exact=all").content.decode())
    address = reverse("admin:applications_application_change", args=[application.pk])
    filters = "?_changelist_filters=assigned%3Dnobody%26state__exact%3Dall"
    assert f'<th class="field-sent" data-called="Sent"><a href="{address}{filters}">{application}</a><span' in row


def test_an_address_that_a_list_cannot_follow_is_said_to_be_so(client: Client, lead: User) -> None:
    people = reverse("admin:people_user_changelist")
    text = client.get(f"{people}?joined_at__gte=rubbish", follow=True).content.decode()
    assert "The address asked for something that this list does not have: here is all of it." in text
    assert "The address asked for" not in client.get(people).content.decode()


def test_filters_lead_on_with_what_else_is_chosen(client: Client, lead: User) -> None:
    an_application(a_person(), an_intake(a_version()), full_name="Ines & Co")
    lists = client.get(reverse(QUEUE) + "?q=ines+%26&assigned=nobody&o=2.-1&p=1").context["cl"]
    by_django = super(PortalList, lists).get_query_string
    for new, removed in (
        ({"sent": "week"}, []),
        ({"assigned": None, "sent": 7}, ["o"]),
        (None, ["q", "a"]),
        ({}, None),
    ):
        assert lists.get_query_string(new, removed) == by_django(new, removed)
