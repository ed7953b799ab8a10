"""Playing together with a musician: what was heard, what is echo, and what to ask the model for."""
