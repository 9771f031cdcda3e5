"""What records mean: effects and verdicts of cases, comparisons, the decision, the history."""

from unitdocs.analysis.change_points import change_points
from unitdocs.analysis.effects import to_effects
from unitdocs.analysis.history import Entry, History, Machine, Point, add, history_of, load_history

__all__ = [
    "Entry",
    "History",
    "Machine",
    "Point",
    "add",
    "change_points",
    "history_of",
    "load_history",
    "to_effects",
]
