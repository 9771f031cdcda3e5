"""What a game logs: its records, levels, queue, and explanations of single results."""
