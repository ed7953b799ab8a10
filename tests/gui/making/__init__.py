"""Tests of gui/making."""
