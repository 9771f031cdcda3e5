"""Grades one answer in a process of its own: JSON in from standard input, the verdict as JSON out.

The reader's code may end its process or wait for ever; `unitdocs train` outlives both.
"""

import json
import sys

from unitdocs.training.grading import grade

asked = json.load(sys.stdin)
json.dump(grade(asked["lesson"], asked["exercise"], asked["files"]).to_json(), sys.stdout)
