"""Tests of the bridge room."""
