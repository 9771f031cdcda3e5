"""The refactored system. `system.py` is the facade; each other module is a part that knows few of the others."""
