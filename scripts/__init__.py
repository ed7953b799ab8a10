"""Scripts for building the project; no part of what is installed."""
