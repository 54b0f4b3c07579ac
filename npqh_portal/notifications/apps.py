from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "npqh_portal.notifications"
    label = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        # Nudges go to the portal's own Celery application, in the web process too.
        from npqh_portal import celery  # noqa: F401, PLC0415 - settings must be read before it
