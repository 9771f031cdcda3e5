"""Load: how much the unit systems bear, and what breaks first."""
