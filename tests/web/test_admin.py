"""The administration: roles at the door, acts behind it, nothing edited that is a record, all audited."""

import html5lib
import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import DjangoAssertNumQueries

from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import Organisation, RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import ADMIN, AccessRule, Kind, rule_for
from tests.factories import a_grant, a_partner, a_person, a_provider
from tests.web.pages import admin_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_site")]

ORGANISATIONS = "admin:people_organisation_changelist"
ONE = "admin:people_organisation_change"


def signed_in(*roles: Role) -> tuple[Client, User]:
    person = a_person(*roles)
    client = Client()
    client.force_login(person)
    return client, person


def test_signed_out_one_is_sent_to_our_own_sign_in() -> None:
    response = Client().get(reverse("admin:index"))
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/admin/")


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.FACILITATOR, Role.ASSESSOR, Role.COACH])
def test_other_roles_stay_outside(role: Role) -> None:
    client, _ = signed_in(role)
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get(reverse(ORGANISATIONS)).status_code == 403


@pytest.mark.parametrize("role", [Role.FINANCE, Role.REVIEWER])
def test_others_come_in_and_see_no_table_that_is_not_theirs(role: Role) -> None:
    client, _ = signed_in(role)
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    assert page.context["app_list"] == []
    assert client.get(reverse(ORGANISATIONS)).status_code == 403


def test_django_own_sign_in_pages_are_not_there() -> None:
    names = {pattern.name for pattern in admin_site.get_urls() if hasattr(pattern, "name")}
    assert names.isdisjoint({"login", "logout", "password_change", "password_change_done", "view_on_site"})


def test_every_admin_page_has_a_rule() -> None:
    rules = {}
    for pattern in get_resolver("tests.web.pages").url_patterns[-1].url_patterns:
        for page in getattr(pattern, "url_patterns", [pattern]):
            rules[page.name] = rule_for(page.callback, f"admin:{page.name}")
    look = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
    assert rules["index"] == rules["jsi18n"] == ADMIN
    assert rules["people_organisation_changelist"] == AccessRule(Kind.ROLE, look)
    assert rules["people_organisation_add"] == AccessRule(Kind.ROLE, ())
    assert rules["people_rolegrant_add"] == AccessRule(Kind.ROLE, (Role.ADMINISTRATOR,))
    assert rules["people_rolegrant_delete"] == AccessRule(Kind.ROLE, ())
    assert rules["people_organisation_rename"] == AccessRule(Kind.ROLE, (Role.PROGRAMME_LEAD,))
    assert rules["people_rolegrant_changelist"] == AccessRule(Kind.ROLE, (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR))


def test_work_that_is_late_comes_first_then_the_oldest_and_nothing_last() -> None:
    client, lead = signed_in(Role.PROGRAMME_LEAD)
    page = client.get(reverse("admin:index"))
    assert [line.label for line in page.context["work"]] == ["Overdue", "Old", "Young", "Nothing of these"]
    assert f"For {lead}" in page.text


def test_what_one_did_lately_and_not_what_others_did() -> None:
    client, lead = signed_in(Role.PROGRAMME_LEAD)
    record("cohort.opened", a_partner(), by=lead)
    record("cohort.closed", a_partner(), by=a_person())
    page = client.get(reverse("admin:index"))
    assert "Cohort opened" in page.text
    assert "Cohort closed" not in page.text


def test_a_record_is_shown_whole_and_cannot_be_changed() -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    partner = a_partner()
    page = client.get(reverse(ONE, args=[partner.pk]))
    assert partner.name in page.text
    assert 'type="text"' not in page.text
    assert 'name="_save"' not in page.text
    assert client.post(reverse(ONE, args=[partner.pk]), {"name": "Other"}).status_code == 403
    assert client.get(reverse("admin:people_organisation_add")).status_code == 403
    assert client.post(reverse("admin:people_organisation_delete", args=[partner.pk])).status_code == 403
    partner.refresh_from_db()
    assert partner.name == "Fellside Partners"


def test_hints_for_whoever_types_are_left_out_where_nobody_types() -> None:
    grant = a_grant(a_person(), Role.COACH)
    page, typed = reverse("admin:people_rolegrant_change", args=[grant.pk]), "Empty: for the whole provider."
    looking, _ = signed_in(Role.PROGRAMME_LEAD)
    typing, _ = signed_in(Role.ADMINISTRATOR)
    assert typed in typing.get(page).text
    shown = looking.get(page).text
    assert typed not in shown
    assert "The first day it no longer holds." in shown, "it says how to read the date"


def test_what_packages_above_hold_of_a_row_is_linked_for_whoever_may_open_it() -> None:
    partner, other = a_partner(), a_provider()
    lead, _ = signed_in(Role.PROGRAMME_LEAD)
    page = lead.get(reverse(ONE, args=[partner.pk])).text
    assert f'<a href="{reverse(ONE, args=[other.pk])}" class="looklink">The provider</a>' in page
    assert "For administrators" not in page


def test_a_password_is_not_shown_not_even_its_hash() -> None:
    client, admin = signed_in(Role.ADMINISTRATOR)
    admin.set_password("correct horse battery")
    admin.save()
    client.force_login(admin)
    page = client.get(reverse("admin:people_user_change", args=[admin.pk]))
    assert admin.email in page.text
    assert "assword" not in page.text


def test_an_act_asks_acts_and_says_what_was_done() -> None:
    client, lead = signed_in(Role.PROGRAMME_LEAD)
    partner = a_partner()
    address = reverse("admin:people_organisation_rename", args=[partner.pk])
    assert f'href="{address}"' in client.get(reverse(ONE, args=[partner.pk])).text
    asked = client.get(address)
    assert 'value="Fellside Partners"' in asked.text
    done = client.post(address, {"name": "Fellside"}, follow=True)
    assert done.redirect_chain == [(reverse(ONE, args=[partner.pk]), 302)]
    assert f"Renamed by {lead}." in done.text
    partner.refresh_from_db()
    assert partner.name == "Fellside"


def test_an_act_that_is_refused_says_why_and_changes_nothing() -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    partner = a_partner()
    page = client.post(reverse("admin:people_organisation_rename", args=[partner.pk]), {"name": "Taken"})
    assert page.status_code == 200
    assert "That name is taken. Choose another." in page.text
    assert "<title>Error: Rename" in page.text
    partner.refresh_from_db()
    assert partner.name == "Fellside Partners"


def test_an_act_with_an_empty_form_is_not_carried_out() -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    partner = a_partner()
    page = client.post(reverse("admin:people_organisation_rename", args=[partner.pk]), {"name": ""})
    assert page.context["form"].errors == {"name": ["Enter new name"]}


def test_an_act_is_for_its_roles_only() -> None:
    client, _ = signed_in(Role.ADMINISTRATOR)
    partner = a_partner()
    address = reverse("admin:people_organisation_rename", args=[partner.pk])
    assert address not in client.get(reverse(ONE, args=[partner.pk])).text
    assert client.get(address).status_code == 403
    assert client.post(address, {"name": "Other"}).status_code == 403
    assert Client().get(address).status_code == 302


def test_an_act_that_does_not_fit_the_row_has_no_button() -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    provider = a_provider()
    address = reverse("admin:people_organisation_rename", args=[provider.pk])
    assert address not in client.get(reverse(ONE, args=[provider.pk])).text


def test_an_act_on_what_is_not_there() -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    assert client.get(reverse("admin:people_organisation_rename", args=[999_999])).status_code == 404


def test_an_act_of_the_list_needs_no_fields_and_acts_on_post_only() -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    address = reverse("admin:people_organisation_found")
    assert f'href="{address}"' in client.get(reverse(ORGANISATIONS)).text
    client.get(address)
    assert not Organisation.objects.filter(name="Founded").exists()
    done = client.post(address, follow=True)
    assert done.redirect_chain == [(reverse(ORGANISATIONS), 302)]
    assert Organisation.objects.filter(name="Founded").count() == 1


def test_an_act_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_person(Role.PROGRAMME_LEAD))
    page = client.post(reverse("admin:people_organisation_found"))
    assert page.status_code == 403
    assert "This page was open too long" in page.text
    assert not Organisation.objects.filter(name="Founded").exists()


def test_plain_configuration_is_edited_by_editors_and_audited() -> None:
    client, admin = signed_in(Role.ADMINISTRATOR)
    grant = a_grant(a_person(), Role.COACH)
    address = reverse("admin:people_rolegrant_change", args=[grant.pk])
    assert client.post(address, {"ends_on": "31/12/2030"}).status_code == 302
    entry = Entry.objects.get(verb="rolegrant.changed")
    assert (entry.subject_id, entry.actor_id, entry.payload) == (grant.pk, admin.pk, '{"fields":"Ends on","v":1}')
    viewer, _ = signed_in(Role.PROGRAMME_LEAD)
    assert viewer.get(address).status_code == 200
    assert viewer.post(address, {"ends_on": "31/12/2031"}).status_code == 403
    assert client.post(reverse("admin:people_rolegrant_delete", args=[grant.pk])).status_code == 403
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_what_was_done_to_a_row_is_read_from_the_audit_trail() -> None:
    client, lead = signed_in(Role.PROGRAMME_LEAD)
    partner, other = a_partner(), a_provider()
    record("organisation.renamed", partner, facts={"places_left": 3}, by=lead)
    record("organisation.counted", partner, by=None)
    record("organisation.founded", other, by=lead)
    page = client.get(reverse("admin:people_organisation_history", args=[partner.pk]))
    assert "Organisation renamed" in page.text
    assert "Places left: 3" in page.text
    assert "The portal" in page.text
    assert "Organisation founded" not in page.text


@pytest.mark.parametrize("name", ["people_organisation_changelist", "people_rolegrant_changelist"])
def test_a_list_costs_the_same_with_one_row_and_with_three(
    name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    a_grant(a_person(), Role.COACH, organisation=a_partner("One"))
    client.get(reverse(f"admin:{name}"))
    with django_assert_num_queries(6, exact=False) as first:
        client.get(reverse(f"admin:{name}"))
    for partner in ("Two", "Three"):
        a_grant(a_person(), Role.COACH, organisation=a_partner(partner))
    with django_assert_num_queries(len(first)):
        client.get(reverse(f"admin:{name}"))


def test_no_inline_script_or_style_on_any_admin_page() -> None:
    client, admin = signed_in(Role.ADMINISTRATOR, Role.PROGRAMME_LEAD)
    grant = a_grant(admin, Role.COACH, organisation=a_partner())
    pages = [
        reverse("admin:index"),
        reverse("admin:app_list", args=["people"]),
        reverse(ORGANISATIONS),
        reverse(ONE, args=[a_partner().pk]),
        reverse("admin:people_organisation_rename", args=[a_partner().pk]),
        reverse("admin:people_organisation_history", args=[a_partner().pk]),
        reverse("admin:people_rolegrant_change", args=[grant.pk]),
    ]
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        tree = html5lib.parse(response.text, namespaceHTMLElements=False)
        for element in tree.iter():
            assert element.tag != "style", page
            assert element.get("style") is None, page
            assert not [name for name in element.attrib if name.startswith("on")], page
            if element.tag == "script":
                assert element.get("src"), page


def test_rows_of_another_table_are_looked_at_in_a_plain_table() -> None:
    client, _ = signed_in(Role.PROGRAMME_LEAD)
    partner = a_partner()
    page_without = client.get(reverse(ONE, args=[partner.pk]))
    columns = page_without.text.count('<th scope="col">')
    assert columns > 1
    assert f'<td colspan="{columns}">None yet.</td>' in page_without.text
    a_grant(a_person(full_name="Gwen Ashdown-Pike"), Role.COACH, organisation=partner)
    page = client.get(reverse(ONE, args=[partner.pk]))
    assert "Gwen Ashdown-Pike" in page.text
    assert "Coach" in page.text
    assert "<select" not in page.text
