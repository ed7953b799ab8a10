"""In time with others: where a host's music is, and telling others where ours is."""
