"""The journal: every session as its events, with the content it was played on and the statements that wait for an LRS."""
