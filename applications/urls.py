from django.urls import path

from .views import applicant as views
from .views import endorsers, interest, offers, questions, schools

app_name = "applications"

urlpatterns = [
    path("apply/", views.index, name="index"),
    path("apply/<str:public_id>/", views.start, name="start"),
    path("apply/form/<str:public_id>/", views.form, name="form"),
    path("apply/form/<str:public_id>/school/", schools.school, name="school"),
    path("apply/form/<str:public_id>/check/", views.check, name="check"),
    path("apply/form/<str:public_id>/receipt/", views.receipt, name="receipt"),
    path("apply/form/<str:public_id>/withdraw/", offers.withdraw, name="withdraw"),
    path("apply/form/<str:public_id>/offer/", offers.offer, name="offer"),
    path("apply/form/<str:public_id>/offer/decline/", offers.decline, name="decline"),
    path("apply/form/<str:public_id>/question/", questions.question, name="question"),
    path("apply/form/<str:public_id>/endorser/", endorsers.endorser, name="endorser"),
    path("apply/form/<str:public_id>/endorser/again/", endorsers.endorser_again, name="endorser_again"),
    path("apply/form/<str:public_id>/trn-later/", views.trn_later, name="trn_later"),
    path("apply/form/<str:public_id>/<slug:code>/", views.part, name="part"),
    path("endorse/<str:public_id>/", endorsers.endorse, name="endorse"),
    path("endorse/<str:public_id>/again/", endorsers.endorse_again, name="endorse_again"),
    path("programmes/<slug:code>/interest/", interest.interest, name="interest"),
    path("programmes/<slug:code>/interest/thanks/", interest.interest_thanks, name="interest_thanks"),
    path("interest/<str:public_id>/leave/", interest.leave_interest, name="leave_interest"),
]
