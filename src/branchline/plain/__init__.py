"""The line-by-line front end: for screen readers, simple terminals and pipes. It never moves the cursor and needs no colour."""
