"""Scale: how time and memory grow with the elements of a scene."""
