"""Tests of the page of training."""
