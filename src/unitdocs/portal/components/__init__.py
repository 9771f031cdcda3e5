"""Components that pages share: markup, tables, badges and provenance."""
