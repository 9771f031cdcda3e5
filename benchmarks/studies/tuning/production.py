"""The proof of the settings for production: see `_proof`."""

from _proof import proof_of

SUITE = proof_of("production", "Production: default against chosen settings")
