"""Statements: what happened in xAPI's words, and bringing them to an LRS. Only `lrs.py` meets the tincan library."""
