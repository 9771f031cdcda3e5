"""The drill: each alert fired by its cause, with the real Prometheus and Alertmanager."""
