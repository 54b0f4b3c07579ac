from django.urls import path

from . import views

app_name = "web"

urlpatterns = [
    path("theme.css", views.theme, name="theme"),
    path("favicon.ico", views.favicon, name="favicon"),
]
