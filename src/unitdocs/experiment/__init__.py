"""What happens in production under each system: events, their sums, and what they say."""
