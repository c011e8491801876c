"""Coaching: what a session was worth moment by moment, what would have been better, and what coaches and learners make of it together."""
