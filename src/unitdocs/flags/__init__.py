"""Which unit system a session gets: a share of players by their key, changed and killed while games run."""

from unitdocs.flags.assignment import bucket
from unitdocs.flags.choosing import Choice, SystemChooser, choose_system
from unitdocs.flags.flag import Flag, Reason

__all__ = ["Choice", "Flag", "Reason", "SystemChooser", "bucket", "choose_system"]
