from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "npqh_portal.signin"
    label = "signin"
    verbose_name = "Sign-in"
