from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


class WebConfig(AppConfig):
    name = "npqh_portal.web"
    label = "web"
    verbose_name = "Pages"

    def ready(self) -> None:
        """Let our packages register their tables; those of others go to Django's own site, which is not routed."""
        ours = [app for app in apps.get_app_configs() if not app.name.startswith(("allauth", "django.", "pgtrigger"))]
        for app in ours:
            if app.module and module_has_submodule(app.module, "admin"):
                import_module(f"{app.name}.admin")
