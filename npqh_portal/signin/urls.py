from django.urls import path

from . import views

app_name = "signin"

urlpatterns = [path("demo/<str:public_id>/", views.demo, name="demo")]
