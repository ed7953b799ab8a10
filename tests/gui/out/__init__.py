"""Tests of what leaves the window."""
