"""Rendering of a site: its inputs, the reuse of the last rendering, and the files written."""
