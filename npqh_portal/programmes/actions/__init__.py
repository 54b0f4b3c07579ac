from .versions import load_version, publish_version

__all__ = ["load_version", "publish_version"]
