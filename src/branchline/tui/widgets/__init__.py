"""Widgets, named after what the learner sees."""
