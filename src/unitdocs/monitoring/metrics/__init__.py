"""What a game counts, with plain integers, and what is made of it for Prometheus."""
