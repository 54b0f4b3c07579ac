from django.urls import path

from . import views

app_name = "assessments"

urlpatterns = [
    path("participant/work/", views.work, name="work"),
    path("participant/work/receipt/<str:receipt>/", views.receipt, name="receipt"),
    path("participant/work/receipt/<str:receipt>/file/", views.own_file, name="own_file"),
    path("participant/work/certificate/<str:number>/", views.own_certificate, name="own_certificate"),
    path("participant/work/send/<slug:code>/", views.send, name="send"),
    path("assessor/", views.scripts, name="scripts"),
    path("assessor/<str:public_id>/", views.script, name="script"),
    path("assessor/<str:public_id>/file/", views.script_file, name="script_file"),
    path("lead/assessment/", views.release_list, name="release_list"),
    path("lead/assessment/release/", views.release_all, name="release_all"),
    path("lead/assessment/certificate/<str:public_id>/", views.issue, name="issue"),
    path("lead/assessment/<str:public_id>/", views.submission, name="submission"),
    path("lead/assessment/<str:public_id>/allocate/", views.allocate, name="allocate"),
    path("lead/assessment/<str:public_id>/confirm/", views.confirm, name="confirm"),
    path("lead/assessment/<str:public_id>/release/", views.release, name="release"),
    path("verify/", views.verify, name="verify"),
    # Numbers from before this portal may have strokes in them.
    path("verify/<path:number>/", views.certificate_check, name="certificate_check"),
]
