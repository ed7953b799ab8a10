"""The bridge: MIDI and sound in real time. It knows rolls, and neither torch nor Qt."""
