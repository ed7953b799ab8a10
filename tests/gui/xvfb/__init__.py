"""Tests on a display of their own, with a real mouse and keyboard."""
