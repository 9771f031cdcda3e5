"""What runs in production, watched: counters and metrics, health, alerts, logs and traces.

A game counts with plain integers; libraries are called when someone asks. `unitdocs[monitoring]` brings them.
"""
