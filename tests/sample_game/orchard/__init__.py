"""Orchard, a small game that was written against the original system, as games are.

`tests/contract/test_migration.py` plays it, migrates a copy by what the guide says, and plays that with both systems.
Nothing here is to be written in another way because the other system likes it better.
"""
