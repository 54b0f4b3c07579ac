from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "npqh_portal.schools"
    label = "schools"
    verbose_name = "Schools"
