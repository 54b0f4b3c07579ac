from django.urls import include, path

from . import pages

urlpatterns = [
    path("empty/", pages.empty),
    path("user/", pages.user),
    path("door/", pages.door),
    path("list/", pages.listing),
    # What middleware of the portal's own leads to.
    path("", include("npqh_portal.urls")),
]
