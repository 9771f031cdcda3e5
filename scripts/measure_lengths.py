"""Measure the pages of the built site: length, words, figures, elements and printed pages.

Example: python scripts/measure_lengths.py
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("measure_lengths")
