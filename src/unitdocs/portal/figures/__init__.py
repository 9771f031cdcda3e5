"""Figures: each function turns results into a plain Plotly figure, without a template and without a title.

`pinned` lays a figure out for the page, and `svg.py` draws it there.
The finding and the caption are HTML around the figure, where they wrap on a small screen and can be read aloud.
"""

from unitdocs.portal.figures.comparison import arm_means, distribution
from unitdocs.portal.figures.day_series import AlertLimit, day_series
from unitdocs.portal.figures.differences import differences
from unitdocs.portal.figures.forest import forest, is_off_scale
from unitdocs.portal.figures.frame_times import frame_tail, frame_timeline, tail_shares
from unitdocs.portal.figures.heat_map import heat_map
from unitdocs.portal.figures.live_bytes import live_bytes
from unitdocs.portal.figures.load_lines import load_lines, rate_axis, tail_axis, thread_axis
from unitdocs.portal.figures.missed_frames import missed_frames
from unitdocs.portal.figures.pareto import pareto
from unitdocs.portal.figures.pin import pinned
from unitdocs.portal.figures.plain import plain
from unitdocs.portal.figures.power import power
from unitdocs.portal.figures.rollout_effect import Thresholds, rollout_effect
from unitdocs.portal.figures.scaling import scaling
from unitdocs.portal.figures.size_curves import size_curves
from unitdocs.portal.figures.spread import spread
from unitdocs.portal.figures.suite_overview import suite_overview
from unitdocs.portal.figures.trend import trend

__all__ = [
    "AlertLimit",
    "Thresholds",
    "arm_means",
    "day_series",
    "differences",
    "distribution",
    "forest",
    "frame_tail",
    "frame_timeline",
    "heat_map",
    "is_off_scale",
    "live_bytes",
    "load_lines",
    "missed_frames",
    "pareto",
    "pinned",
    "plain",
    "power",
    "rate_axis",
    "rollout_effect",
    "scaling",
    "size_curves",
    "spread",
    "suite_overview",
    "tail_axis",
    "tail_shares",
    "thread_axis",
    "trend",
]
