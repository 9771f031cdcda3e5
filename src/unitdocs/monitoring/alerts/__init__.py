"""The alerts, and what is made of them: rules with their tests, configurations, a dashboard."""
