from django.urls import path

from . import views

app_name = "home"

urlpatterns = [
    path("", views.index, name="index"),
    path("programmes/<slug:code>/", views.programme, name="programme"),
    path("programmes/<slug:code>/preview/", views.programme_preview, name="programme_preview"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("health/", views.health, name="health"),
    path("start/", views.start, name="start"),
    path("participant/", views.participant, name="participant"),
    path("messages/", views.messages, name="messages"),
    path("messages/<str:public_id>/", views.message, name="message"),
    path("lead/", views.lead, name="lead"),
    path("lead/cohorts/<str:public_id>/", views.cohort, name="cohort"),
    path("demo/mail/", views.mail, name="mail"),
]
