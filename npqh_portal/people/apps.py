from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "npqh_portal.people"
    label = "people"
    verbose_name = "People"
