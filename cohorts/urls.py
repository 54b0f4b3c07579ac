from django.urls import path

from .views import calendars, course, details, facilitators, registers, support, timetable

app_name = "cohorts"

urlpatterns = [
    path("account/calendar/", calendars.choose, name="calendar"),
    path("account/calendar/address/", calendars.new_address, name="calendar_address"),
    path("account/calendar/<str:public_id>.ics", calendars.session, name="calendar_session"),
    path("calendar/<str:key>.ics", calendars.feed, name="calendar_feed"),
    path("participant/course/", course.course, name="course"),
    path("participant/course/<slug:code>/done/", course.complete, name="complete"),
    path("participant/timetable/", timetable.timetable, name="timetable"),
    path("participant/details/", details.details, name="details"),
    path("participant/details/name/", details.name, name="details_name"),
    path("participant/details/school/", details.school, name="details_school"),
    path("participant/details/trn/", details.trn, name="details_trn"),
    path("participant/engagement/", course.engagement, name="engagement"),
    path("sessions/<str:public_id>/", timetable.session, name="session"),
    path("facilitator/", facilitators.today, name="today"),
    path("facilitator/registers/", registers.registers, name="registers"),
    path("facilitator/registers/<str:public_id>/", registers.register, name="register"),
    path("participant/support/", support.support, name="support"),
    path("participant/support/meetings/<str:public_id>/", support.support_meeting, name="support_meeting"),
    path("participant/support/actions/<str:public_id>/", support.support_action_done, name="support_action_done"),
    path("participant/support/<str:public_id>/", support.support_pair, name="support_pair"),
    path("participant/support/<str:public_id>/plan/", support.support_plan, name="support_plan"),
    path("participant/support/<str:public_id>/log/", support.support_log, name="support_log"),
    path("participant/support/<str:public_id>/to-do/", support.support_action, name="support_action"),
    path("coach/", support.coach, name="coach"),
    path("coach/meetings/<str:public_id>/", support.coach_meeting, name="coach_meeting"),
    path("coach/actions/<str:public_id>/", support.coach_action_done, name="coach_action_done"),
    path("coach/<str:public_id>/", support.coach_pair, name="coach_pair"),
    path("coach/<str:public_id>/plan/", support.coach_plan, name="coach_plan"),
    path("coach/<str:public_id>/log/", support.coach_log, name="coach_log"),
    path("coach/<str:public_id>/to-do/", support.coach_action, name="coach_action"),
    path("lead/support/", support.waiting, name="support_waiting"),
    path("lead/support/<str:public_id>/<slug:strand>/", support.match_supporter, name="support_match"),
]
