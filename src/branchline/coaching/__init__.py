"""Coaching: what people make of a session together: agreement among raters, scorecards, experts' ratings of replies."""
