from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    name = "npqh_portal.web"
    label = "web"
    verbose_name = "Pages"

    def ready(self) -> None:
        """Let every package register its tables with our admin site."""
        autodiscover_modules("admin")
