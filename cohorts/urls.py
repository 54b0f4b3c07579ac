from django.urls import path

from .views import course, facilitators, registers

app_name = "cohorts"

urlpatterns = [
    path("participant/course/", course.course, name="course"),
    path("participant/course/<slug:code>/done/", course.complete, name="complete"),
    path("participant/engagement/", course.engagement, name="engagement"),
    path("facilitator/", facilitators.today, name="today"),
    path("facilitator/registers/", registers.registers, name="registers"),
    path("facilitator/registers/<str:public_id>/", registers.register, name="register"),
]
