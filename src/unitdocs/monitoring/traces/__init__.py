"""Spans of sampled sessions, scenes and resolves, exported by OpenTelemetry."""
