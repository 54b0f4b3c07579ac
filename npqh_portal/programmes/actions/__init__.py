from .policies import discard_policy, draft_policy, edit_policy
from .study import (
    add_file,
    begin_page,
    discard_page_draft,
    draft_page,
    move_page,
    remove_file,
    restore_page,
    retire_page,
    take_page_back,
)
from .texts import discard_draft, draft_text, publish_text, restore_text
from .versions import copy_version, edit_draft, load_version, publish_version, retire_version

__all__ = [
    "add_file",
    "begin_page",
    "copy_version",
    "discard_draft",
    "discard_page_draft",
    "discard_policy",
    "draft_page",
    "draft_policy",
    "draft_text",
    "edit_draft",
    "edit_policy",
    "load_version",
    "move_page",
    "publish_text",
    "publish_version",
    "remove_file",
    "restore_page",
    "restore_text",
    "retire_page",
    "retire_version",
    "take_page_back",
]
