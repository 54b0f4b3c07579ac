from .versions import copy_version, load_version, publish_version, retire_version, touch_draft

__all__ = ["copy_version", "load_version", "publish_version", "retire_version", "touch_draft"]
