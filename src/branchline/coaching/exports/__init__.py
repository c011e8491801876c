"""Exports of a reviewed session: one projection, from which names are gone already, and one module for each format."""
