"""The verbs: keep what came, examine it, give it out; large files in pieces; pages bound into one paper."""

from tongban.files.actions.examining import examine
from tongban.files.actions.keeping import keep, keep_upload, read, read_original

__all__ = ["examine", "keep", "keep_upload", "read", "read_original"]
