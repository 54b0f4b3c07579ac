"""Schools."""

from django.contrib import admin

from npqh_portal.people.roles import Role
from npqh_portal.web.admin import PortalModelAdmin, site

from .models import School


@admin.register(School, site=site)
class SchoolAdmin(PortalModelAdmin):
    editors = (Role.ADMINISTRATOR,)
    list_display = ("urn", "name", "town", "la_name", "phase", "status")
    list_filter = ("status", "phase")
    search_fields = ("name", "urn", "town", "la_name", "postcode")
    search_help_text = "Name, URN, town, local authority or postcode."
