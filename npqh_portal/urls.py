"""Every address of the portal. The first part of a path says whose workspace it is."""

from django.urls import include, path

from npqh_portal.web.admin import site

handler400 = "npqh_portal.web.views.bad_request"
handler403 = "npqh_portal.web.views.forbidden"
handler404 = "npqh_portal.web.views.not_found"
handler500 = "npqh_portal.web.views.server_error"

urlpatterns = [
    path("", include("npqh_portal.home.urls")),
    path("", include("npqh_portal.web.urls")),
    path("", include("applications.urls")),
    path("", include("cohorts.urls")),
    path("", include("assessments.urls")),
    path("account/", include("npqh_portal.signin.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", site.urls),
]
