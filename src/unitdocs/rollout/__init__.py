"""The rollout: stages that go on, hold or go back by what production shows."""
