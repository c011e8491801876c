"""Playing: pure functions from actions to events and from events to states."""
