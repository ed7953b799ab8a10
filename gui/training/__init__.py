"""The page on which models are trained, and the state behind it."""
