"""Take a refactored unit system to production with evidence."""
