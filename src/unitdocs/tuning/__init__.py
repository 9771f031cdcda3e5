"""Tuning: where time and memory go, and which settings make them less."""
