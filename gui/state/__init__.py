"""What the window knows, apart from widgets: the piece and its edits, view, selection, settings."""
