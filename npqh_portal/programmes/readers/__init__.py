from .frameworks import read_framework

__all__ = ["read_framework"]
