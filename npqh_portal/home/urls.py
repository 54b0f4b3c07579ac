from django.urls import path

from .views import lead, pages

app_name = "home"

urlpatterns = [
    path("", pages.index, name="index"),
    path("programmes/<slug:code>/", pages.programme, name="programme"),
    path("programmes/<slug:code>/preview/", pages.programme_preview, name="programme_preview"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("cookies/", pages.cookies, name="cookies"),
    path("health/", pages.health, name="health"),
    path("start/", pages.start, name="start"),
    path("participant/", pages.participant, name="participant"),
    path("messages/", pages.messages, name="messages"),
    path("messages/<str:public_id>/", pages.message, name="message"),
    path("lead/", lead.lead, name="lead"),
    path("lead/cohorts/<str:public_id>/", lead.cohort, name="cohort"),
    path("lead/cohorts/<str:public_id>/people/", lead.people, name="cohort_people"),
    path("lead/cohorts/<str:public_id>/sessions/", lead.sessions, name="cohort_sessions"),
    path("lead/cohorts/<str:public_id>/changes/", lead.changes, name="cohort_changes"),
    path("lead/cohorts/<str:public_id>/support/", lead.support, name="cohort_support"),
    path("demo/mail/", pages.mail, name="mail"),
]
