"""The piano roll: notes, keys, ruler, velocities, minimap and the tools that change them."""
