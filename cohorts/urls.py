from django.urls import path

from . import views

app_name = "cohorts"

urlpatterns = [
    path("participant/course/", views.course, name="course"),
    path("participant/course/<slug:code>/done/", views.complete, name="complete"),
    path("participant/engagement/", views.engagement, name="engagement"),
    path("facilitator/", views.today, name="today"),
    path("facilitator/registers/", views.registers, name="registers"),
    path("facilitator/registers/<str:public_id>/", views.register, name="register"),
]
