"""The page of models: cards, loading, comparing by ear, and export to graphs."""
