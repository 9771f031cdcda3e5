"""The proof of the settings for development: see `_proof`."""

from _proof import proof_of

SUITE = proof_of("development", "Development: default against chosen settings")
