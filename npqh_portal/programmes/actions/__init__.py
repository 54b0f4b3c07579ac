from .texts import discard_draft, draft_text, publish_text, restore_text
from .versions import copy_version, edit_draft, load_version, publish_version, retire_version

__all__ = [
    "copy_version",
    "discard_draft",
    "draft_text",
    "edit_draft",
    "load_version",
    "publish_text",
    "publish_version",
    "restore_text",
    "retire_version",
]
