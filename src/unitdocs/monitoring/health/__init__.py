"""What works in a watched game: checks, and the server that shows them and the metrics."""
