"""Writing files so that no reader sees half of one, and no two processes write one at a time."""

from unitdocs.files.atomic import write_atomically

__all__ = ["write_atomically"]
