"""Processes that a MIDI program consists of: started, spoken to, ended for certain."""
