"""The search for settings: what is searched, how a trial is measured, and how settings are chosen.

`space` and `environments` are data; `sampling` is the only module that knows optuna; `evaluation` measures in fresh
processes; `searching` is the loop, which knows neither.
"""
