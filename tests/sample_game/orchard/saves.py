"""Saved games, and undo."""

import copy
import pickle
from pathlib import Path


def save(state, path):
    """Write all that the game knows, with its units and screens."""
    Path(path).write_bytes(pickle.dumps(state))


def load(path):
    """Read a saved game."""
    return pickle.loads(Path(path).read_bytes())


class Undo:
    """Earlier states, which later ones leave as they are."""

    def __init__(self):
        self.states = []

    def remember(self, state):
        """Keep a copy of a state."""
        self.states.append(copy.deepcopy(state))

    def back(self):
        """Return the last state that was kept."""
        return self.states.pop()
