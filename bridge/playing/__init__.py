"""Playing a source: bars as they are made, each on its line, come what may."""
