"""The proof of the settings for small memory: see `_proof`."""

from _proof import proof_of

SUITE = proof_of("small-memory", "Small memory: default against chosen settings")
