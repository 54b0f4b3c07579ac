from django.urls import path

from .views import applicant as views
from .views import schools

app_name = "applications"

urlpatterns = [
    path("apply/", views.index, name="index"),
    path("apply/<str:public_id>/", views.start, name="start"),
    path("apply/form/<str:public_id>/", views.form, name="form"),
    path("apply/form/<str:public_id>/school/", schools.school, name="school"),
    path("apply/form/<str:public_id>/check/", views.check, name="check"),
    path("apply/form/<str:public_id>/receipt/", views.receipt, name="receipt"),
    path("apply/form/<str:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("apply/form/<str:public_id>/<slug:code>/", views.part, name="part"),
]
