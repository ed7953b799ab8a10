"""MIDI outputs: one protocol, a process that owns every note, and each system's own way."""
