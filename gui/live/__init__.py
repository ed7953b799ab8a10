"""Playing, as the window sees it: the playhead, the deck's process, and their controls."""
