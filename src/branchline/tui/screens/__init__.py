"""Screens: one per place in the app, its stylesheet beside it."""
