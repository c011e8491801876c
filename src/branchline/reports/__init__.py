"""Questions over many sessions, what learners report about SOPs, and the audit of outside ticket logs."""
