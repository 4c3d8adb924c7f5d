from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class KernelConfig(AppConfig):
    name = "tongban.kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every room's reactions, chores, slot fillings and lists to take away register themselves by being imported."""
        for app in apps.get_app_configs():
            for part in ("events", "reactions", "slots", "chores", "exported", "obstacles"):
                if (
                    app.name.startswith("tongban.")
                    and app.name not in ("tongban.design", "tongban.kernel")
                    and find_spec(f"{app.name}.{part}")
                ):
                    import_module(f"{app.name}.{part}")
