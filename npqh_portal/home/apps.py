from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "npqh_portal.home"
    label = "home"
    verbose_name = "Home"
