"""Making music in the window: what is asked, the process that makes it, and how it appears."""
