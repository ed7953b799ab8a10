"""Tests of the piano roll."""
