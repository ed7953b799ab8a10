"""What comes in: keyboards, tracks, knobs, and what our own port really played."""
