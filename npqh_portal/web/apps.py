from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "npqh_portal.web"
    label = "web"
    verbose_name = "Pages"
