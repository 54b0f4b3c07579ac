from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "npqh_portal.programmes"
    label = "programmes"
    verbose_name = "Programmes"
