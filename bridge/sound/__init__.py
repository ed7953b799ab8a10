"""The built-in sound, for when no DAW listens."""
