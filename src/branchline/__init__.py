"""Branchline: rehearse hard customer conversations and CRM tickets in the terminal."""

__version__ = "0.1.0"
