"""The proof of the settings for staging: see `_proof`."""

from _proof import proof_of

SUITE = proof_of("staging", "Staging: default against chosen settings")
