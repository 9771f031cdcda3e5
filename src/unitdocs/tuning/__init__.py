"""Tuning: where time and memory go, and which settings make them less, by replays, sensitivity, a search and its proof."""
