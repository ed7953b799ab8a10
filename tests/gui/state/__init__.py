"""Tests of the gui room."""
