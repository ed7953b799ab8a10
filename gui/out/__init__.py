"""Out of the window: clips that are dragged, saved and copied, and pictures."""
